"""``stft``: Hann window, the magnitude of each bin, companded to int8 by its cube root.

The exact definition, with samples counted as -1..1 and the bins k from ``low_hz`` to ``high_hz``::

    real[k] = |DFT_N(sample * hann)[k]|^(1/3)
    q[k]    = clamp(round(64 * real[k]) - 128, -128, 127)

N is as in ``log_spectrogram``. ``runtime/kws_stft.h`` gives the word lengths; the cube root is
taken by thresholds, so that it is exact for the power there is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edgekws.features.base import Frontend
from edgekws.features.spectrum import SAMPLE_BITS, SOURCES, Spectrum
from edgekws.kernel import Kernel
from edgekws.recipe import FrontendSpec

_STEPS_BITS = 6  # a step is 2^-6
_ROOT = 6  # of power


class Stft(Frontend):
    """The frontend for one `FrontendSpec`."""

    scale = 2.0**-_STEPS_BITS
    zero_point = -128

    def __init__(self, spec: FrontendSpec) -> None:
        super().__init__(spec)
        self.spectrum = Spectrum(spec)
        self.transform = self.spectrum.transform
        self.threshold = thresholds(self.spectrum.fraction_bits + 2 * SAMPLE_BITS)

    def kernel(self) -> Kernel:
        """The C function for one frame, with its constants."""
        return Kernel(
            function="kws_stft_run",
            params_type="kws_stft_params",
            header="kws_stft.h",
            sources=("kws_stft.c", *SOURCES),
            fields=(
                *self.spectrum.tables,
                ("threshold", self.threshold),
                *self.spectrum.numbers,
            ),
            scratch_bytes=self.spectrum.scratch_bytes,
        )

    def frames(self, windows: NDArray[np.int16]) -> NDArray[np.int8]:
        """Numpy twin of the C: int16 [frames, window_samples] -> int8 [frames, bands]."""
        reached = np.searchsorted(self.threshold, self.spectrum.power(windows), side="right")
        return (reached + self.zero_point).astype(np.int8)

    def exact_frames(self, windows: NDArray[np.int16]) -> NDArray[np.float64]:
        """Real values by definition: int16 [frames, window_samples] -> float64 [frames, bands]."""
        real: NDArray[np.float64] = np.cbrt(self.spectrum.exact(windows))
        return real

    def band_centres_hz(self) -> NDArray[np.float64]:
        """The bins' frequencies, Hz."""
        return self.spectrum.centres_hz


def make(spec: FrontendSpec) -> Frontend:
    """Make the frontend of ``spec``; raises `ConfigError` when its numbers cannot be."""
    return Stft(spec)


def thresholds(power_bits: int) -> NDArray[np.uint64]:
    """Least powers, in 2^-power_bits, whose sixth roots are 1/2, 3/2, ... steps: uint64 [255]."""
    halves = _ROOT * (_STEPS_BITS + 1) - power_bits
    return np.array([-(-(odd**_ROOT) >> halves) for odd in range(1, 511, 2)], np.uint64)
