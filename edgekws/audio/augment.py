"""What is done to training clips: shift in time, background noise, silence of every level.

The recipe of TensorFlow's speech_commands with one change: silence covers the whole range of levels
(see `edgekws.audio.noise`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekws.audio import colors
from edgekws.audio.noise import Noise, level_dbfs
from edgekws.recipe import AugmentSpec

_GAIN_ONE = 2**15

Recolor = Callable[[NDArray[np.int16]], NDArray[np.int64]]


@dataclass(frozen=True)
class Draws:
    """The chances of one batch, one number per clip."""

    shift: NDArray[np.int64]  # samples, -shift..shift; above 0 is later
    gain: NDArray[np.int64]  # of the noise, in 1/32768; 0 is none
    snr: NDArray[np.float64]  # dB, of the clip above the noise; NaN: ``gain`` says
    level: NDArray[np.float64]  # of a silence clip, dB of full scale
    recording: NDArray[np.int64]
    place: NDArray[np.float64]  # where the noise begins, 0..1


def draw(
    rng: np.random.Generator, spec: AugmentSpec, shift: int, recordings: int, count: int
) -> Draws:
    """Draw for ``count`` clips; ``shift`` is the largest shift in samples."""
    noisy = rng.random(count) < spec.background_frequency
    chance = rng.random(count)
    volume = chance * spec.background_volume
    least, greatest = spec.snr_db or (math.nan, math.nan)
    return Draws(
        snr=np.where(noisy, least + chance * (greatest - least), math.nan),
        shift=rng.integers(-shift, shift + 1, size=count),
        gain=np.where(noisy, np.rint(volume * _GAIN_ONE), 0).astype(np.int64),
        level=level_dbfs(rng.random(count)),
        recording=rng.integers(0, recordings, size=count),
        place=rng.random(count),
    )


def shifted(clip: NDArray[np.int16], shift: int) -> NDArray[np.int16]:
    """Move a clip later (above 0) or earlier by ``shift`` samples and fill with zeros.

    Parameters
    ----------
    clip : int16 [samples]
    shift
        Samples; one beyond the clip's length leaves only zeros.

    Returns
    -------
    int16 [samples]
    """
    moved = np.zeros_like(clip)
    if shift >= 0:
        moved[shift:] = clip[: max(0, len(clip) - shift)]
    else:
        moved[:shift] = clip[-shift:]
    return moved


def mixed(clip: NDArray[np.int16], noise: NDArray[np.int16], gain: int) -> NDArray[np.int16]:
    """Add ``noise * gain / 32768`` to a clip, rounded to nearest, saturating.

    Parameters
    ----------
    clip, noise : int16 [samples]
    gain
        0..32768.

    Returns
    -------
    int16 [samples]
    """
    total = noise.astype(np.int32)
    total *= gain
    total += _GAIN_ONE // 2
    total >>= 15
    total += clip
    return np.clip(total, -32768, 32767, out=total).astype(np.int16)


def gain_for(clip: NDArray[np.int16], noise: NDArray[np.int16], ratio_db: float) -> int:
    """Gain of noise that is ``ratio_db`` below a clip by RMS, in 1/32768, at most 32768."""
    heard, power = (float(np.mean(np.square(x, dtype=np.float64))) for x in (clip, noise))
    if not power:
        return 0
    return min(_GAIN_ONE, round(_GAIN_ONE * math.sqrt(heard / power) * 10 ** (-ratio_db / 20)))


def silence(
    noise: Noise, draws: Draws, number: int, samples: int, recolor: Recolor | None = None
) -> NDArray[np.int16]:
    """Silence clip ``number`` of a batch, its noise recolored: int16 [samples]."""
    crop = _crop(noise, draws, number, samples)
    return colors.at_level(recolor(crop) if recolor else crop, float(draws.level[number]))


def augmented(
    clip: NDArray[np.int16], noise: Noise, draws: Draws, number: int
) -> NDArray[np.int16]:
    """Clip ``number`` of a batch: int16 of its length."""
    crop = _crop(noise, draws, number, len(clip))
    moved = shifted(clip, int(draws.shift[number]))
    ratio = float(draws.snr[number])
    gain = int(draws.gain[number]) if math.isnan(ratio) else gain_for(moved, crop, ratio)
    return mixed(moved, crop, gain) if gain else moved


def _crop(noise: Noise, draws: Draws, number: int, samples: int) -> NDArray[np.int16]:
    return noise.crop(int(draws.recording[number]), float(draws.place[number]), samples)
