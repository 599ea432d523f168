"""The normalization whose numbers are measured while a network learns."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow


def test_it_measures_the_batches_that_it_sees() -> None:
    from edgekws.models.normalized import Standardized

    layer = Standardized()
    random = np.random.default_rng(1)
    batches = random.normal(-6, 4, (3, 50, 8, 8, 1)).astype(np.float32)
    np.testing.assert_array_equal(layer(batches[0]), batches[0])  # before it has seen any
    for number, batch in enumerate(batches, start=1):
        layer(batch, training=True)
        mean, variance, count = layer.get_weights()
        seen = batches[:number]
        assert count == number
        np.testing.assert_allclose(mean, seen.mean(), rtol=1e-4)
        np.testing.assert_allclose(variance, np.mean([one.var() for one in seen]), rtol=1e-4)
    found = np.asarray(layer(batches))
    np.testing.assert_allclose((found.mean(), found.std()), (0, 1), atol=0.01)
    factor, offset = layer.factor_and_offset()
    np.testing.assert_allclose(batches * factor + offset, found, atol=1e-5)
    assert not layer.trainable_weights
