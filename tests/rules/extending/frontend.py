"""The C of the frontend equals its numpy twin, and both its definition to a step."""

from __future__ import annotations

import numpy as np

from edgekws.features import find_frontend
from edgekws.recipe import FrontendSpec

random = np.random.default_rng(1)
for bands in (1, 10, 40):
    frontend = find_frontend(FrontendSpec(name="peaks", bands=bands))
    pcm = (random.integers(-32768, 32768, (5, 16_000)) >> random.integers(0, 15, (5, 1))).astype(
        np.int16
    )
    pcm[0, :2000], pcm[1] = -32768, 0
    features = frontend.compute(pcm)
    assert features.shape == (5, 49, bands)
    np.testing.assert_array_equal(features, frontend.reference(pcm))
    real = (features.astype(float) - frontend.zero_point) * frontend.scale
    assert np.abs(real - frontend.exact(pcm)).max() <= 2 * frontend.scale
