"""PACK, int8: tensors of one shape along a new axis."""

from __future__ import annotations

from edgekws.graph.copy import axis_of
from edgekws.graph.join import MOST_PARTS, Join, read_join
from edgekws.graph.operator import Operator

LIMITS = "2 to 8 computed tensors on one grid"
OPTIONS_TYPE = 59
COUNT, AXIS = 0, 1


class Pack(Join):
    """Joins along an axis that was not there."""

    name = "PACK"


def read(operator: Operator) -> Join:
    """Check one operator of the file and make the op."""
    operator.expect(range(2, MOST_PARTS + 1), OPTIONS_TYPE)
    count = len(operator.inputs)
    shapes = {operator.input(i).shape for i in range(count)}
    if len(shapes) != 1 or operator.integer(COUNT) != count:
        raise operator.error(f"{sorted(map(list, shapes))} are not {count} tensors of one shape")
    (shape,) = shapes
    axis = axis_of(operator, operator.integer(AXIS), len(shape) + 1)
    return read_join(operator, Pack, axis, (*shape[:axis], count, *shape[axis:]))
