"""A spoken word made into a clip as a microphone would hear it: room, level, noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edgekws.audio import colors
from edgekws.audio.augment import mixed
from edgekws.audio.noise import Noise
from edgekws.audio.read import saturate
from edgekws.audio.resample import STEP, to_16khz

SAMPLE_RATE_HZ = 16_000
CLIP_SAMPLES = 16_000

_AUDIBLE = 100  # of 32768: what is softer at either end is cut off
_ECHOES = 5
_ECHO_SAMPLES = (60, 1_000)  # from the direct sound: 4 to 60 ms
_LEVEL_DBFS = (-36.0, -16.0)
_SNR_DB = (5.0, 35.0)
_FULL = 2**15


def word_clip(
    spoken: NDArray[np.int16], background: Noise, stretch: float, rng: np.random.Generator
) -> NDArray[np.int16]:
    """Clip of one second with a word somewhere in it.

    Parameters
    ----------
    spoken : int16 [n]
        The word as espeak-ng gives it, at 22,050 Hz.
    background
        Noise to mix in, 5 to 35 dB below the word.
    stretch
        The voice is made smaller or larger by up to so many octaves.
    rng
        Where the word stands, and everything else that varies.

    Returns
    -------
    int16 [16000]
    """
    word = trimmed(to_16khz(spoken, round(STEP * 2 ** rng.uniform(-stretch, stretch))))
    if rng.random() < 0.5:
        word = echoed(word, rng)
    level = rng.uniform(*_LEVEL_DBFS)
    word = colors.at_level(word[:CLIP_SAMPLES], level)
    clip = np.zeros(CLIP_SAMPLES, dtype=np.int16)
    start = int((CLIP_SAMPLES - len(word)) * rng.uniform(0.15, 0.85))
    clip[start : start + len(word)] = word
    recording = int(rng.integers(len(background.parts)))
    crop = background.crop(recording, rng.random(), CLIP_SAMPLES)
    return mixed(clip, colors.at_level(crop, level - rng.uniform(*_SNR_DB)), _FULL)


def trimmed(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """Cut off what cannot be heard at both ends; a clip without sound stays as it is."""
    audible = np.flatnonzero(np.abs(samples.astype(np.int32)) > _AUDIBLE)
    return samples[audible[0] : audible[-1] + 1] if len(audible) else samples


def echoed(word: NDArray[np.int16], rng: np.random.Generator) -> NDArray[np.int16]:
    """Add a few early reflections of a small room, weaker the later they come."""
    delays = np.sort(rng.integers(*_ECHO_SAMPLES, size=_ECHOES))
    gains = rng.integers(-_FULL, _FULL, size=_ECHOES) * 60 // (100 + delays)
    total = np.zeros(len(word) + int(delays[-1]), dtype=np.int64)
    total[: len(word)] = word.astype(np.int64) * _FULL
    for delay, gain in zip(delays.tolist(), gains.tolist(), strict=True):
        total[delay : delay + len(word)] += word.astype(np.int64) * gain
    return saturate(total / _FULL)
