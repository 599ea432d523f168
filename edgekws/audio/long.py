"""Long recordings, piece by piece, so that hours of sound take no more memory than minutes."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from edgekws.audio.pcm import read_sound
from edgekws.errors import AudioError

PIECE = 1 << 20  # samples


def pieces(path: Path, sample_rate_hz: int, resample: bool = False) -> Iterator[NDArray[np.int16]]:
    """Yield a sound file's samples in order, int16 [samples] each.

    A whole 16-bit mono WAV or FLAC of the right rate is read as it is needed; anything else at
    once, by the rules of `edgekws.audio.read.read_clip`.

    Raises
    ------
    AudioError
        The file cannot be used.
    """
    if _is_plain(path, sample_rate_hz):
        with path.open("rb") as raw, wave.open(raw, "rb") as sound:
            while data := sound.readframes(PIECE):
                yield np.frombuffer(data, "<i2").astype(np.int16)
    elif _is_plain_flac(path, sample_rate_hz):
        yield from _of_flac(path)
    else:
        yield read_sound(path, sample_rate_hz, resample)


def _of_flac(path: Path) -> Iterator[NDArray[np.int16]]:
    try:
        with path.open("rb") as raw, soundfile.SoundFile(raw) as sound:
            left = sound.frames
            while left:
                piece = sound.read(PIECE, dtype="int16")
                if not len(piece):
                    raise AudioError(
                        f"{path}: truncated: {left} of {sound.frames} samples are not there; "
                        "copy or record it again"
                    )
                left -= len(piece)
                yield piece
    except soundfile.LibsndfileError as exc:
        raise AudioError(
            f"{path}: a damaged sound file ({exc.error_string.rstrip('.')}); copy or record it "
            "again"
        ) from exc


def _is_plain_flac(path: Path, sample_rate_hz: int) -> bool:
    try:
        with path.open("rb") as raw:
            if raw.read(4) != b"fLaC":
                return False
            raw.seek(0)
            with soundfile.SoundFile(raw) as sound:
                kind = sound.channels, sound.subtype, sound.samplerate
                return sound.frames > 0 and kind == (1, "PCM_16", sample_rate_hz)
    except (OSError, soundfile.LibsndfileError):
        return False


def _is_plain(path: Path, sample_rate_hz: int) -> bool:
    try:
        with path.open("rb") as raw, wave.open(raw, "rb") as sound:
            shape = sound.getnchannels(), sound.getsampwidth(), sound.getframerate()
            whole = path.stat().st_size >= 2 * sound.getnframes() + 44 and sound.getnframes() > 0
            return whole and shape == (1, 2, sample_rate_hz)
    except (OSError, EOFError, wave.Error):
        return False
