"""Networks around an operator that reduces axes or resizes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import numpy as np
from support.op_models import Draw, OneOp, finish
from support.tflite_builder import ModelBuilder, options


@st.composite
def reduce(draw: Callable[[Any], Any], name: str) -> OneOp:
    """``MEAN``, ``SUM`` or ``REDUCE_MAX`` over axes behind the batch, kept as ones or dropped."""
    d, b = Draw(draw), ModelBuilder()
    shape = [1, d.integer(1, 30), *(d.integer(1, 9) for _ in range(d.integer(1, 2)))]
    rank = len(shape)
    axes = d.draw(st.lists(st.integers(1, rank - 1), min_size=1, max_size=3))
    if name == "REDUCE_MAX":
        axes = list(range(1, d.integer(1, rank - 1) + 1))
    keep = d.flag()
    x_scale = d.scale(0.002, 0.1)
    x = b.tensor(shape, x_scale, d.zero_point())
    kept = [1 if i in axes else n for i, n in enumerate(shape) if keep or i not in axes]
    factor = 1.0 if name == "MEAN" else d.integer(1, 12)
    y = b.tensor(kept, d.near(float(x_scale * factor)), d.zero_point())
    if name == "REDUCE_MAX":
        b.graph.tensors[y].quantization = b.graph.tensors[x].quantization
    written = [axis - rank if d.flag() else axis for axis in axes]
    which = b.tensor([len(axes)], data=np.array(written, np.int32), dtype="INT32")
    b.operator(name, [x, which], [y], options("ReducerOptions", keepDims=keep))
    return finish(d, b, x, y, shape)


@st.composite
def resize_bilinear(draw: Callable[[Any], Any]) -> OneOp:
    """Up and down by any factors, with the three rules for where the corners lie."""
    d, b = Draw(draw), ModelBuilder()
    shape = [1, d.integer(1, 9), d.integer(1, 9), d.integer(1, 3)]
    grid = d.scale(), d.zero_point()
    x = b.tensor(shape, *grid)
    sizes = [d.integer(1, 14), d.integer(1, 14)]
    y = b.tensor([1, *sizes, shape[3]], *grid)
    rule = d.draw(st.sampled_from([(False, False), (True, False), (False, True)]))
    chosen = options("ResizeBilinearOptions", alignCorners=rule[0], halfPixelCenters=rule[1])
    which = b.tensor([2], data=np.array(sizes, np.int32), dtype="INT32")
    b.operator("RESIZE_BILINEAR", [x, which], [y], chosen)
    return finish(d, b, x, y, shape)


STRATEGIES: dict[str, st.SearchStrategy[OneOp]] = {
    "MEAN": reduce("MEAN"),
    "SUM": reduce("SUM"),
    "REDUCE_MAX": reduce("REDUCE_MAX"),
    "RESIZE_BILINEAR": resize_bilinear(),
}
