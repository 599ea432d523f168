"""CONCATENATION, int8: tensors one after the other along an axis."""

from __future__ import annotations

from edgekws.graph.copy import axis_of
from edgekws.graph.join import MOST_PARTS, Join, read_join
from edgekws.graph.operator import Operator
from edgekws.graph.schema import Activation

LIMITS = "2 to 8 computed tensors on one grid; no fused activation"
OPTIONS_TYPE = 10
AXIS, ACTIVATION = 0, 1


class Concatenation(Join):
    """Joins along an axis that there is."""

    name = "CONCATENATION"


def read(operator: Operator) -> Join:
    """Check one operator of the file and make the op."""
    operator.expect(range(2, MOST_PARTS + 1), OPTIONS_TYPE)
    shapes = [operator.input(i).shape for i in range(len(operator.inputs))]
    axis = axis_of(operator, operator.integer(AXIS), len(shapes[0]))
    if operator.integer(ACTIVATION, "b") != Activation.NONE:
        raise operator.error("a fused activation is not supported here")
    around = {(shape[:axis], shape[axis + 1 :]) for shape in shapes}
    if len(around) != 1 or axis == 0:
        raise operator.error(f"{[list(shape) for shape in shapes]} do not join along axis {axis}")
    along = sum(shape[axis] for shape in shapes)
    return read_join(
        operator, Concatenation, axis, (*shapes[0][:axis], along, *shapes[0][axis + 1 :])
    )
