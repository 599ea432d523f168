"""Features without some frames and bands, so that a network leans on all of them (SpecAugment)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edgekws.recipe import AugmentSpec


def mask(
    features: npt.NDArray[np.int8],
    spec: AugmentSpec,
    rng: np.random.Generator,
    rows: range | None = None,
    clips: int = 0,
) -> npt.NDArray[np.int8]:
    """Set one run of frames and one of bands of each clip to the clip's mean, in place.

    A run has 0 to ``spec.masked_frames`` (``masked_bands``) members, evenly.

    Parameters
    ----------
    features
        int8 [clips, frames, bands]
    rows
        Which of a batch of ``clips`` they are; their masks are the same as there. None: all.
    """
    rows, clips = (range(len(features)), len(features)) if rows is None else (rows, clips)
    means = np.rint(features.mean(axis=(1, 2))).astype(np.int8)[:, None, None]
    for axis, most in ((1, spec.masked_frames), (2, spec.masked_bands)):
        hidden = _runs(clips, features.shape[axis], most, rng)[rows.start : rows.stop]
        wide = hidden[:, :, None] if axis == 1 else hidden[:, None, :]
        np.copyto(features, means, where=wide)
    return features


def _runs(clips: int, size: int, most: int, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Bool [clips, size]: where each clip is hidden."""
    lengths = rng.integers(0, min(most, size) + 1, clips)
    first = np.floor(rng.random(clips) * (size - lengths + 1)).astype(np.int64)
    places = np.arange(size)
    hidden: npt.NDArray[np.bool_] = (places >= first[:, None]) & (
        places < (first + lengths)[:, None]
    )
    return hidden
