"""SUB, int8: the first tensor less the second; their shapes broadcast."""

from __future__ import annotations

from edgekws.graph.operator import Operator
from edgekws.graph.sum import Sum, read_sum

LIMITS = "as ADD"
OPTIONS_TYPE = 28


class Sub(Sum):
    """The first tensor less the second."""

    name = "SUB"


def read(operator: Operator) -> Sum:
    """Check one operator of the file and make the op."""
    return read_sum(operator, Sub, OPTIONS_TYPE, -1)
