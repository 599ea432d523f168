"""Scales for which a factor computed in float32 gives other values than TFLM's, in float64."""

from __future__ import annotations

import numpy as np
import pytest
from support.tflite_builder import ModelBuilder, options
from support.tflm import Tflm

from edgekws.graph import read_model, run_layers

EVERY_VALUE = np.arange(-128, 128, dtype=np.int8)[np.newaxis]


def first_layer(model: bytes, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What numpy and TFLM say of the only operator."""
    return run_layers(read_model(model), x)[0], Tflm(model).run(x)


@pytest.mark.parametrize("scales", [(0.13, 0.01), (0.13, 0.02), (0.13, 0.04), (0.13, 0.08)])
def test_leaky_relu(scales: tuple[float, float]) -> None:
    b = ModelBuilder()
    x, y = (b.tensor([1, 256], scale, 0) for scale in scales)
    b.operator("LEAKY_RELU", [x], [y], options("LeakyReluOptions", alpha=0.1))
    np.testing.assert_array_equal(*first_layer(b.build([x], [y]), EVERY_VALUE))


HARD_SWISH = [
    (0.05553223192691803, 0.04862724617123604),
    (0.07863349467515945, 0.06904055178165436),
]


@pytest.mark.parametrize("scales", HARD_SWISH)
def test_hard_swish(scales: tuple[float, float]) -> None:
    b = ModelBuilder()
    x, y = (b.tensor([1, 256], scale, 0) for scale in scales)
    b.operator("HARD_SWISH", [x], [y], options("HardSwishOptions"))
    np.testing.assert_array_equal(*first_layer(b.build([x], [y]), EVERY_VALUE))


@pytest.mark.parametrize("time_scale", [0.1, 0.3, 0.6, 0.9])
def test_svdf(time_scale: float) -> None:
    bias = np.arange(-100, 101, dtype=np.int32)
    column = (len(bias), 1)
    b = ModelBuilder()
    x = b.tensor([1, 1], 0.1, 0)
    inputs = [
        x,
        b.tensor(column, 0.01, data=np.ones(column, np.int8)),
        b.tensor(column, time_scale, data=np.ones(column, np.int16), dtype="INT16"),
        b.tensor([len(bias)], 0.003 * time_scale, data=bias, dtype="INT32"),
        b.tensor([1, len(bias)], 0.003, dtype="INT16"),
    ]
    b.graph.tensors[inputs[-1]].isVariable = True
    y = b.tensor([1, len(bias)], 0.006 * time_scale, 0)
    b.operator("SVDF", inputs, [y], options("SVDFOptions", rank=1, fusedActivationFunction=1))
    np.testing.assert_array_equal(*first_layer(b.build([x], [y]), np.zeros((1, 1), np.int8)))
