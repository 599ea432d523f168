"""TRANSPOSE, int8: axes in another order."""

from __future__ import annotations

from edgekws.graph.copy import Copy, axis_of, integers, moved
from edgekws.graph.operator import Operator

LIMITS = (
    "constant order; at most 4 loops once axes that stay together are merged; input and "
    "output on one grid"
)
OPTIONS_TYPE = 26


class Transpose(Copy):
    """Costs nothing where only axes of one change places."""

    name = "TRANSPOSE"


def read(operator: Operator) -> Transpose:
    """Check one operator of the file and make the op."""
    operator.expect((2,), OPTIONS_TYPE)
    shape = operator.input().shape
    order = [axis_of(operator, axis, len(shape)) for axis in integers(operator, 1)]
    if sorted(order) != list(range(len(shape))):
        raise operator.error(f"{order} is no order of {len(shape)} axes")
    return Transpose(*moved(operator, lambda x: x.transpose(order)))
