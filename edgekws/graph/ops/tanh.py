"""TANH, int8: the hyperbolic tangent of each value; mirrors TFLM's reference Tanh."""

from __future__ import annotations

from edgekws.graph.curve import read_curve
from edgekws.graph.exponential import tanh
from edgekws.graph.lookup import Lookup
from edgekws.graph.operator import Operator

LIMITS = "output scale 1/128, zero point 0"


class Tanh(Lookup):
    """Its output has the scale 1/128 and the zero point 0."""

    name = "TANH"


def read(operator: Operator) -> Tanh:
    """Check one operator of the file and make the op."""
    return Tanh(*read_curve(operator, tanh, fraction_bits=7, zero_point=0))
