"""STRIDED_SLICE, int8: Python's ``x[begin:end:stride]`` along each axis."""

from __future__ import annotations

from edgekws.graph.copy import Copy, integers, moved
from edgekws.graph.operator import Operator

LIMITS = "constant begin, end and stride; no ellipsis, no new axes; input and output on one grid"
OPTIONS_TYPE = 32
BEGIN_MASK, END_MASK, ELLIPSIS_MASK, NEW_AXIS_MASK, SHRINK_AXIS_MASK, OFFSET = range(6)


class StridedSlice(Copy):
    """Bits of the masks leave out a begin or an end, or drop an axis of one."""

    name = "STRIDED_SLICE"


def read(operator: Operator) -> StridedSlice:
    """Check one operator of the file and make the op."""
    operator.expect((4,), OPTIONS_TYPE)
    shape = operator.input().shape
    lists = [integers(operator, index) for index in (1, 2, 3)]
    if any(len(values) != len(shape) for values in lists):
        raise operator.error(f"begin, end and stride {lists} do not fit {list(shape)}")
    for option in (ELLIPSIS_MASK, NEW_AXIS_MASK, OFFSET):
        if operator.integer(option, "B" if option == OFFSET else "i"):
            raise operator.error("an ellipsis, new axes and ends as lengths are not supported")
    bounds = zip(*lists, strict=True)
    block = tuple(
        _part(operator, axis, size, bound)
        for axis, (size, bound) in enumerate(zip(shape, bounds, strict=True))
    )
    return StridedSlice(*moved(operator, lambda x: x[(*block, ...)]))


def _part(operator: Operator, axis: int, size: int, bound: tuple[int, int, int]) -> slice | int:
    """Part of one axis, never empty, or the one element that is left of it."""
    begin, end, stride = bound
    if stride == 0:
        raise operator.error(f"a stride of 0 along axis {axis}")
    if operator.integer(SHRINK_AXIS_MASK) >> axis & 1:
        if operator.integer(BEGIN_MASK) >> axis & 1 or not -size <= begin < size:
            raise operator.error(f"element {begin} of axis {axis} is not one of {size}")
        return begin
    first = None if operator.integer(BEGIN_MASK) >> axis & 1 else begin
    last = None if operator.integer(END_MASK) >> axis & 1 else end
    part = slice(first, last, stride)
    if not range(*part.indices(size)):
        raise operator.error(f"nothing is left of axis {axis}")
    return part
