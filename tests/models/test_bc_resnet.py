"""BC-ResNet: its products, and its normalization of groups of bands against the definition."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import pytest

from edgekws.models import find_architecture
from edgekws.models.architectures.bc_resnet_1 import along_bands

pytestmark = pytest.mark.tensorflow

# Of convolutions alone, in millions, at the 101 frames of the published implementation.
PUBLISHED_MACS = {"bc_resnet_1": 2.48, "bc_resnet_1_5": 4.61, "bc_resnet_2": 7.32}
PUBLISHED_MACS |= {"bc_resnet_3": 14.5}
GROUPS, CHANNELS, FRAMES = 5, 3, 4


@pytest.mark.parametrize("name", sorted(PUBLISHED_MACS))
def test_products_are_the_published_ones(name: str) -> None:
    model = find_architecture(name).build((101, 40), 12)
    count = sum(layer_macs(layer) for layer in model.layers)
    assert count / 1e6 == pytest.approx(PUBLISHED_MACS[name], rel=0.003)


def layer_macs(layer: Any) -> int:
    """Products of one convolution; the groups of a shared one have its kernel each."""
    kernel = getattr(layer, "depthwise_kernel", getattr(layer, "kernel", None))
    if kernel is None:
        return 0
    groups = layer.groups if type(layer).__name__ == "BandsDepthwise" else 1
    return prod(kernel.shape) * groups * prod(layer.output_shape[1:-1])


def interleaved(x: np.ndarray) -> np.ndarray:
    """Bands, the second to last axis, with the first of each group in front."""
    groups = x.reshape(*x.shape[:-2], GROUPS, -1, x.shape[-1])
    return groups.swapaxes(-3, -2).reshape(x.shape)


@pytest.mark.parametrize(("bands", "stride"), [(5, 1), (10, 1), (20, 1), (10, 2), (20, 2), (40, 2)])
@pytest.mark.parametrize("deploy", [False, True])
def test_each_group_of_bands_is_normalized_apart(bands: int, stride: int, deploy: bool) -> None:
    from edgekws.models.backend import keras
    from edgekws.models.fold import copy_folded
    from edgekws.models.kit import Kit

    def network(deploy: bool) -> Any:
        inputs = keras.Input((FRAMES, bands, CHANNELS))
        kit = Kit(deploy=deploy, seed=1)
        return keras.Model(inputs, along_bands(kit, inputs, "block", GROUPS, stride))

    random = np.random.default_rng(bands)
    model = network(deploy=False)
    gamma, beta, mean = random.normal(0, 1, (3, GROUPS, CHANNELS))
    variance = random.uniform(0.5, 2, (GROUPS, CHANNELS))
    numbers = [array.ravel() for array in (gamma, beta, mean, variance)]
    model.get_layer("block_bands_norm").set_weights(numbers)
    kernel = model.get_layer("block_bands").get_weights()[0][0, :, :, 0]  # [3, channels]
    x = random.normal(0, 1, (2, FRAMES, bands, CHANNELS)).astype(np.float32)

    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (0, 0)))
    y = sum(padded[:, :, k : k + bands] * kernel[k] for k in range(3))[:, :, ::stride]
    group = np.arange(y.shape[2]) * GROUPS // y.shape[2]  # of each band
    y = (y - mean[group]) / np.sqrt(variance[group] + 1e-3) * gamma[group] + beta[group]

    if deploy:
        trained, model = model, network(deploy=True)
        copy_folded(trained, model)
    found = np.asarray(model(interleaved(x), training=False))
    np.testing.assert_allclose(found, interleaved(y), atol=1e-4)


def test_bands_are_put_into_the_order_of_groups() -> None:
    from edgekws.models.subspectral import Interleaved

    x = np.random.default_rng(1).normal(0, 1, (2, FRAMES, 20, CHANNELS)).astype(np.float32)
    assert np.array_equal(np.asarray(Interleaved(GROUPS)(x)), interleaved(x))


def test_whole_channels_are_dropped() -> None:
    from edgekws.models.kit import StepDropout

    layer = StepDropout(0.5, seed=3, name="dropout", whole_channels=True)
    found = np.asarray(layer(np.ones((4, 5, 6, 40), np.float32), training=True))
    assert set(np.unique(found)) == {0.0, 2.0}
    assert np.array_equal(found, np.broadcast_to(found[:, :1, :1], found.shape))
