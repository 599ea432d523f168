"""Ranges of activations, on values whose ranges are known."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow


def test_values_keep_their_ends_when_there_are_few() -> None:
    from edgekws.quantize.calibrate import value_range

    values = np.linspace(-3, 5, 1001, dtype=np.float32)
    assert value_range(values) == pytest.approx((-3, 5), abs=1e-3)


def test_single_outliers_among_many_are_clipped() -> None:
    from edgekws.quantize.calibrate import value_range

    values = np.zeros(1_000_000, np.float32)
    values[:1000] = np.linspace(-1, 1, 1000)
    values[5000], values[6000] = -50, 70
    low, high = value_range(values)
    assert -1 <= low < -0.9
    assert 0.9 < high <= 1


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[1, 2, 3], [0, -2, 4]], (-2, 4)),  # nothing is far from anything
        ([[-40, 2, 3], [0, -2, 4]], (-5, 4)),  # 3 - 8
        ([[1, 2, 3], [0, -2, 30]], (-2, 10)),  # 2 + 8
    ],
)
def test_logits_that_cannot_matter_take_no_range(
    rows: list[list[float]], expected: tuple[float, float]
) -> None:
    from edgekws.quantize.calibrate import logit_range

    assert logit_range(np.array(rows, np.float32)) == expected


def test_every_range_holds_zero() -> None:
    from edgekws.models.backend import keras
    from edgekws.quantize.calibrate import activation_ranges

    inputs = keras.Input((2, 2, 1))
    layer = keras.layers.Conv2D(1, 1, kernel_initializer="ones", name="above_zero")
    last = keras.layers.Dense(3, name="logits")
    model = keras.Model(inputs, last(keras.layers.Flatten()(layer(inputs))))
    batch = np.full((5, 2, 2, 1), 7, np.float32)
    ranges = activation_ranges(model, [layer, last], iter([batch, batch + 1]))
    assert ranges["above_zero"] == pytest.approx((0, 8))
    assert ranges["logits"][0] <= 0 <= ranges["logits"][1]
