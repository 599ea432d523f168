"""SQUEEZE: the same bytes without axes of one."""

from __future__ import annotations

from edgekws.graph.operator import Operator
from edgekws.graph.reshape import Reshape, new_shape

LIMITS = "input and output on one grid"
OPTIONS_TYPE = 30


class Squeeze(Reshape):
    """Costs nothing: the output is the input's memory."""

    name = "SQUEEZE"


def read(operator: Operator) -> Squeeze:
    """Check one operator of the file and make the op."""
    operator.expect((1,), OPTIONS_TYPE)
    return Squeeze(new_shape(operator))
