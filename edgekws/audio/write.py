"""Samples to WAV files."""

from __future__ import annotations

import io
import wave

import numpy as np
from numpy.typing import NDArray


def wav_bytes(samples: NDArray[np.int16], sample_rate_hz: int) -> bytes:
    """Content of a mono 16-bit WAV file; the same samples give the same bytes."""
    content = io.BytesIO()
    with wave.open(content, "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(sample_rate_hz)
        stream.writeframes(samples.astype("<i2").tobytes())
    return content.getvalue()
