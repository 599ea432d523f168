"""svdf_20k: `svdf_32k` with fewer filters; 19,516 parameters at 49x40, 12 labels."""

from __future__ import annotations

from functools import partial

from edgekws.models.architecture import Architecture
from edgekws.models.architectures.svdf_32k import FRONTEND, SCHEDULE, Size, layers, settle, stages

K20 = Size((16, 24, 24, 32, 48, 96), (4, 10, 10, 10, 10, 10), (32, 32, 40, 40, 48))

ARCHITECTURE = Architecture(
    name="svdf_20k",
    summary="the smallest filters over features and time; about 20 k products for each new frame",
    default_frontend=FRONTEND,
    schedule=SCHEDULE,
    layers=partial(layers, size=K20),
    settle=settle,
    stages=partial(stages, size=K20),
)
