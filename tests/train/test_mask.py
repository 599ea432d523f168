"""Frames and bands that are taken away."""

from __future__ import annotations

import numpy as np

from edgekws.audio.chance import generator
from edgekws.recipe import AugmentSpec
from edgekws.train.mask import mask


def test_runs_of_frames_and_bands_become_the_mean() -> None:
    features = np.arange(60 * 12 * 8, dtype=np.int64).reshape(60, 12, 8) % 7 * 10
    features[:, 0, 0] += 1
    before = features.astype(np.int8)
    spec = AugmentSpec(masked_frames=4, masked_bands=3)
    found = mask(before.copy(), spec, generator(1, 2))
    np.testing.assert_array_equal(found, mask(before.copy(), spec, generator(1, 2)))
    sizes = set()
    for own, masked in zip(before, found, strict=True):
        mean = np.int8(np.rint(own.mean()))
        kept = (masked == own) & (own != mean)
        assert (masked[~kept & (own != mean)] == mean).all()
        frames, bands = (np.flatnonzero(~kept.any(axis=axis)) for axis in (1, 0))
        sizes.add((len(frames), len(bands)))
        for run in (frames, bands):
            assert len(run) == 0 or np.array_equal(run, np.arange(run[0], run[-1] + 1))
    assert {frames for frames, _ in sizes} == set(range(5))
    assert {bands for _, bands in sizes} == set(range(4))


def test_a_mask_longer_than_the_clip_is_all_of_it() -> None:
    features = np.arange(12, dtype=np.int8).reshape(1, 3, 4)
    found = mask(features, AugmentSpec(masked_frames=99), generator(5, 1))
    assert found.shape == (1, 3, 4)
