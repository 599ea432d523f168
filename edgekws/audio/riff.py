"""What a WAV file's header promises. libsndfile shortens a truncated file without a word."""

from __future__ import annotations

import struct

_UNKNOWN_LENGTH = 0xFFFFFFFF  # written by programs that stream into a pipe


def missing_bytes(data: bytes) -> int:
    """Bytes that the data chunk of a RIFF WAV promises beyond the end of ``data``.

    0 for a whole file, for one of unknown length, and for anything that is not a RIFF WAV.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return 0
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"data":
            return 0 if size == _UNKNOWN_LENGTH else max(0, at + 8 + size - len(data))
        at += 8 + size + size % 2
    return max(0, at - len(data))
