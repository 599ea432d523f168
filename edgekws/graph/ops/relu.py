"""RELU as an operator of its own, int8; mirrors TFLM's ReluQuantized."""

from __future__ import annotations

from edgekws.graph.lookup import Lookup, rescaled
from edgekws.graph.operator import Operator, quantize

LIMITS = "any scales"


class Relu(Lookup):
    """Rescales, then cuts off below zero."""

    name = "RELU"


def read(operator: Operator) -> Relu:
    """Check one operator of the file and make the op."""
    operator.expect((1,), None)
    return Relu(*rescaled(operator, max(-128, quantize(0.0, operator.output())), 127))
