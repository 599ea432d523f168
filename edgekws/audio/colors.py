"""Noise made from integers, so that a seed gives the same samples on every machine."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from edgekws.audio.read import saturate

_PINK_OCTAVES = 12
_MOST_TAP = 8
_FILTERED_DBFS = -20.0  # in 16 bits, before a filter up to 32 * 8 times as loud
_BROWN_WINDOW = 2048  # samples; slower movement is taken out, or brown noise would wander off


def white(rng: np.random.Generator, samples: int) -> NDArray[np.int64]:
    """Equal power in every hertz: int64 [samples]."""
    return rng.integers(-(2**15), 2**15, size=samples)


def pink(rng: np.random.Generator, samples: int) -> NDArray[np.int64]:
    """Equal power in every octave: int64 [samples].

    The sum of random numbers held for 1, 2, 4 ... samples (Voss's algorithm).
    """
    total = np.zeros(samples, dtype=np.int64)
    for octave in range(_PINK_OCTAVES):
        held = 2**octave
        values = np.repeat(white(rng, samples // held + 2), held)
        offset = int(rng.integers(0, held))
        total += values[offset : offset + samples]
    return total


def brown(rng: np.random.Generator, samples: int) -> NDArray[np.int64]:
    """Power that falls with the square of the frequency: int64 [samples]."""
    walk = np.cumsum(white(rng, samples + _BROWN_WINDOW))
    sums = np.cumsum(walk)
    mean = (sums[_BROWN_WINDOW:] - sums[:-_BROWN_WINDOW]) // _BROWN_WINDOW
    return walk[_BROWN_WINDOW // 2 :][:samples] - mean


def hum(rng: np.random.Generator, samples: int, sample_rate_hz: int) -> NDArray[np.int64]:
    """Mains hum of 50 or 60 Hz with its harmonics, a little noise on top: int64 [samples]."""
    base = int(rng.choice((50, 60)))
    total = white(rng, samples) // 8
    for harmonic in range(1, 12):
        weight = int(rng.integers(0, 2**15)) // harmonic
        phase = (np.arange(samples) * (base * harmonic) + int(rng.integers(0, sample_rate_hz))) % (
            sample_rate_hz
        )
        triangle = np.abs(4 * phase - 2 * sample_rate_hz) - sample_rate_hz
        total += triangle * weight // sample_rate_hz
    return total


def recolored(
    rng: np.random.Generator, recorded: NDArray[np.int16], sample_rate_hz: int
) -> NDArray[np.int64]:
    """Noise of a spectrum drawn at random: int64 [samples of ``recorded``].

    A recording, white, pink or brown noise, or hum, each as often, goes through a filter of up to
    32 random taps: another room, another microphone.
    """
    samples = len(recorded)
    sources: tuple[Callable[[], NDArray[np.integer]], ...] = (
        lambda: recorded,
        lambda: hum(rng, samples, sample_rate_hz),
        lambda: white(rng, samples),
        lambda: pink(rng, samples),
        lambda: brown(rng, samples),
    )
    taps = rng.integers(-_MOST_TAP, _MOST_TAP + 1, rng.integers(1, 33))
    source = sources[int(rng.integers(len(sources)))]()
    return np.convolve(at_level(source, _FILTERED_DBFS).astype(np.int64), taps)[:samples]


def rms(samples: NDArray[np.integer]) -> float:
    """Root of the mean square, in units of the samples; the sum is exact."""
    if len(samples) == 0:
        return 0.0
    wide = samples.astype(np.int64)
    return math.sqrt(int(np.dot(wide, wide)) / len(samples))


def at_level(samples: NDArray[np.integer], level_dbfs: float) -> NDArray[np.int16]:
    """Bring samples to an RMS level in dB of full scale, saturating; silence stays silence."""
    loudness = rms(samples)
    if loudness == 0:
        return np.zeros(len(samples), dtype=np.int16)
    gain = 32768.0 * 10.0 ** (level_dbfs / 20) / loudness
    return saturate(samples * gain)
