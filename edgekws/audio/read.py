"""Sound files to int16 samples, and a plain word about every file that cannot be used."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import soundfile
from numpy.typing import NDArray

from edgekws.audio.riff import missing_bytes, plain_samples
from edgekws.errors import AudioError, ToolMissing

SUFFIXES = (".wav", ".flac", ".ogg")

_CONTAINERS = ("WAV", "WAVEX", "RF64", "FLAC", "OGG")
_EXACT = "PCM_16"
_ROUNDED = ("PCM_24", "PCM_32", "FLOAT", "DOUBLE", "VORBIS", "OPUS")
_EIGHT_BIT = ("PCM_U8", "PCM_S8", "ULAW", "ALAW")
_RATES_HZ = (1_000, 768_000)  # beyond them a header is wrong, and resampling would take all memory
_MOST_BYTES = 2**30  # nine hours at 16 kHz
_AT_ONCE = 2**20  # samples

# libsndfile looks for MP3 in whatever begins otherwise, and then talks on stderr.
_BEGINNINGS = (b"RIFF", b"RIFX", b"RF64", b"fLaC", b"OggS", b"FORM", b".snd", b"caff", b"riff")


@dataclass(frozen=True)
class Header:
    """What a sound file says of itself."""

    rate_hz: int
    channels: int
    container: str  # like WAV
    coding: str  # like PCM_16


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
    """Content of a file. Raises `AudioError` when there is none, or too much of it."""
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            data = stream.read() if 0 < size <= _MOST_BYTES else b"".join(_pieces(stream))
    except OSError as exc:
        raise AudioError(f"{path}: cannot read: {exc.strerror}; check the name") from exc
    if not data:
        raise AudioError(f"{path}: the file is empty; remove it or copy it again")
    if len(data) > _MOST_BYTES:
        raise AudioError(f"{path}: more than {_MOST_BYTES >> 20} MiB; cut it into shorter files")
    return data


def read_header(data: bytes, path: Path) -> Header:
    """Header of a file whose bytes are read already. Raises `AudioError` when there is none."""
    with _opened(data, path) as sound:
        return Header(int(sound.samplerate), int(sound.channels), sound.format, sound.subtype)


def decode(
    data: bytes, path: Path, sample_rate_hz: int, resample: bool = False
) -> NDArray[np.int16]:
    """Samples of a file whose bytes are read already; ``path`` is for messages. See `read_clip`."""
    plain = plain_samples(data, sample_rate_hz)
    if plain is not None and _RATES_HZ[0] <= sample_rate_hz <= _RATES_HZ[1]:
        return plain
    missing = missing_bytes(data)
    if missing:
        raise AudioError(
            f"{path}: truncated: its header promises {missing} bytes more than the file has; "
            "copy or record it again"
        )
    with _opened(data, path) as sound:
        _refuse_unusable(sound, path)
        rate = int(sound.samplerate)
        if rate != sample_rate_hz and not resample:
            raise AudioError(
                f"{path}: {rate} Hz, {sample_rate_hz} Hz wanted; "
                "convert it or ask for resampling (--resample)"
            )
        return _samples(sound, path, rate, sample_rate_hz)


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
    padded = np.zeros(samples, dtype=np.int16)
    padded[front : front + len(clip)] = clip
    return padded


def saturate(values: NDArray[np.floating]) -> NDArray[np.int16]:
    """Round to the nearest int16 (halves to even), saturating at the ends of its range."""
    bounded: NDArray[np.floating] = np.clip(np.rint(values), -32768, 32767)
    return bounded.astype(np.int16)


class _Memory(io.BytesIO):
    """Bytes in which a seek to before the beginning is refused silently, as files do in C."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        with contextlib.suppress(ValueError):
            return super().seek(offset, whence)
        return self.tell()


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what comes out of a pipe or a huge file, until it is known to be too much."""
    total = 0
    while total <= _MOST_BYTES and (piece := stream.read(_AT_ONCE)):
        total += len(piece)
        yield piece


@contextlib.contextmanager
def _opened(data: bytes, path: Path) -> Iterator[soundfile.SoundFile]:
    if not data.startswith(_BEGINNINGS):
        raise AudioError(
            f"{path}: not a sound file, or one of another kind, such as MP3; "
            "convert it to WAV, FLAC or OGG"
        )
    try:
        with soundfile.SoundFile(_Memory(data)) as sound:
            yield sound
    except soundfile.LibsndfileError as exc:
        raise AudioError(
            f"{path}: not a sound file, or a damaged one ({exc.error_string.rstrip('.')}); "
            "WAV, FLAC or OGG wanted"
        ) from exc


def _refuse_unusable(sound: soundfile.SoundFile, path: Path) -> None:
    if sound.format not in _CONTAINERS:
        raise AudioError(f"{path}: a {sound.format} file; convert it to WAV, FLAC or OGG")
    if sound.channels != 1:
        raise AudioError(f"{path}: {sound.channels} channels; mix down or pick one, mono is wanted")
    if not _RATES_HZ[0] <= sound.samplerate <= _RATES_HZ[1]:
        raise AudioError(
            f"{path}: {sound.samplerate} Hz cannot be its sample rate; convert it again"
        )
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
    samples = np.concatenate(list(_blocks(sound, "int16" if exact else "float64")))
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


def _blocks(sound: soundfile.SoundFile, dtype: str) -> Iterator[NDArray[Any]]:
    """Yield all samples; memory follows what is there, not what the header promises."""
    size = _AT_ONCE
    while size == _AT_ONCE:
        block = sound.read(_AT_ONCE, dtype=dtype)
        size = len(block)
        yield block


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
