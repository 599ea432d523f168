"""espeak-ng's 22,050 Hz to 16 kHz, exact: the same samples on every machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edgekws.audio.read import saturate

STEP = 441  # in 1/320 of an input sample, from one output sample to the next

_PHASES = 320  # 22050 * 320 / 441 = 16000
_TAPS = 32  # input samples under one output sample
_KAISER_BETA = 7.0
_CUTOFF = 0.94  # of half the output rate
_ONE = 2**15


def to_16khz(samples: NDArray[np.int16], step: int = STEP) -> NDArray[np.int16]:
    """Resample from 22,050 Hz with a polyphase filter of integers.

    Products and sums stay far below 2^53, so float64 holds them exactly in whatever order they are
    added.

    Parameters
    ----------
    samples : int16 [n]
    step
        Another step than 441 plays the voice faster and higher (above) or slower and deeper
        (below), as of a smaller or larger speaker.

    Returns
    -------
    int16 [ceil(n * 320 / step)]
    """
    count = -(-len(samples) * _PHASES // step)
    places = np.arange(count) * step
    padded = np.pad(samples.astype(np.float64), _TAPS // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, _TAPS)
    sums = np.einsum("ct,ct->c", windows[places // _PHASES + 1], _BANK[places % _PHASES])
    return saturate(sums / _ONE)


def _bank() -> NDArray[np.float64]:
    """Filter of each phase, whole numbers that sum to about `_ONE`: float64 [phases, taps]."""
    phase = np.arange(_PHASES)[:, None] / _PHASES
    distance = np.arange(_TAPS)[None, :] - (_TAPS // 2 - 1) - phase  # in input samples
    cutoff = _CUTOFF * _PHASES / STEP
    shape = np.sinc(cutoff * distance) * cutoff
    inside = np.clip(1 - (distance / (_TAPS // 2)) ** 2, 0, None)
    window = np.i0(_KAISER_BETA * np.sqrt(inside)) / np.i0(_KAISER_BETA)
    return np.asarray(np.rint(shape * window * _ONE), dtype=np.float64)


_BANK = _bank()
