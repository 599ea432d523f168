"""ADD: two int8 tensors of shapes that broadcast, one of which may be a constant."""

from __future__ import annotations

from edgekws.graph.operator import Operator
from edgekws.graph.sum import Sum, read_sum

OPTIONS_TYPE = 11


class Add(Sum):
    """The sum of two tensors."""

    name = "ADD"


def read(operator: Operator) -> Sum:
    """Check one operator of the file and make the op."""
    return read_sum(operator, Add, OPTIONS_TYPE, 1)
