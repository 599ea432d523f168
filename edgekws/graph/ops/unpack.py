"""UNPACK, int8: each element along one axis, a node of its own."""

from __future__ import annotations

from edgekws.graph.copy import Copy, axis_of, moved
from edgekws.graph.operator import MOST_OPERANDS, Operator
from edgekws.graph.parts import elements

LIMITS = "1 to 16 elements; input and output on one grid"
OPTIONS_TYPE = 64
NUM, AXIS = 0, 1


class Unpack(Copy):
    """One of the elements."""

    name = "UNPACK"


def read(operator: Operator) -> tuple[Unpack, ...]:
    """Check one operator of the file and make an op for each of its outputs."""
    operator.expect((1,), OPTIONS_TYPE, range(1, MOST_OPERANDS + 1))
    shape = operator.input().shape
    axis = axis_of(operator, operator.integer(AXIS), len(shape))
    count = len(operator.outputs)
    if operator.integer(NUM) != count or shape[axis] != count:
        raise operator.error(f"{list(shape)} has not {count} elements along axis {axis}")
    return tuple(
        Unpack(*moved(operator, view, output=i)) for i, view in enumerate(elements(axis, count))
    )
