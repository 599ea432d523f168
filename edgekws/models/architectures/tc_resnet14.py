"""tc_resnet14: `tc_resnet8` with twice the blocks; 135,856 parameters at 40 bands, 12 labels."""

from __future__ import annotations

from functools import partial

from edgekws.models.architecture import Architecture
from edgekws.models.architectures.tc_resnet8 import FRONTEND, SCHEDULE, layers

ARCHITECTURE = Architecture(
    name="tc_resnet14",
    summary="tc_resnet8 with twice the blocks",
    default_frontend=FRONTEND,
    schedule=SCHEDULE,
    layers=partial(layers, channels=(24, 24, 32, 32, 48, 48)),
)
