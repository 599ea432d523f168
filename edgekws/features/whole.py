"""Features of a whole sound, of any length."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekws.audio.pcm import read_sound
from edgekws.errors import AudioError
from edgekws.features.base import Frontend

AT_ONCE = 1000  # frames; the numpy twin keeps int64 spectra of all of them


@dataclass(frozen=True, eq=False)
class SoundFeatures:
    """What a frontend makes of one file.

    values : int8 [frames, bands]
    """

    file: Path
    samples: int
    frontend: Frontend
    values: NDArray[np.int8]

    @property
    def seconds(self) -> float:
        """Length of the sound."""
        return self.samples / self.frontend.spec.sample_rate_hz


def features_of_file(frontend: Frontend, path: Path, *, resample: bool = False) -> SoundFeatures:
    """Read a sound file and compute every whole frame of it.

    Raises
    ------
    AudioError
        The file cannot be used, or is shorter than one window.
    """
    samples = read_sound(path, frontend.spec.sample_rate_hz, resample)
    spec = frontend.spec
    if not spec.frames(len(samples)):
        raise AudioError(
            f"{path}: {len(samples)} samples are less than one window of {spec.window_samples}; "
            "use a longer sound"
        )
    return SoundFeatures(path, len(samples), frontend, whole_features(frontend, samples))


def whole_features(frontend: Frontend, samples: NDArray[np.int16]) -> NDArray[np.int8]:
    """Every whole frame of int16 [samples] as int8 [frames, bands], in bounded memory."""
    spec = frontend.spec
    frames = spec.frames(len(samples))
    parts = [np.empty((0, spec.bands), np.int8)]
    state = frontend.new_state()
    for first in range(0, frames, AT_ONCE):
        count = min(AT_ONCE, frames - first)
        start = first * spec.hop_samples
        end = start + (count - 1) * spec.hop_samples + spec.window_samples
        parts.append(frontend.compute(samples[np.newaxis, start:end], state)[0])
    return np.concatenate(parts)
