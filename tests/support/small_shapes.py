"""A small shape of features for each architecture; those that pad nothing need more of them."""

from __future__ import annotations

PAD_NOTHING = ("five_convolutions", "spectrogram_cnn")


def small_shape(name: str) -> tuple[int, int]:
    """``(frames, bands)`` that the architecture ``name`` can be built for."""
    return (31, 31) if name in PAD_NOTHING else (31, 13)
