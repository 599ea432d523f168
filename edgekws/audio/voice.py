"""Other voices and no words, made of training clips: louder, faster, backwards, spliced."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekws.recipe import AugmentSpec

# How a clip becomes an unknown word. Halves meet where half of a clip's energy has passed.
JOINED, SWAPPED, BACKWARDS = 1, 2, 3
_FADE = 64  # samples over which two halves cross


@dataclass(frozen=True)
class Changes:
    """The chances of one batch, one number per clip."""

    gain: NDArray[np.float64]  # factor; 1 leaves a clip as it is
    speed: NDArray[np.float64]  # factor; above 1 is faster and higher
    splice: NDArray[np.int64]  # 0: stays a word; else one of the three above
    other: NDArray[np.float64]  # 0..1: which clip the other half is of
    spoken: NDArray[np.float64]  # 0..1: which synthetic clip stands in its place; below 0: none


def draw(rng: np.random.Generator, spec: AugmentSpec, count: int) -> Changes:
    """Draw for ``count`` clips."""
    loudness = spec.gain_db * (2 * rng.random(count) - 1)
    speed = 1 + spec.speed_percentage / 100 * (2 * rng.random(count) - 1)
    chosen = rng.random(count) < spec.spliced_unknown
    return Changes(
        gain=10 ** (loudness / 20),
        speed=speed,
        splice=np.where(chosen, rng.integers(JOINED, BACKWARDS + 1, count), 0),
        other=rng.random(count),
        spoken=np.where(rng.random(count) < spec.spoken, rng.random(count), -1.0),
    )


def changed(clip: NDArray[np.int16], changes: Changes, number: int) -> NDArray[np.int16]:
    """Clip ``number`` of a batch, int16 [samples], in its other speed and loudness."""
    gain, speed = float(changes.gain[number]), float(changes.speed[number])
    if gain == 1 and speed == 1:
        return clip
    heard: NDArray[np.float64] = clip.astype(np.float64)
    if speed != 1:
        # Around the middle, where the word is; what was not recorded is silent.
        middle = (len(clip) - 1) / 2
        places = (np.arange(len(clip)) - middle) * speed + middle
        heard = np.interp(places, np.arange(len(clip)), heard, left=0.0, right=0.0)
    return np.clip(np.rint(heard * gain), -32768, 32767).astype(np.int16)


def spliced(clip: NDArray[np.int16], other: NDArray[np.int16], how: int) -> NDArray[np.int16]:
    """Make a sound that is no word of two clips of different words.

    Parameters
    ----------
    clip, other : int16 [samples]
    how
        ``JOINED``: the beginning of one and the end of the other. ``SWAPPED``: the
        quarter of a clip behind one's middle, then that before the other's. ``BACKWARDS``: ``clip``
        backwards.

    Returns
    -------
    int16 [samples]
    """
    if how == BACKWARDS:
        return clip[::-1].copy()
    middle = len(clip) // 2
    if how == SWAPPED:
        quarter = len(clip) // 4
        end = np.roll(clip, middle - quarter - _middle(clip))
        end[: middle - quarter] = 0
        beginning = np.roll(other, middle + quarter - _middle(other))
        beginning[middle + quarter :] = 0
        return _crossed(end, beginning)
    first = np.roll(clip, middle - _middle(clip))
    return _crossed(first, np.roll(other, middle - _middle(other)))


def _middle(clip: NDArray[np.int16]) -> int:
    """Sample by which half of a clip's energy has passed."""
    energy = np.cumsum(np.square(clip, dtype=np.float64))
    return int(np.searchsorted(energy, energy[-1] / 2))


def _crossed(first: NDArray[np.int16], second: NDArray[np.int16]) -> NDArray[np.int16]:
    """The first half of one and the second half of another, crossing in the middle."""
    middle = len(first) // 2
    share = np.clip((np.arange(len(first)) - middle) / min(_FADE, len(first)) + 0.5, 0.0, 1.0)
    return np.rint(first * (1 - share) + second * share).astype(np.int16)
