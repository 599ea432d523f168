"""Noise without end: recordings that fade into each other, at a level that drifts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edgekws.audio import colors
from edgekws.audio.chance import generator
from edgekws.audio.noise import Noise

SEGMENT_S = 20  # of one recording
FADE_S = 1  # from one recording to the next
DRIFT_S = 10  # from one drawn level to the next; between them it moves evenly in dB

_SEGMENT = 0xB1
_LEVEL = 0xB2


class Background:
    """A pure function of the sample number, so that any piece of it is made alone.

    Parameters
    ----------
    noise
        The recordings of one partition; each is brought to the same loudness and goes round.
    level_dbfs
        Lowest and highest RMS level, dB of full scale.
    """

    def __init__(
        self, noise: Noise, level_dbfs: tuple[float, float], seed: int, sample_rate_hz: int
    ) -> None:
        self._noise = noise
        self._range = level_dbfs
        self._seed = seed
        self._rate = sample_rate_hz
        self._loudness = [colors.rms(part) or 1.0 for part in noise.parts]

    def piece(self, start: int, count: int) -> NDArray[np.float64]:
        """Samples ``start`` to ``start + count - 1``, float64 in units of int16."""
        length, fade = SEGMENT_S * self._rate, FADE_S * self._rate
        times = np.arange(start, start + count)
        sound = np.zeros(count)
        for segment in range(start // length, (start + count - 1) // length + 1):
            inside = times // length == segment
            since = times[inside] - segment * length
            share = np.minimum(since / fade, 1.0) if segment else np.ones(len(since))
            own = np.sqrt(share) * self._recording(segment, since)
            fading = share < 1
            if fading.any():
                before = self._recording(segment - 1, since[fading] + length)
                own[fading] += np.sqrt(1 - share[fading]) * before
            sound[inside] = own
        return sound * self._gain(times)

    def _recording(self, segment: int, since: NDArray[np.int64]) -> NDArray[np.float64]:
        rng = generator(self._seed, _SEGMENT, segment)
        number = int(rng.integers(len(self._noise.parts)))
        part = self._noise.parts[number]
        place = int(rng.integers(len(part)))
        return part[(since + place) % len(part)] / self._loudness[number]

    def _gain(self, times: NDArray[np.int64]) -> NDArray[np.float64]:
        length = DRIFT_S * self._rate
        first, last = int(times[0]) // length, int(times[-1]) // length + 1
        knots = np.arange(first, last + 1)
        levels = [generator(self._seed, _LEVEL, int(k)).uniform(*self._range) for k in knots]
        decibels = np.interp(times, knots * length, levels)
        return 32768.0 * np.asarray(10.0 ** (decibels / 20))
