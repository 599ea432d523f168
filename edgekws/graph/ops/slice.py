"""SLICE, int8: a block from the middle of a tensor."""

from __future__ import annotations

from edgekws.graph.copy import Copy, integers, moved
from edgekws.graph.operator import Operator

LIMITS = "constant begin and size; input and output on one grid"
OPTIONS_TYPE = 48


class Slice(Copy):
    """A size of -1 means up to the end."""

    name = "SLICE"


def read(operator: Operator) -> Slice:
    """Check one operator of the file and make the op."""
    operator.expect((3,), OPTIONS_TYPE)
    shape = operator.input().shape
    begins, sizes = integers(operator, 1), integers(operator, 2)
    if len(begins) != len(shape) or len(sizes) != len(shape):
        raise operator.error(f"begins {begins} and sizes {sizes} do not fit {list(shape)}")
    block = []
    for begin, size, length in zip(begins, sizes, shape, strict=True):
        end = length if size == -1 else begin + size
        if not 0 <= begin < end <= length:
            raise operator.error(f"begins {begins} and sizes {sizes} reach outside {list(shape)}")
        block.append(slice(begin, end))
    return Slice(*moved(operator, lambda x: x[tuple(block)]))
