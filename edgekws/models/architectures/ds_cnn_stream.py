"""ds_cnn_stream: ds_cnn, size s, without padding in time, so that it computes each column once.

The layers and their parameters are those of `ds_cnn` (22,604 at 12 labels); each convolution
shortens time by its kernel, from 49 frames to 12 columns at the end.
"""

from __future__ import annotations

from functools import partial

from edgekws.models.architecture import Architecture
from edgekws.models.architectures.ds_cnn import S, layers
from edgekws.recipe import FrontendSpec, ScheduleSpec

ARCHITECTURE = Architecture(
    name="ds_cnn_stream",
    summary="ds_cnn for listening all the time: a twenty-fifth of its work for each new column",
    default_frontend=FrontendSpec(hop_ms=20, bands=10),
    schedule=ScheduleSpec(
        steps=(2000, 800, 200), learning_rates=(0.002, 0.0004, 0.00005), evaluate_every=200
    ),
    layers=partial(layers, size=S, padding="bands"),
)
