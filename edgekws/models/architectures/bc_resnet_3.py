"""bc_resnet_3: `bc_resnet_1` with tau 3; 54,168 parameters at 98x40 and 12 labels."""

from __future__ import annotations

from functools import partial

from edgekws.models.architecture import Architecture
from edgekws.models.architectures.bc_resnet_1 import FRONTEND, SCHEDULE, layers

ARCHITECTURE = Architecture(
    name="bc_resnet_3",
    summary="bc_resnet with tau 3; about 54,000 weights",
    default_frontend=FRONTEND,
    schedule=SCHEDULE,
    layers=partial(layers, tau=3),
)
