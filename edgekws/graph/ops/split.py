"""SPLIT, int8: equal parts along one axis, each a node of its own."""

from __future__ import annotations

from edgekws.graph.copy import Copy, axis_of, integers, moved
from edgekws.graph.operator import MOST_OPERANDS, Operator
from edgekws.graph.parts import parts

LIMITS = "1 to 16 equal parts; constant axis; input and output on one grid"
OPTIONS_TYPE = 35
NUM_SPLITS = 0


class Split(Copy):
    """One of the parts."""

    name = "SPLIT"


def read(operator: Operator) -> tuple[Split, ...]:
    """Check one operator of the file and make an op for each of its outputs."""
    operator.expect((2,), OPTIONS_TYPE, range(1, MOST_OPERANDS + 1))
    axes, shape = integers(operator, 0), operator.input(1).shape
    if len(axes) != 1:
        raise operator.error(f"splits along {len(axes)} axes; only 1 runs here")
    axis, count = axis_of(operator, axes[0], len(shape)), len(operator.outputs)
    if operator.integer(NUM_SPLITS) != count or shape[axis] % count:
        raise operator.error(f"{list(shape)} does not split into {count} equal parts")
    views = parts(axis, [shape[axis] // count] * count)
    return tuple(Split(*moved(operator, view, source=1, output=i)) for i, view in enumerate(views))
