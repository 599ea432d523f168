"""The quantizers against numpy."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow


def rounded(weights: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """Symmetric int8 by definition: real values of round(w / (peak / 127))."""
    step = np.abs(weights).max(axis=axes, keepdims=True) / 127
    return np.rint(weights / step) * step


@pytest.mark.parametrize(
    ("shape", "axis", "axes"),
    [
        ((3, 2, 5, 4), 3, (0, 1, 2)),  # convolution: a scale per output channel
        ((9, 1, 6, 1), 2, (0, 1, 3)),  # depthwise: a scale per channel
        ((7, 4), None, (0, 1)),  # dense: one scale
    ],
)
def test_kernels_are_rounded_per_channel(
    shape: tuple[int, ...], axis: int | None, axes: tuple[int, ...]
) -> None:
    from edgekws.quantize.simulate import KernelQuantizer

    random = np.random.default_rng(2)
    weights = random.normal(0, 1, shape).astype(np.float32)
    if axis is not None:
        loud = [1] * len(shape)
        loud[axis] = shape[axis]
        weights *= (10.0 ** np.arange(shape[axis])).reshape(loud).astype(np.float32)
    found = np.asarray(KernelQuantizer(axis)(weights, training=True, weights={}))
    np.testing.assert_allclose(found, rounded(weights, axes), rtol=1e-5)


def test_a_channel_of_zeros_stays_zero() -> None:
    from edgekws.quantize.simulate import KernelQuantizer

    weights = np.zeros((3, 3, 2, 1), np.float32)
    weights[..., 1, :] = 1.0
    assert np.array_equal(np.asarray(KernelQuantizer(2)(weights, True, {})), weights)


def test_activations_keep_to_their_range() -> None:
    from edgekws.quantize.simulate import RangeQuantizer

    x = np.array([-20.0, -17.0, -0.06, 0.07, 14.875, 20.0], np.float32)
    found = np.asarray(RangeQuantizer(-17.0, 14.875)(x, True, {}))
    np.testing.assert_allclose(found, [-17.0, -17.0, 0.0, 0.125, 14.875, 14.875], atol=1e-6)


def test_gradients_pass_through_the_rounding() -> None:
    from edgekws.models.backend import tf
    from edgekws.quantize.simulate import KernelQuantizer

    weights = tf.Variable(np.linspace(-1, 1, 18, dtype=np.float32).reshape(3, 3, 2, 1))
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(KernelQuantizer(2)(weights, True, {}))
    assert np.array_equal(tape.gradient(total, weights).numpy(), np.ones((3, 3, 2, 1)))
