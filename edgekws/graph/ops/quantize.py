"""QUANTIZE, int8: another scale for the same values; mirrors TFLM's Requantize."""

from __future__ import annotations

from edgekws.graph.lookup import Lookup, rescaled
from edgekws.graph.operator import Operator

LIMITS = "int8 to int8"
OPTIONS_TYPE = 89


class Quantize(Lookup):
    """Rescales."""

    name = "QUANTIZE"


def read(operator: Operator) -> Quantize:
    """Check one operator of the file and make the op."""
    operator.expect((1,), OPTIONS_TYPE)
    return Quantize(*rescaled(operator, -128, 127))
