"""LOGISTIC, int8: the sigmoid of each value; mirrors TFLM's reference Logistic."""

from __future__ import annotations

from edgekws.graph.curve import read_curve
from edgekws.graph.exponential import logistic
from edgekws.graph.lookup import Lookup
from edgekws.graph.operator import Operator

LIMITS = "output scale 1/256, zero point -128"


class Logistic(Lookup):
    """Its output has the scale 1/256 and the zero point -128."""

    name = "LOGISTIC"


class Swish(Lookup):
    """LOGISTIC and the MUL with its own input; no file has it, `edgekws.graph.fuse` makes it."""

    name = "SWISH"


def read(operator: Operator) -> Logistic:
    """Check one operator of the file and make the op."""
    return Logistic(*read_curve(operator, logistic, fraction_bits=8, zero_point=-128))
