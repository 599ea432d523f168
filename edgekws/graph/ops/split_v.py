"""SPLIT_V, int8: parts of given sizes along one axis, each a node of its own."""

from __future__ import annotations

from edgekws.graph.copy import Copy, axis_of, integers, moved
from edgekws.graph.operator import MOST_OPERANDS, Operator
from edgekws.graph.parts import parts

LIMITS = "1 to 16 parts; constant sizes and axis; input and output on one grid"
OPTIONS_TYPE = 79


class SplitV(Copy):
    """One of the parts; at most one size may be -1, which means the rest."""

    name = "SPLIT_V"


def read(operator: Operator) -> tuple[SplitV, ...]:
    """Check one operator of the file and make an op for each of its outputs."""
    operator.expect((3,), OPTIONS_TYPE, range(1, MOST_OPERANDS + 1))
    shape, sizes, axes = operator.input().shape, integers(operator, 1), integers(operator, 2)
    if len(axes) != 1:
        raise operator.error(f"splits along {len(axes)} axes; only 1 runs here")
    axis = axis_of(operator, axes[0], len(shape))
    if sizes.count(-1) == 1:
        sizes[sizes.index(-1)] = shape[axis] - sum(sizes) - 1
    if len(sizes) != len(operator.outputs) or min(sizes) < 1 or sum(sizes) != shape[axis]:
        raise operator.error(f"{list(shape)} does not split into {sizes} along axis {axis}")
    return tuple(
        SplitV(*moved(operator, view, output=i)) for i, view in enumerate(parts(axis, sizes))
    )
