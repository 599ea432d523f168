"""A small network of two SVDF layers that takes one frame at a time."""

from __future__ import annotations

import numpy as np
from support.tflite_builder import ModelBuilder, options

BANDS, UNITS, RANK, MEMORY, LABELS = 10, 6, 2, 9, 4


def stepwise_model(seed: int = 1) -> bytes:
    """SVDF, SVDF, FULLY_CONNECTED and SOFTMAX, for features of scale 0.125 and zero point 8."""
    random = np.random.default_rng(seed)
    b = ModelBuilder()
    x = entry = b.tensor((1, BANDS), 0.125, 8, name="features")
    scale, width = 0.125, BANDS
    for _ in range(2):
        filters = UNITS * RANK
        feature = random.integers(-127, 128, (filters, width)).astype(np.int8)
        time = random.integers(-3000, 3000, (filters, MEMORY)).astype(np.int16)
        state_scale = float(np.float32(scale * 0.01 * 127 * 127 * np.sqrt(width) / 32768))
        time_scale = 1e-4
        product = float(np.float32(state_scale) * np.float32(time_scale))
        bias = random.integers(-500_000, 500_000, UNITS).astype(np.int32)
        y_scale = float(np.float32(product * 32768 * 3000 * np.sqrt(MEMORY * RANK) / 512))
        inputs = [
            x,
            b.tensor(feature.shape, 0.01, data=feature),
            b.tensor(time.shape, time_scale, data=time, dtype="INT16"),
            b.tensor((UNITS,), product, data=bias, dtype="INT32"),
            b.tensor((1, filters * MEMORY), state_scale, dtype="INT16"),
        ]
        b.graph.tensors[inputs[-1]].isVariable = True
        x = b.tensor((1, UNITS), y_scale, -128)
        b.operator(
            "SVDF", inputs, [x], options("SVDFOptions", rank=RANK, fusedActivationFunction=1)
        )
        scale, width = y_scale, UNITS
    matrix = random.integers(-127, 128, (LABELS, UNITS)).astype(np.int8)
    dense = b.tensor(matrix.shape, 0.01, data=matrix)
    start = np.zeros(LABELS, np.int32)
    bias = b.tensor((LABELS,), float(np.float32(scale * 0.01)), data=start, dtype="INT32")
    logits = b.tensor((1, LABELS), float(np.float32(scale / 4)), 3)
    b.operator("FULLY_CONNECTED", (x, dense, bias), (logits,), options("FullyConnectedOptions"))
    scores = b.tensor((1, LABELS), 1 / 256, -128)
    b.operator("SOFTMAX", (logits,), (scores,), options("SoftmaxOptions", beta=1.0))
    return b.build((entry,), (scores,))
