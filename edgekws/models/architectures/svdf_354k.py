"""svdf_354k: the large one of `svdf_32k`'s kind; 353,804 parameters at 49x30, 12 labels.

Source: Rybakov et al., arXiv 2005.06720 (kws_streaming). It keeps 13,824 bytes of past.
"""

from __future__ import annotations

from functools import partial

from edgekws.models.architecture import Architecture
from edgekws.models.architectures.svdf_32k import Size, layers, settle, stages
from edgekws.recipe import FrontendSpec, ScheduleSpec

K354 = Size((256,) * 6, (4, 10, 10, 10, 10, 10), (128,) * 5)

ARCHITECTURE = Architecture(
    name="svdf_354k",
    summary="large filters over features and time; about 352 k products for each new frame",
    default_frontend=FrontendSpec(hop_ms=20, bands=30),
    schedule=ScheduleSpec(
        steps=(1500, 600, 200), learning_rates=(0.002, 0.0004, 0.00005), evaluate_every=200
    ),
    layers=partial(layers, size=K354),
    settle=settle,
    stages=partial(stages, size=K354),
)
