"""PAD, int8: a frame of zeros, which are the zero point."""

from __future__ import annotations

from edgekws.graph.copy import Copy
from edgekws.graph.operator import Operator, zero_point
from edgekws.graph.padding import padded

LIMITS = "constant int32 paddings; input and output on one grid"
OPTIONS_TYPE = 22


class Pad(Copy):
    """As Keras' ZeroPadding2D and causal convolutions make it."""

    name = "PAD"


def read(operator: Operator) -> Pad:
    """Check one operator of the file and make the op."""
    operator.expect((2,), OPTIONS_TYPE)
    return Pad(*padded(operator), zero_point(operator.output()))
