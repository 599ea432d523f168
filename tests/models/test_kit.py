"""Dropout by step, seeds, and the fold of batch normalization."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support.small_shapes import small_shape

from edgekws.errors import ConfigError
from edgekws.models import architecture_names, find_architecture

pytestmark = pytest.mark.tensorflow


def test_the_same_seed_gives_the_same_weights() -> None:
    build = find_architecture("tiny_conv").build
    first, again, other = (build((49, 40), 4, seed=seed).get_weights() for seed in (7, 7, 8))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_a_layer_that_sees_more_frames_than_there_are_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"depthwise_1 sees 3 frames .* 2 are left .*--clip-ms"):
        find_architecture("ds_cnn_stream").build((12, 10), 4)


def test_dropout_depends_on_the_step_alone() -> None:
    from edgekws.models.kit import StepDropout

    layer = StepDropout(0.5, seed=3, name="dropout")
    x = np.ones((4, 100), np.float32)

    def drawn(step: int) -> np.ndarray:
        layer.step.value.assign(step)
        return np.asarray(layer(x, training=True))

    first = drawn(1)
    assert not np.array_equal(first, drawn(2))
    assert np.array_equal(first, drawn(1))
    assert set(np.unique(first)) == {0.0, 2.0}
    assert np.array_equal(np.asarray(layer(x, training=False)), x)
    assert not layer.weights  # the step is not a parameter


@pytest.mark.parametrize("name", architecture_names())
def test_deployed_network_equals_the_trained_one(name: str) -> None:
    random = np.random.default_rng(1)
    architecture = find_architecture(name)
    frames, bands = small_shape(name)
    trained = architecture.build((frames, bands), 5)
    for layer in trained.layers:
        if type(layer).__name__ == "Standardized":  # mean, variance, count
            layer.set_weights([np.float32(-6), np.float32(30), np.float32(4)])
        elif layer.name.endswith(("_norm", "_input")):  # gamma, beta, mean, variance
            ranges = [(0.5, 1.5), (-0.5, 0.5), (-0.1, 0.1), (0.01, 0.1)]
            shape = layer.get_weights()[0].shape
            layer.set_weights([random.uniform(*ends, shape) for ends in ranges])
        elif layer.get_weights():
            # New kernels of depthwise layers are so small that little of the signal is left.
            spread = 0.2 if "Depthwise" in type(layer).__name__ else 0.02
            layer.set_weights([w + random.normal(0, spread, w.shape) for w in layer.get_weights()])
    x = random.normal(-6, 6, (6, frames, bands, 1)).astype(np.float32)
    expected, found = (_logits(model, x) for model in (trained, architecture.deployed(trained)))
    assert np.ptp(expected, axis=0).min() > 0.03  # the inputs do matter
    np.testing.assert_allclose(found, expected, atol=1e-3 * max(1, np.abs(expected).max() / 100))


def _logits(model: Any, x: np.ndarray) -> np.ndarray:
    from edgekws.models.backend import keras

    probe = keras.Model(model.inputs, model.get_layer("logits").output)
    return np.asarray(probe(x, training=False))


def test_feature_maps_are_pooled_by_an_op_that_engines_know() -> None:
    model = find_architecture("ds_cnn").build((49, 10), 5, deploy=True)
    assert model.get_layer("pool").__class__.__name__ == "AveragePooling2D"
    assert model.get_layer("pool").output_shape == (None, 1, 1, 64)
