"""Networks around an operator of two operands: one shape, broadcast shapes, constants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
from support.op_models import Draw, OneOp, finish
from support.tflite_builder import ModelBuilder, options


@st.composite
def binary(draw: Callable[[Any], Any], name: str) -> OneOp:
    """The input with itself rescaled, a mean of it, or a constant, in either order."""
    d, b = Draw(draw), ModelBuilder()
    shape = [1, d.integer(1, 5), d.integer(1, 5), d.integer(1, 5)]
    scale = d.scale()
    x = b.tensor(shape, scale, d.zero_point())
    kind = d.draw(st.sampled_from(["same", "itself", "mean", "constant", "flat constant"]))
    other_scale = scale if kind == "itself" else d.near(scale)
    if kind == "same":
        other = b.tensor(shape, other_scale, d.zero_point())
        b.operator("QUANTIZE", [x], [other], options("QuantizeOptions"))
    elif kind == "itself":
        other = x
    elif kind == "mean":
        other = _mean(d, b, x, shape, other_scale)
    else:
        ones = [1 if d.flag() else n for n in shape]
        ones = ones[d.integer(0, 4) :] if kind == "flat constant" else ones
        other = b.tensor(ones, other_scale, d.zero_point(), data=d.int8(ones))
    y_scale = d.near(scale if name != "MUL" else min(scale * other_scale * 100, 0.1))
    y = b.tensor(shape, y_scale, d.zero_point())
    inputs = [x, other] if d.flag() else [other, x]
    kind_of_options = f"{name.title()}Options"
    b.operator(name, inputs, [y], options(kind_of_options, fusedActivationFunction=d.activation()))
    return finish(d, b, x, y, shape)


def _mean(d: Draw, b: ModelBuilder, x: int, shape: list[int], scale: float) -> int:
    """A tensor with axes of one where a pool has reduced them."""
    zero_point = int(b.graph.tensors[x].quantization.zeroPoint[0])
    x_scale = float(b.graph.tensors[x].quantization.scale[0])
    high, wide = (d.flag(), d.flag())
    pooled = [1, 1 if high else shape[1], 1 if wide else shape[2], shape[3]]
    y = b.tensor(pooled, x_scale, zero_point)
    chosen = options(
        "Pool2DOptions",
        padding=1,
        strideH=1,
        strideW=1,
        filterHeight=shape[1] if high else 1,
        filterWidth=shape[2] if wide else 1,
    )
    b.operator("AVERAGE_POOL_2D", [x], [y], chosen)
    other = b.tensor(pooled, scale, d.zero_point())
    b.operator("QUANTIZE", [y], [other], options("QuantizeOptions"))
    return other


STRATEGIES: dict[str, st.SearchStrategy[OneOp]] = {
    name: binary(name) for name in ("ADD", "SUB", "MUL")
}
