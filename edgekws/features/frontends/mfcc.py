"""``mfcc``: cosine transform of ``log_mel``'s 40 bands, int8; ``bands`` coefficients are kept.

The exact definition, with E as in ``log_mel`` for 40 bands::

    L[b] = clamp(log2(E[b]), -17, 15) + 1
    D[k] = sqrt(2 / 40) * sum over b of L[b] * cos(pi * (2 b + 1) * k / 80), for k = 0 by sqrt(1/2)
    real = lift[k] * D[k], lift = 1/4, 1/2, 1, 1, ...
    q[k] = clamp(round(real / (7/16)), -128, 127)

D is the orthonormal DCT-II. Its first two coefficients are by far the largest: the lift lets all
share one scale. ``runtime/kws_mfcc.h`` gives the word lengths.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edgekws.errors import ConfigError
from edgekws.features.base import Frontend
from edgekws.features.frontends.log_mel import LogMel
from edgekws.kernel import Array, Kernel
from edgekws.recipe import FrontendSpec

MEL_BANDS = 40
_LOWEST, _CENTRE = -17.0, 1.0  # octaves; what is clamped, and what is added to all levels
_LEVEL_BITS = 10
_LEVEL_RANGE = -(1 << 14), (1 << 14) - 1
_LOG2_BITS = 16
_DCT_BITS = 12
_SAMPLE_BITS = 15


class Mfcc(Frontend):
    """The frontend for one `FrontendSpec`."""

    scale = 0.4375
    zero_point = 0

    def __init__(self, spec: FrontendSpec) -> None:
        super().__init__(spec)
        if spec.bands > MEL_BANDS:
            raise ConfigError(
                f"frontend mfcc: {spec.bands} coefficients of {MEL_BANDS} bands; bands, which says "
                f"how many are kept, must be 1 to {MEL_BANDS}"
            )
        self._log_mel = LogMel(replace(spec, name="log_mel", bands=MEL_BANDS))
        self.transform = self._log_mel.transform
        steps = lifted_dct(spec.bands) / self.scale
        self.dct = np.rint(steps[:, : MEL_BANDS // 2] * 2.0**_DCT_BITS).astype(np.int16)
        octaves = int(_CENTRE) - self._log_mel.rising_bits - 2 * _SAMPLE_BITS
        self.offset = octaves << _LOG2_BITS

    def kernel(self) -> Kernel:
        """The C function for one frame, with its constants."""
        log_mel = self._log_mel.kernel()
        tables = [field for field in log_mel.fields if isinstance(field[1], np.ndarray)]
        numbers = [field for field in log_mel.fields if not isinstance(field[1], np.ndarray)]
        own: dict[str, int | Array] = {"offset": self.offset}
        return Kernel(
            function="kws_mfcc_run",
            params_type="kws_mfcc_params",
            header="kws_mfcc.h",
            sources=("kws_mfcc.c", *log_mel.sources),
            fields=(
                *tables,
                ("dct", self.dct),
                *((name, own.get(name, value)) for name, value in numbers),
                ("coefficients", self.spec.bands),
            ),
            scratch_bytes=log_mel.scratch_bytes,
        )

    def frames(self, windows: NDArray[np.int16]) -> NDArray[np.int8]:
        """Numpy twin of the C: int16 [frames, window_samples] -> int8 [frames, coefficients]."""
        shift = _LOG2_BITS - _LEVEL_BITS
        logarithms = self._log_mel.logarithms(windows) + self.offset
        levels = np.clip((logarithms + (1 << (shift - 1))) >> shift, *_LEVEL_RANGE)
        low, high = levels[:, : MEL_BANDS // 2], levels[:, : MEL_BANDS // 2 - 1 : -1]
        sums = np.empty((len(windows), self.spec.bands), np.int64)
        factors = self.dct.astype(np.int64).T
        sums[:, 0::2] = (low + high) @ factors[:, 0::2]
        sums[:, 1::2] = (low - high) @ factors[:, 1::2]
        shift = _LEVEL_BITS + _DCT_BITS
        features = np.clip((sums + (1 << (shift - 1))) >> shift, -128, 127)
        return np.asarray(features, np.int8)

    def exact_frames(self, windows: NDArray[np.int16]) -> NDArray[np.float64]:
        """Real values by definition: int16 [frames, window_samples] -> float64 [frames, ...]."""
        levels = np.clip(self._log_mel.exact_frames(windows), _LOWEST, _LOWEST + 32) + _CENTRE
        real: NDArray[np.float64] = levels @ lifted_dct(self.spec.bands).T
        return real


def make(spec: FrontendSpec) -> Frontend:
    """Make the frontend of ``spec``; raises `ConfigError` when its numbers cannot be."""
    return Mfcc(spec)


def lifted_dct(coefficients: int) -> NDArray[np.float64]:
    """Rows of the orthonormal DCT-II of 40 values, the first two lifted."""
    k = np.arange(coefficients)[:, np.newaxis]
    rows = np.cos(np.pi * (2 * np.arange(MEL_BANDS) + 1) * k / (2 * MEL_BANDS))
    rows *= np.sqrt(2 / MEL_BANDS)
    rows[0] *= np.sqrt(0.5) / 4
    rows[1:2] /= 2
    return rows
