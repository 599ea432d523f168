"""MEAN over any axes behind the batch, int8."""

from __future__ import annotations

from edgekws.graph import reduce
from edgekws.graph.operator import Operator
from edgekws.graph.reduce import Reduce, read_reduce

OPTIONS_TYPE = reduce.OPTIONS_TYPE


class Mean(Reduce):
    """The mean, as of a global average pool."""

    name = "MEAN"


def read(operator: Operator) -> Reduce:
    """Check one operator of the file and make the op."""
    return read_reduce(operator, Mean, mean=True)
