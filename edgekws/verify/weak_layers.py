"""Which layers lose the most signal to int8: those whose values use the fewest of 256 steps.

Rounding to whole steps adds noise of 1/12 step squared. The signal is what a layer's values vary
around their mean, in steps, so their ratio needs no float network.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from edgekws.graph import Graph, run_layers

NAMED = 3


def weak_layers(graph: Graph, features: npt.NDArray[np.int8]) -> str:
    """``least signal over rounding noise: layer 4 CONV_2D 21 dB, ...`` on int8 [clips, ...]."""
    found = []
    for number, (node, values) in enumerate(
        zip(graph.nodes, run_layers(graph, features), strict=True)
    ):
        # SOFTMAX has a fixed scale, and a kernel-less op repeats its input.
        if node.op.name != "SOFTMAX" and node.op.portable_kernel() is not None:
            variance = float(np.var(values.astype(np.float64)))
            found.append((10 * math.log10(max(12 * variance, 1e-9)), number, node.op.name))
    named = ", ".join(
        f"layer {number} {name} {ratio:.0f} dB" for ratio, number, name in sorted(found)[:NAMED]
    )
    return f"least signal over rounding noise: {named}"
