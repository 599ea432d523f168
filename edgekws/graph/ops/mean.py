"""MEAN, int8: the mean over axes."""

from __future__ import annotations

from edgekws.graph import reduce
from edgekws.graph.operator import Operator
from edgekws.graph.reduce import Reduce, read_reduce

LIMITS = "constant axes behind the batch, in at most two groups of neighbours"
OPTIONS_TYPE = reduce.OPTIONS_TYPE


class Mean(Reduce):
    """The mean, as of a global average pool."""

    name = "MEAN"


def read(operator: Operator) -> Reduce:
    """Check one operator of the file and make the op."""
    return read_reduce(operator, Mean, mean=True)
