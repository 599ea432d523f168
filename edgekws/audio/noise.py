"""Background recordings: each cut in time, so that no partition hears another's noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from edgekws.audio import colors
from edgekws.audio.chance import generator
from edgekws.audio.split import TESTING, TRAINING, VALIDATION

T = TypeVar("T", float, NDArray[np.float64])

# Where each partition's part of a recording begins and ends, as shares of its length.
PARTS = {TRAINING: (0.0, 0.6), VALIDATION: (0.6, 0.8), TESTING: (0.8, 1.0)}

QUIETEST_DBFS = -108.0  # nothing of it is left after rounding: digital silence
LOUDEST_DBFS = -10.0

_FIXED_SEED = 1  # validation and testing must not change with the seed of a training
_SILENCE = 0x51
_MADE = 0x52
_MADE_SECONDS = 60
_MADE_LEVEL_DBFS = -15.0


@dataclass(frozen=True)
class Noise:
    """The recordings' parts that belong to one partition."""

    parts: tuple[NDArray[np.int16], ...]

    def crop(self, recording: int, place: float, samples: int) -> NDArray[np.int16]:
        """Cut a piece out of a recording; one that is too short goes round.

        Parameters
        ----------
        recording
            Index into ``parts``.
        place
            Where to begin, from 0 (first sample) to below 1 (the last place there is).
        samples
            Length of the piece.

        Returns
        -------
        int16 [samples]
        """
        part = self.parts[recording]
        if len(part) < samples:
            return np.resize(np.roll(part, -int(place * len(part))), samples)
        start = int(place * (len(part) - samples + 1))
        return part[start : start + samples]


def cut(recordings: Sequence[NDArray[np.int16]], partition: str) -> Noise:
    """Return what ``partition`` may hear of the recordings: 60 % training, 20 % each other."""
    first, last = PARTS[partition]
    return Noise(
        tuple(
            r[int(first * len(r)) : max(int(last * len(r)), int(first * len(r)) + 1)]
            for r in recordings
        )
    )


def made(sample_rate_hz: int) -> tuple[NDArray[np.int16], ...]:
    """One minute each of white, pink and brown noise, for a folder without recordings."""
    samples = sample_rate_hz * _MADE_SECONDS
    return tuple(
        colors.at_level(make(generator(_FIXED_SEED, _MADE, number), samples), _MADE_LEVEL_DBFS)
        for number, make in enumerate((colors.white, colors.pink, colors.brown))
    )


def fixed_silence(
    noise: Noise, partition: str, count: int, samples: int, numbers: range | None = None
) -> NDArray[np.int16]:
    """Silence clips that are the same in every run, their levels spread over the whole range.

    Parameters
    ----------
    noise, partition
        Whose silence it is.
    count
        How many there are in all.
    samples
        Length of each.
    numbers
        Which of them to make; all unless given.

    Returns
    -------
    int16 [numbers, samples]
    """
    wanted = range(count) if numbers is None else numbers
    clips = np.empty((len(wanted), samples), dtype=np.int16)
    for row, number in enumerate(wanted):
        rng = generator(_FIXED_SEED, _SILENCE, tuple(PARTS).index(partition), number)
        crop = noise.crop(int(rng.integers(len(noise.parts))), rng.random(), samples)
        share = (number + 0.5) / count
        clips[row] = colors.at_level(crop, level_dbfs(share))
    return clips


def level_dbfs(share: T) -> T:
    """Level at ``share`` (0..1) of the range that silence covers, evenly in dB.

    A network that saw silence of one loudness only takes a louder room for a word.
    """
    return share * (LOUDEST_DBFS - QUIETEST_DBFS) + QUIETEST_DBFS
