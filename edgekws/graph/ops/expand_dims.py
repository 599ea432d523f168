"""EXPAND_DIMS: the same bytes with another axis of one."""

from __future__ import annotations

from edgekws.graph.operator import Operator
from edgekws.graph.reshape import Reshape, new_shape

LIMITS = "input and output on one grid"
OPTIONS_TYPE = 52


class ExpandDims(Reshape):
    """Costs nothing: the output is the input's memory."""

    name = "EXPAND_DIMS"


def read(operator: Operator) -> ExpandDims:
    """Check one operator of the file and make the op."""
    operator.expect((2,), OPTIONS_TYPE)
    return ExpandDims(new_shape(operator))
