"""One sound file measured: what it says of itself, how loud it is, what is wrong with it."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekws.audio.read import decode, read_bytes, read_header
from edgekws.audio.scan import SoundFile
from edgekws.errors import AudioError
from edgekws.recipe import AudioSpec

# Why a file cannot be learned from as it is, then what else is odd about it.
UNUSABLE = ("unreadable", "rate", "channels")
ODD = ("clipped", "silent", "short", "long")

SILENT_DBFS = -60.0  # of the loudest 100 ms; below it there is no word
SHORT_SHARE = 0.5  # of a clip
LONG_SHARE = 1.1  # of a clip; more is cut off at both ends
CLIPPED_RUN = 3  # samples at full scale in a row

_BLOCKS_PER_S = 100
_LOUDEST_BLOCKS = 10  # 100 ms
_FULL_SCALE = 32767


@dataclass(frozen=True)
class Measured:
    """One file; rate, length and level are 0 where they cannot be known."""

    file: SoundFile
    rate_hz: int
    seconds: float
    level_dbfs: float  # RMS of the loudest 100 ms; digital silence is -inf
    content: bytes  # equal for equal samples, b"" for silence and for what cannot be read
    problems: tuple[str, ...]  # of `UNUSABLE` and `ODD`
    message: str  # why it is unreadable, without the file's name


def inspect(file: SoundFile, audio: AudioSpec, *, word: bool = True) -> Measured:
    """Measure a file; nothing about it raises.

    Parameters
    ----------
    file
        What to read.
    audio
        The rate and the length wanted.
    word
        Whether a word should be in it; else its length does not matter.
    """
    try:
        data = read_bytes(file.path)
        header = read_header(data, file.path)
        problems = ["rate"] if header.rate_hz != audio.sample_rate_hz else []
        if header.channels != 1:
            return Measured(file, header.rate_hz, 0.0, 0.0, b"", (*problems, "channels"), "")
        samples = decode(data, file.path, header.rate_hz)
    except AudioError as exc:
        message = str(exc).removeprefix(f"{file.path}: ")
        return Measured(file, 0, 0.0, 0.0, b"", ("unreadable",), message)
    seconds, level = len(samples) / header.rate_hz, loudest_dbfs(samples, header.rate_hz)
    problems += _odd(samples, seconds, level, audio.clip_ms / 1000 if word else None)
    return Measured(
        file, header.rate_hz, seconds, level, _content(samples, header.rate_hz), tuple(problems), ""
    )


def loudest_dbfs(samples: NDArray[np.int16], rate_hz: int) -> float:
    """RMS of the loudest 100 ms (of all, if there is less) in dB of full scale."""
    size = max(1, rate_hz // _BLOCKS_PER_S)
    whole = samples[: len(samples) // size * size].astype(np.float64).reshape(-1, size)
    powers = np.einsum("bs,bs->b", whole, whole) / size
    if len(powers) > _LOUDEST_BLOCKS:
        sums = np.cumsum(np.concatenate([[0.0], powers]))
        powers = (sums[_LOUDEST_BLOCKS:] - sums[:-_LOUDEST_BLOCKS]) / _LOUDEST_BLOCKS
        power = float(powers.max())
    else:
        power = float(np.mean(samples.astype(np.float64) ** 2))
    return 10 * math.log10(power / 2**30) if power > 0 else -math.inf


def clipped(samples: NDArray[np.int16]) -> bool:
    """Whether some samples in a row stand at full scale."""
    full = (samples >= _FULL_SCALE) | (samples <= -_FULL_SCALE)
    runs = full[CLIPPED_RUN - 1 :].copy()
    for back in range(1, CLIPPED_RUN):
        runs &= full[CLIPPED_RUN - 1 - back : len(full) - back]
    return bool(runs.any())


def _odd(
    samples: NDArray[np.int16], seconds: float, level: float, clip_s: float | None
) -> list[str]:
    found = {
        "clipped": clipped(samples),
        "silent": level < SILENT_DBFS,
        "short": clip_s is not None and seconds < SHORT_SHARE * clip_s,
        "long": clip_s is not None and seconds > LONG_SHARE * clip_s,
    }
    return [name for name in ODD if found[name]]


def _content(samples: NDArray[np.int16], rate_hz: int) -> bytes:
    """Digest of the samples without the zeros around them, so that padding hides no copy."""
    heard = np.flatnonzero(samples)
    if not len(heard):
        return b""
    kept = samples[heard[0] : heard[-1] + 1]
    return hashlib.sha256(b"%d " % rate_hz + kept.tobytes()).digest()[:16]
