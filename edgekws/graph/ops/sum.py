"""SUM, int8: the sum over axes."""

from __future__ import annotations

from edgekws.graph import reduce
from edgekws.graph.operator import Operator
from edgekws.graph.reduce import Reduce, read_reduce

LIMITS = "constant axes behind the batch, in at most two groups of neighbours"
OPTIONS_TYPE = reduce.OPTIONS_TYPE


class Sum(Reduce):
    """The sum of the values, not divided."""

    name = "SUM"


def read(operator: Operator) -> Reduce:
    """Check one operator of the file and make the op."""
    return read_reduce(operator, Sum, mean=False)
