"""Long recordings, piece by piece, so that hours of sound take no more memory than minutes."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekws.audio.pcm import read_sound

PIECE = 1 << 20  # samples


def pieces(path: Path, sample_rate_hz: int, resample: bool = False) -> Iterator[NDArray[np.int16]]:
    """Yield a sound file's samples in order, int16 [samples] each.

    A whole 16-bit mono WAV of the right rate is read as it is needed; anything else at once, by
    the rules of `edgekws.audio.read.read_clip`.

    Raises
    ------
    AudioError
        The file cannot be used.
    """
    if not _is_plain(path, sample_rate_hz):
        yield read_sound(path, sample_rate_hz, resample)
        return
    with path.open("rb") as raw, wave.open(raw, "rb") as sound:
        while data := sound.readframes(PIECE):
            yield np.frombuffer(data, "<i2").astype(np.int16)


def _is_plain(path: Path, sample_rate_hz: int) -> bool:
    try:
        with path.open("rb") as raw, wave.open(raw, "rb") as sound:
            shape = sound.getnchannels(), sound.getsampwidth(), sound.getframerate()
            whole = path.stat().st_size >= 2 * sound.getnframes() + 44 and sound.getnframes() > 0
            return whole and shape == (1, 2, sample_rate_hz)
    except (OSError, EOFError, wave.Error):
        return False
