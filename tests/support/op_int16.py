"""Networks whose edges are int16: QUANTIZE between all types, SOFTMAX to int16."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import numpy as np
import numpy.typing as npt
from support.op_models import LABELS, Draw, OneOp
from support.tflite_builder import ModelBuilder, options

NARROW, WIDE = ("INT8", "INT16"), ("INT8", "INT16", "INT32")
SCORES = {"INT8": (1 / 256, -128), "INT16": (1 / 65536, -32768)}


@st.composite
def edges(draw: Callable[[Any], Any]) -> OneOp:
    """Several QUANTIZE from and to int8 and int16, a dense layer, SOFTMAX, perhaps QUANTIZE."""
    d, b = Draw(draw), ModelBuilder()
    shape = [1, d.integer(1, 9)]
    dtype = draw(st.sampled_from(NARROW))
    entry = x = b.tensor(shape, *_grid(d, dtype), dtype=dtype)
    for dtype in [*draw(st.lists(st.sampled_from(NARROW), max_size=3)), "INT8"]:
        x = _quantize(d, b, x, dtype)
    matrix = b.tensor([LABELS, shape[1]], 0.01, data=d.weights((LABELS, shape[1])))
    logits = b.tensor([1, LABELS], d.scale(), d.zero_point())
    b.operator("FULLY_CONNECTED", [x, matrix, -1], [logits], options("FullyConnectedOptions"))
    dtype = draw(st.sampled_from(NARROW))
    scores = b.tensor([1, LABELS], *SCORES[dtype], dtype=dtype)
    b.operator("SOFTMAX", [logits], [scores], options("SoftmaxOptions", beta=1.0))
    if d.flag():
        scores = _quantize(d, b, scores, draw(st.sampled_from(WIDE)))
    return OneOp(b.build([entry], [scores]), _values(d, b.graph.tensors[entry], (3, shape[1])))


def _quantize(d: Draw, b: ModelBuilder, x: int, dtype: str) -> int:
    before = float(b.graph.tensors[x].quantization.scale[0])
    shape, (scale, zero) = list(b.graph.tensors[x].shape), _grid(d, dtype)
    y = b.tensor(shape, d.near(before) if d.flag() else scale, zero, dtype=dtype)
    b.operator("QUANTIZE", [x], [y], options("QuantizeOptions"))
    return y


def _grid(d: Draw, dtype: str) -> tuple[float, int]:
    ends = np.iinfo(dtype.lower())
    if dtype == "INT32":
        return d.scale(1e-5, 0.1), d.integer(-70_000, 70_000)
    zero = d.draw(st.sampled_from([0, 0, ends.min, ends.max, d.integer(ends.min, ends.max)]))
    return d.scale(*((0.002, 0.5) if dtype == "INT8" else (1e-5, 0.01))), int(zero)


def _values(d: Draw, tensor: Any, shape: tuple[int, int]) -> npt.NDArray[np.int8]:
    """All kinds of loudness, and the ends."""
    ends = np.iinfo(np.int8 if tensor.type == 9 else np.int16)  # schema.TensorType.INT8
    quiet = 2.0 ** d.random.uniform(0, ends.bits - 1, shape)
    values = np.clip(d.random.normal(0, quiet), ends.min, ends.max)
    values[d.random.random(shape) < 0.2] = ends.min
    values[d.random.random(shape) < 0.2] = ends.max
    return values.astype(ends.dtype)
