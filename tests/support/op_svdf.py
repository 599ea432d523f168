"""Networks around an SVDF, and frames for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import numpy as np
from support.op_models import Draw, OneOp, finish
from support.tflite_builder import ModelBuilder, options

FRAMES = 9


@st.composite
def svdf(draw: Callable[[Any], Any]) -> OneOp:
    """Any rank and memory, sums that fill the state and that are clamped, also ones that wrap."""
    d, b = Draw(draw), ModelBuilder()
    bands, units, rank, memory = d.integer(1, 12), d.integer(1, 9), d.integer(1, 3), d.integer(1, 7)
    wide = d.flag()
    scales = {"x": d.scale(), "feature": d.scale(0.001, 0.02), "time": d.scale(1e-5, 1e-3)}
    most = 2**15 if wide else 2**7
    full = scales["x"] * scales["feature"] * 128 * 128 * np.sqrt(bands)
    scales["state"] = float(np.float32(full / most * 2.0 ** d.integer(-2, 3)))
    x = b.tensor([1, bands], scales["x"], d.zero_point())
    filters = units * rank
    feature = d.weights((filters, bands))
    time = d.weights((filters, memory)).astype(np.int16 if wide else np.int8)
    if wide:
        time = time * np.int16(d.draw(st.sampled_from([1, 17, 256])))
    kind = "INT16" if wide else "INT8"
    bias = d.random.integers(-20_000, 20_001, units, dtype=np.int32)
    product = float(np.float32(scales["state"]) * np.float32(scales["time"]))
    inputs = [
        x,
        b.tensor(feature.shape, scales["feature"], data=feature),
        b.tensor(time.shape, scales["time"], data=time, dtype=kind),
        b.tensor([units], product, data=bias, dtype="INT32"),
        b.tensor([1, filters * memory], scales["state"], 0 if wide else d.zero_point(), dtype=kind),
    ]
    b.graph.tensors[inputs[-1]].isVariable = True
    natural = product * most * np.abs(time.astype(np.int64)).mean() * np.sqrt(memory * rank) / 128
    y_scale = float(np.float32(max(natural * 2.0 ** d.integer(-2, 2), product * 1.01)))
    y = b.tensor([1, units], min(y_scale, 10.0), d.zero_point())
    b.operator("SVDF", inputs, [y], options("SVDFOptions", rank=rank, fusedActivationFunction=1))
    made = finish(d, b, x, y, [1, bands])
    return OneOp(made.model, np.concatenate([d.int8((1, bands)) for _ in range(FRAMES)]))
