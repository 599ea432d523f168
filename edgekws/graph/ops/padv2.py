"""PADV2, int8: a frame of any value."""

from __future__ import annotations

from edgekws.graph.copy import Copy
from edgekws.graph.operator import Operator, same_grid
from edgekws.graph.padding import padded

LIMITS = "as PAD; one constant value on the input's grid"
OPTIONS_TYPE = 43


class Padv2(Copy):
    """The value is a constant of the file, on the input's grid."""

    name = "PADV2"


def read(operator: Operator) -> Padv2:
    """Check one operator of the file and make the op."""
    operator.expect((3,), OPTIONS_TYPE)
    value = operator.constant(2, "int8")
    operator.operand(2)
    assert value.data is not None
    if value.size != 1 or not same_grid(value, operator.input()):
        raise operator.error("pads with more than one value, or with one of another scale")
    return Padv2(*padded(operator), int(value.data.ravel()[0]))
