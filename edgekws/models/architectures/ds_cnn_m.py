"""ds_cnn_m: `ds_cnn`, size m; 135,032 parameters at 49x10 and 12 labels, 9.8 million products."""

from __future__ import annotations

from functools import partial

from edgekws.models.architecture import Architecture
from edgekws.models.architectures.ds_cnn import M, layers
from edgekws.recipe import FrontendSpec, ScheduleSpec

ARCHITECTURE = Architecture(
    name="ds_cnn_m",
    summary="depthwise separable convolutions, size m",
    default_frontend=FrontendSpec(hop_ms=20, bands=10),
    schedule=ScheduleSpec(
        steps=(2000, 800, 200), learning_rates=(0.002, 0.0004, 0.00005), evaluate_every=200
    ),
    layers=partial(layers, size=M),
)
