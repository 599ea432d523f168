"""Sound that has no end: 16-bit samples as they come, from a pipe or a microphone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from edgekws.audio.read import saturate
from edgekws.errors import AudioError, ToolMissing, UsageError

AT_ONCE = 1 << 16  # bytes
_FILES = {b"RIFF": "a WAV file", b"fLaC": "a FLAC file", b"OggS": "an OGG file"}

Samples = NDArray[np.int16]


class Pipe(Protocol):
    """What is read here of a binary file."""

    def read1(self, size: int, /) -> bytes:
        """At most ``size`` bytes, as soon as there are any."""


def piped(stream: Pipe | BinaryIO) -> Iterator[Samples]:
    """Yield int16 [samples] of raw 16-bit little-endian sound as it comes.

    Half a sample at the end is not heard.

    Raises
    ------
    AudioError
        There is none at all, or it is a file with a header.
    """
    assert hasattr(stream, "read1")
    rest, empty = b"", True
    while data := stream.read1(AT_ONCE):
        if empty and data[:4] in _FILES:
            raise AudioError(
                f"standard input: {_FILES[data[:4]]}, raw 16-bit samples wanted; give its name "
                "instead of -, or record with `arecord -t raw`"
            )
        data, empty = rest + data, False
        whole = len(data) - len(data) % 2
        rest = data[whole:]
        yield np.frombuffer(data[:whole], "<i2").astype(np.int16)
    if empty:
        raise AudioError("standard input: no sound came; look at the program that records it")


def at_rate(
    pieces: Iterator[Samples], rate_hz: int, wanted_hz: int, *, resample: bool
) -> Iterator[Samples]:
    """Yield the same sound at the wanted rate: the samples that converting it at once would give.

    Raises
    ------
    UsageError
        It has another rate, and nobody asked to convert it.
    ToolMissing
        soxr is not installed.
    """
    if rate_hz == wanted_hz:
        return pieces
    if not resample:
        raise UsageError(
            f"sound of {rate_hz} Hz, {wanted_hz} Hz wanted; record at that rate or ask for "
            "resampling (--resample)"
        )
    return _converted(pieces, rate_hz, wanted_hz)


def _converted(pieces: Iterator[Samples], rate_hz: int, wanted_hz: int) -> Iterator[Samples]:
    try:
        import soxr
    except ImportError as exc:
        raise ToolMissing(
            f"resampling {rate_hz} Hz to {wanted_hz} Hz needs soxr; "
            "run `pip install edgekws[resample]`"
        ) from exc
    stream = soxr.ResampleStream(rate_hz, wanted_hz, 1, dtype="float64", quality="HQ")
    for piece in pieces:
        yield saturate(stream.resample_chunk(piece.astype(np.float64)))
    yield saturate(stream.resample_chunk(np.zeros(0), last=True))
