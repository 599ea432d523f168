"""ds_cnn_l: `ds_cnn`, size l; 410,700 parameters at 49x10 and 12 labels, 28.3 million products."""

from __future__ import annotations

from functools import partial

from edgekws.models.architecture import Architecture
from edgekws.models.architectures.ds_cnn import L, layers
from edgekws.recipe import FrontendSpec, ScheduleSpec

ARCHITECTURE = Architecture(
    name="ds_cnn_l",
    summary="depthwise separable convolutions, size l; accurate and slow",
    default_frontend=FrontendSpec(hop_ms=20, bands=10),
    schedule=ScheduleSpec(
        steps=(1200, 400, 200), learning_rates=(0.001, 0.0002, 0.00005), evaluate_every=200
    ),
    layers=partial(layers, size=L),
)
