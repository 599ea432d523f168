"""A float network, its int8 twin, well calibrated, and what the float one says layer by layer.

CONV_2D with ReLU, RESHAPE, FULLY_CONNECTED (twice) and SOFTMAX. One layer can be made bad.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from support.tflite_builder import ModelBuilder, options

from edgekws.graph import Graph, read_model

Real = npt.NDArray[np.float64]

CLIPS, ROWS, COLUMNS, CHANNELS, HIDDEN, LABELS = 24, 8, 6, 4, 16, 4
INPUT_STEP, INPUT_ZERO = 0.02, -3
CONV, DENSE, LOGITS = 0, 2, 3  # numbers of the layers
SAME, RELU = 0, 1


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Everything is real but the features; the keys are `CONV`, `DENSE` and `LOGITS`."""

    graph: Graph
    features: npt.NDArray[np.int8]
    weights: dict[int, tuple[Real, Real]]  # real weights, and the step of each output channel
    biases: dict[int, Real]
    outputs: dict[int, Real]  # of the float network


def calibrated_network(bad: int | None = None, wider: float = 1.0) -> Calibrated:
    """The steps of the output of layer ``bad`` are ``wider`` times as large as they should be."""
    random = np.random.default_rng(4)
    features = random.integers(-128, 128, (CLIPS, ROWS, COLUMNS, 1)).astype(np.int8)
    x = INPUT_STEP * (features.astype(np.float64) - INPUT_ZERO)
    kernels = {
        CONV: random.normal(0, 0.3, (CHANNELS, 3, 3, 1)),
        DENSE: random.normal(0, 0.1, (HIDDEN, ROWS * COLUMNS * CHANNELS)),
        LOGITS: random.normal(0, 0.15, (LABELS, HIDDEN)),
    }
    biases = {number: random.normal(0, 0.2, len(kernel)) for number, kernel in kernels.items()}
    outputs = {CONV: np.maximum(0, _convolved(x, kernels[CONV]) + biases[CONV])}
    outputs[DENSE] = outputs[CONV].reshape(CLIPS, -1) @ kernels[DENSE].T + biases[DENSE]
    outputs[LOGITS] = outputs[DENSE] @ kernels[LOGITS].T + biases[LOGITS]
    b = ModelBuilder()
    tensor = b.tensor((1, ROWS, COLUMNS, 1), INPUT_STEP, INPUT_ZERO)
    first, step, weights = tensor, INPUT_STEP, {}
    for number, kernel in kernels.items():
        if number == DENSE:
            tensor = _flat(b, tensor)
        peaks = np.abs(kernel).reshape(len(kernel), -1).max(axis=1)
        steps = peaks / 127 if number == CONV else np.full(len(kernel), peaks.max() / 127)
        shaped = steps.reshape(-1, *[1] * (kernel.ndim - 1))
        values = np.rint(kernel / shaped).astype(np.int8)
        offsets = np.rint(biases[number] / (step * steps)).astype(np.int32)
        listed = steps.tolist() if number == CONV else [float(steps[0])]
        constants = (
            b.tensor(kernel.shape, listed, data=values),
            b.tensor((len(kernel),), [s * step for s in listed], data=offsets, dtype="INT32"),
        )
        low, high = min(0.0, outputs[number].min()), outputs[number].max()
        step = float((high - low) / 255 * (wider if number == bad else 1))
        shape = (1, *outputs[number].shape[1:])
        y = b.tensor(shape, step, int(np.clip(round(-128 - low / step), -128, 127)))
        name, chosen = _op(number)
        b.operator(name, (tensor, *constants), (y,), chosen)
        tensor, weights[number] = y, (kernel, steps)
    scores = b.tensor((1, LABELS), 1 / 256, -128)
    b.operator("SOFTMAX", (tensor,), (scores,), options("SoftmaxOptions", beta=1.0))
    return Calibrated(read_model(b.build((first,), (scores,))), features, weights, biases, outputs)


def _convolved(x: Real, kernel: Real) -> Real:
    padded = np.pad(x[..., 0], ((0, 0), (1, 1), (1, 1)))
    parts = [
        padded[:, i : i + ROWS, j : j + COLUMNS, np.newaxis] * kernel[:, i, j, 0]
        for i in range(3)
        for j in range(3)
    ]
    return np.asarray(sum(parts))


def _flat(b: ModelBuilder, tensor: int) -> int:
    grid, size = b.graph.tensors[tensor].quantization, ROWS * COLUMNS * CHANNELS
    flat = b.tensor((1, size), float(grid.scale[0]), int(grid.zeroPoint[0]))
    b.operator("RESHAPE", (tensor,), (flat,), options("ReshapeOptions", newShape=[1, size]))
    return flat


def _op(number: int) -> tuple[str, object]:
    if number != CONV:
        return "FULLY_CONNECTED", options("FullyConnectedOptions")
    strides = {"strideW": 1, "strideH": 1, "dilationWFactor": 1, "dilationHFactor": 1}
    return "CONV_2D", options(
        "Conv2DOptions", padding=SAME, fusedActivationFunction=RELU, **strides
    )
