"""PAD and PADV2: a frame of one value around a tensor."""

from __future__ import annotations

from edgekws.graph.copy import Made, integers, moved
from edgekws.graph.operator import Operator


def padded(operator: Operator) -> Made:
    """First members of a `edgekws.graph.copy.Copy` for the paddings in input 1."""
    x = operator.input()
    values = integers(operator, 1)
    if len(values) != 2 * len(x.shape) or min(values, default=0) < 0:
        raise operator.error(f"paddings {values} do not fit the input {list(x.shape)}")
    before, after = values[::2], values[1::2]
    sizes = zip(before, x.shape, after, strict=True)
    operator.expect_shape(tuple(sum(parts) for parts in sizes))
    inside = tuple(slice(start, start + size) for start, size in zip(before, x.shape, strict=True))
    return moved(operator, lambda x: x, lambda y: y[inside])
