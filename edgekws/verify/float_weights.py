"""Find the float weights that each layer of an int8 network was rounded from."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from edgekws.graph import Graph, Node
from edgekws.graph.operator import scale
from edgekws.graph.ops.conv_2d import Conv2D
from edgekws.graph.ops.depthwise_conv_2d import DepthwiseConv2D
from edgekws.graph.ops.fully_connected import FullyConnected
from edgekws.verify.real_ops import FineWeights, Real, factors

ROUNDED = 0.55  # steps that a weight may be off: half a one, and float32

Multiplying = Conv2D | DepthwiseConv2D | FullyConnected


def find_float_weights(graph: Graph, path: Path) -> dict[int, FineWeights] | None:
    """Float weights by the number of the layer, of the file that `edgekws quantize` wrote.

    Layers are known by their weights: those that round to the int8 ones. None when the file is
    missing, or when one layer has none: they are then of another network.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            kernels = [(file[n], file[n.replace("kernel", "bias")]) for n in file if "kernel" in n]
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
        return None
    found: dict[int, FineWeights] = {}
    for number, node in enumerate(graph.nodes):
        if not isinstance(node.op, Multiplying):
            continue
        fits = (_fitted(graph, node, node.op, *pair) for pair in kernels)
        fine = next((each for each in fits if each is not None), None)
        if fine is None:
            return None
        found[number] = fine
    return found


def _fitted(
    graph: Graph, node: Node, op: Multiplying, kernel: Real, bias: Real
) -> FineWeights | None:
    """Return the weights in steps of the int8 ones; None when they do not round to them."""
    weights = op.weights
    if kernel.shape != weights.values.shape or bias.shape != weights.bias.shape:
        return None
    read = scale(graph.tensors[node.inputs[0]])
    sums = factors(weights) * scale(graph.tensors[node.output])  # real value of a step of a sum
    axes = [1] * kernel.ndim
    axes[weights.channel_axis] = -1
    values = kernel.astype(np.float64) / (sums / read).reshape(axes)
    if np.abs(values - weights.values).max(initial=0) > ROUNDED:
        return None
    return FineWeights(values, bias.astype(np.float64) / sums)
