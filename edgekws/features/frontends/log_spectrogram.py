"""``log_spectrogram``: Hann window, the logarithm of each bin's power, int8.

The exact definition, with samples counted as -1..1 and the bins k from ``low_hz`` to ``high_hz``::

    P[k] = |DFT_N(sample * hann)[k]|^2
    q[k] = clamp(round(log2(P[k]) / (3/16)) + 52, -128, 127)

N is the window's length where there is such a transform (64 to 4096 by powers of two, 160, 640 and
2560), else the next power of two. ``runtime/kws_log_spectrogram.h`` gives the word lengths.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edgekws.features.base import Frontend
from edgekws.features.log2 import TABLE, log2_q16
from edgekws.features.spectrum import SAMPLE_BITS, SOURCES, Spectrum
from edgekws.kernel import Kernel
from edgekws.recipe import FrontendSpec

_LOG2_BITS = 12
_STEP = 3 << (_LOG2_BITS - 4)  # a step of a feature in log2 of Q12
_DIVIDE_SHIFT = 23
_DIVIDE = round(2**_DIVIDE_SHIFT / _STEP)


class LogSpectrogram(Frontend):
    """The frontend for one `FrontendSpec`."""

    scale = 3 / 16
    zero_point = 52

    def __init__(self, spec: FrontendSpec) -> None:
        super().__init__(spec)
        self.spectrum = Spectrum(spec)
        self.transform = self.spectrum.transform
        octaves = self.spectrum.fraction_bits + 2 * SAMPLE_BITS
        self.offset = self.zero_point * _STEP + _STEP // 2 - (octaves << _LOG2_BITS)

    def kernel(self) -> Kernel:
        """The C function for one frame, with its constants."""
        return Kernel(
            function="kws_log_spectrogram_run",
            params_type="kws_log_spectrogram_params",
            header="kws_log_spectrogram.h",
            sources=("kws_log_spectrogram.c", *SOURCES),
            fields=(
                *self.spectrum.tables,
                ("log2", TABLE),
                *self.spectrum.numbers,
                ("offset", self.offset),
            ),
            scratch_bytes=self.spectrum.scratch_bytes,
        )

    def frames(self, windows: NDArray[np.int16]) -> NDArray[np.int8]:
        """Numpy twin of the C: int16 [frames, window_samples] -> int8 [frames, bands]."""
        logarithms = log2_q16(np.maximum(self.spectrum.power(windows), np.uint64(1)))
        scaled = ((logarithms >> (16 - _LOG2_BITS)) + self.offset) * _DIVIDE
        features = np.clip(scaled >> _DIVIDE_SHIFT, -128, 127)
        return np.asarray(features, np.int8)

    def exact_frames(self, windows: NDArray[np.int16]) -> NDArray[np.float64]:
        """Real values by definition: int16 [frames, window_samples] -> float64 [frames, bands]."""
        with np.errstate(divide="ignore"):
            real: NDArray[np.float64] = 2 * np.log2(self.spectrum.exact(windows))
        return real

    def band_centres_hz(self) -> NDArray[np.float64]:
        """The bins' frequencies, Hz."""
        return self.spectrum.centres_hz


def make(spec: FrontendSpec) -> Frontend:
    """Make the frontend of ``spec``; raises `ConfigError` when its numbers cannot be."""
    return LogSpectrogram(spec)
