"""Layers that another one can do on the way, with the same bits.

A layer is taken into the one that it follows, or that follows it, only where nothing else reads
what lies between. The fused graph has fewer layers; each that is left still has its tensor of the
file, so that every engine can be asked for it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from edgekws.graph.lookup import EVERY_VALUE, Lookup
from edgekws.graph.ops.conv_2d import Conv2D
from edgekws.graph.ops.depthwise_conv_2d import DepthwiseConv2D
from edgekws.graph.ops.fully_connected import FullyConnected
from edgekws.graph.ops.logistic import Logistic, Swish
from edgekws.graph.ops.mul import Mul
from edgekws.graph.ops.pad import Pad
from edgekws.graph.reshape import Reshape
from edgekws.graph.types import Graph, Node, Op
from edgekws.graph.window import Window


def fuse(graph: Graph) -> Graph:
    """Return the same network in as few layers as these rules allow."""
    nodes = list(graph.nodes)
    while (found := _next(graph, nodes)) is not None:
        first, second, op = found
        nodes = [node for node in nodes if node is not first]
        nodes[nodes.index(second)] = Node(op, first.inputs, second.output)
    return replace(graph, nodes=tuple(nodes))


def _next(graph: Graph, nodes: list[Node]) -> tuple[Node, Node, Op] | None:
    """Return two nodes and the op that does what both do; None: there are no more."""
    for second in nodes:
        for between in second.inputs:
            first = _alone_before(graph, nodes, between)
            op = None if first is None else _one_for_two(graph, first, second)
            if first is not None and op is not None:
                return first, second, op
    return None


def _alone_before(graph: Graph, nodes: list[Node], between: int) -> Node | None:
    """Return the node that makes a tensor which one layer reads, and nothing else does."""
    readers = sum(node.inputs.count(between) for node in nodes)
    first = next((node for node in nodes if node.output == between), None)
    alone = first is not None and readers == 1 and len(first.inputs) == 1
    return first if alone and between != graph.output else None


def _one_for_two(graph: Graph, first: Node, second: Node) -> Op | None:
    """One op in place of both, on the input of ``first``; None: there is none."""
    if len(second.inputs) == 1:
        return _both(first.op, second.op, graph.tensors[first.inputs[0]].shape)
    return _gate(first, second)


def _gate(first: Node, second: Node) -> Op | None:
    """A tensor times its sigmoid is a table too."""
    op, source = second.op, first.inputs[0]
    if not isinstance(first.op, Logistic) or not isinstance(op, Mul):
        return None
    if source not in second.inputs or len(set(op.operands.shapes)) > 1:
        return None
    values = {source: EVERY_VALUE, first.output: first.op.table.astype(np.int64)}
    a, b = (values[number] for number in second.inputs)
    return Swish(op.combine(a, b).astype(np.int8), first.op.size)


def _both(first: Op, second: Op, shape: tuple[int, ...]) -> Op | None:
    """One op that does what two do, the first on an input of ``shape``; None: there is none."""
    for rule in (_lookups, _clamp, _padding, _shapes):
        op = rule(first, second, shape)
        if op is not None:
            return op
    return None


def _lookups(first: Op, second: Op, shape: tuple[int, ...]) -> Op | None:
    """Two tables are one: the second's values at the first's."""
    if not isinstance(first, Lookup) or not isinstance(second, Lookup):
        return None
    return replace(second, table=second.table[first.table.astype(np.int16) + 128])


def _clamp(first: Op, second: Op, shape: tuple[int, ...]) -> Op | None:
    """RELU, or QUANTIZE to the same grid, after a layer that cuts its results off anyway."""
    if not isinstance(first, Conv2D | DepthwiseConv2D | FullyConnected):
        return None
    if not isinstance(second, Lookup):
        return None
    low, high = int(second.table.min()), int(second.table.max())
    if not np.array_equal(second.table, np.clip(EVERY_VALUE, low, high)):
        return None
    rescale = first.weights.rescale
    lowest, highest = (
        min(max(value, low), high) for value in (rescale.activation_min, rescale.activation_max)
    )
    clamped = replace(rescale, activation_min=lowest, activation_max=highest)
    return replace(first, weights=replace(first.weights, rescale=clamped))


def _padding(first: Op, second: Op, shape: tuple[int, ...]) -> Op | None:
    """Zeros around the rows and columns that a convolution reads: it can read them itself."""
    if not isinstance(first, Pad) or not isinstance(second, Conv2D | DepthwiseConv2D):
        return None
    inside, outside = shape, first.output_shape
    if len(outside) != 4 or first.sizes != inside or first.fill != second.weights.input_zero_point:
        return None
    before = np.unravel_index(first.target.offset, outside)
    if inside[0] != outside[0] or inside[3] != outside[3]:
        return None
    axes = zip((second.window.height, second.window.width), inside[1:3], before[1:3], strict=True)
    window = Window(*(replace(a, size=size, pad=a.pad + int(more)) for a, size, more in axes))
    return replace(second, window=window)


def _shapes(first: Op, second: Op, shape: tuple[int, ...]) -> Op | None:
    """Of two renamings the second says all."""
    return second if isinstance(first, Reshape) and isinstance(second, Reshape) else None
