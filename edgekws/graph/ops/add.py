"""ADD, int8: the sum of two tensors whose shapes broadcast."""

from __future__ import annotations

from edgekws.graph.operator import Operator
from edgekws.graph.sum import Sum, read_sum

LIMITS = "one operand may be a constant; fused NONE, RELU or RELU6; at most 4 loops of broadcasting"
OPTIONS_TYPE = 11


class Add(Sum):
    """The sum of two tensors."""

    name = "ADD"


def read(operator: Operator) -> Sum:
    """Check one operator of the file and make the op."""
    return read_sum(operator, Add, OPTIONS_TYPE, 1)
