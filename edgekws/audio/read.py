"""Sound files to int16 samples, and a plain word about every file that cannot be used."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from edgekws.audio.riff import missing_bytes
from edgekws.errors import AudioError, ToolMissing

SUFFIXES = (".wav", ".flac", ".ogg")

_CONTAINERS = ("WAV", "WAVEX", "RF64", "FLAC", "OGG")
_EXACT = "PCM_16"
_ROUNDED = ("PCM_24", "PCM_32", "FLOAT", "DOUBLE", "VORBIS", "OPUS")
_EIGHT_BIT = ("PCM_U8", "PCM_S8", "ULAW", "ALAW")


def read_clip(path: Path, sample_rate_hz: int, resample: bool = False) -> NDArray[np.int16]:
    """All samples of one sound file.

    Parameters
    ----------
    path
        A mono WAV, FLAC or OGG file. 16-bit files come out as they are; 24-bit, 32-bit and float
        files are rounded to 16 bit, and what is beyond full scale saturates.
    sample_rate_hz
        The rate wanted, in Hz.
    resample
        Convert a file of another rate instead of refusing it.

    Returns
    -------
    int16 [samples]

    Raises
    ------
    AudioError
        The file is missing, empty, truncated, damaged, no sound file, not mono, 8-bit, or has
        another rate.
    ToolMissing
        ``resample`` is asked for and needed, and soxr is not installed.
    """
    return decode(read_bytes(path), path, sample_rate_hz, resample)


def read_bytes(path: Path) -> bytes:
    """Content of a file. Raises `AudioError` when there is none."""
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise AudioError(f"{path}: cannot read: {exc.strerror}; check the name") from exc
    if not data:
        raise AudioError(f"{path}: the file is empty; remove it or copy it again")
    return data


def decode(
    data: bytes, path: Path, sample_rate_hz: int, resample: bool = False
) -> NDArray[np.int16]:
    """Samples of a file whose bytes are read already; ``path`` is for messages. See `read_clip`."""
    missing = missing_bytes(data)
    if missing:
        raise AudioError(
            f"{path}: truncated: its header promises {missing} bytes more than the file has; "
            "copy or record it again"
        )
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as sound:
            _refuse_unusable(sound, path)
            rate = int(sound.samplerate)
            if rate != sample_rate_hz and not resample:
                raise AudioError(
                    f"{path}: {rate} Hz, {sample_rate_hz} Hz wanted; "
                    "convert it or ask for resampling (--resample)"
                )
            return _samples(sound, path, rate, sample_rate_hz)
    except soundfile.LibsndfileError as exc:
        raise AudioError(
            f"{path}: not a sound file, or a damaged one ({exc.error_string.rstrip('.')}); "
            "WAV, FLAC or OGG wanted"
        ) from exc


def fit(clip: NDArray[np.int16], samples: int) -> NDArray[np.int16]:
    """Cut or pad a clip to a length, keeping its middle.

    A longer clip loses ``(n - samples) // 2`` samples in front and the rest behind; a shorter one
    gets ``(samples - n) // 2`` zeros in front and the rest behind.

    Parameters
    ----------
    clip : int16 [n]
    samples
        Length wanted.

    Returns
    -------
    int16 [samples]
    """
    if len(clip) >= samples:
        start = (len(clip) - samples) // 2
        return clip[start : start + samples]
    front = (samples - len(clip)) // 2
    return np.pad(clip, (front, samples - len(clip) - front))


def saturate(values: NDArray[np.floating]) -> NDArray[np.int16]:
    """Round to the nearest int16 (halves to even), saturating at the ends of its range."""
    bounded: NDArray[np.floating] = np.clip(np.rint(values), -32768, 32767)
    return bounded.astype(np.int16)


def _refuse_unusable(sound: soundfile.SoundFile, path: Path) -> None:
    if sound.format not in _CONTAINERS:
        raise AudioError(f"{path}: a {sound.format} file; convert it to WAV, FLAC or OGG")
    if sound.channels != 1:
        raise AudioError(f"{path}: {sound.channels} channels; mix down or pick one, mono is wanted")
    if sound.subtype in _EIGHT_BIT:
        raise AudioError(
            f"{path}: 8-bit samples ({sound.subtype}) are too coarse; record with 16 bit or more"
        )
    if sound.subtype != _EXACT and sound.subtype not in _ROUNDED:
        raise AudioError(f"{path}: samples are {sound.subtype}; convert it to 16-bit PCM")


def _samples(
    sound: soundfile.SoundFile, path: Path, rate: int, sample_rate_hz: int
) -> NDArray[np.int16]:
    exact = sound.subtype == _EXACT
    frames = sound.frames
    samples = sound.read(dtype="int16" if exact else "float64")
    if len(samples) == 0:
        raise AudioError(f"{path}: holds no samples; remove it or record it again")
    if len(samples) < frames:
        raise AudioError(
            f"{path}: truncated: {len(samples)} of {frames} samples; copy or record it again"
        )
    if exact and rate == sample_rate_hz:
        return np.asarray(samples, dtype=np.int16)
    values = np.asarray(samples, dtype=np.float64) * (1.0 if exact else 32768.0)
    if not np.isfinite(values).all():
        raise AudioError(f"{path}: holds samples that are not finite numbers; convert it again")
    return saturate(_resampled(values, rate, sample_rate_hz))


def _resampled(values: NDArray[np.float64], rate: int, wanted: int) -> NDArray[np.float64]:
    if rate == wanted:
        return values
    try:
        import soxr
    except ImportError as exc:
        raise ToolMissing(
            f"resampling {rate} Hz to {wanted} Hz needs soxr; run `pip install edgekws[resample]`"
        ) from exc
    return np.asarray(soxr.resample(values, rate, wanted, quality="HQ"))
