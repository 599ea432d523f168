"""Samples as a board writes them down: 16-bit little endian, no header."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekws.audio.read import read_bytes, read_clip
from edgekws.errors import AudioError

SUFFIXES = (".raw", ".pcm")


def read_pcm(path: Path) -> NDArray[np.int16]:
    """All samples of a file without a header, int16 [samples]; its rate is what the caller knows.

    Raises
    ------
    AudioError
        The file is missing or empty, or holds half a sample.
    """
    data = read_bytes(path)
    if len(data) % 2:
        raise AudioError(
            f"{path}: {len(data)} bytes are not a whole number of 16-bit samples; capture it again"
        )
    return np.frombuffer(data, "<i2").astype(np.int16)


def read_sound(path: Path, sample_rate_hz: int, resample: bool = False) -> NDArray[np.int16]:
    """All samples of a sound file, or of one that ends in ``.raw`` or ``.pcm``; see `read_clip`."""
    if path.suffix.lower() in SUFFIXES:
        return read_pcm(path)
    return read_clip(path, sample_rate_hz, resample)
