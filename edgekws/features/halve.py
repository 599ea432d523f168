"""Any frontend at half the sample rate of the sound; twin of ``runtime/kws_halve.c``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edgekws.errors import ConfigError
from edgekws.features.base import Frontend, State
from edgekws.kernel import Kernel
from edgekws.recipe import FrontendSpec

MIDDLE = 16_384
TAPS = (10_381, -3_328, 1_846, -1_169, 772, -511, 331, -206, 120, -64, 29, -9)  # on either side
SHIFT = 15
_ALIGNMENT = 16


class Halved(Frontend):
    """Halves each window, then does what ``inner`` does."""

    def __init__(self, spec: FrontendSpec, inner: Frontend) -> None:
        super().__init__(spec)
        if spec.window_samples != 2 * inner.spec.window_samples:
            raise ConfigError(
                f"frontend: window_ms {spec.window_ms:g} is {spec.window_samples} samples at "
                f"{spec.sample_rate_hz} Hz, not twice as many as at half of it; change window_ms"
            )
        self.inner = inner
        self.scale, self.zero_point = inner.scale, inner.zero_point

    def kernel(self) -> Kernel:
        """That of ``inner``, which finds its window at the beginning of the scratch."""
        kernel = self.inner.kernel()
        halved = -(-self.spec.window_samples // _ALIGNMENT) * _ALIGNMENT  # two bytes of half
        return replace(
            kernel,
            sources=(*kernel.sources, "kws_halve.c"),
            scratch_bytes=halved + kernel.scratch_bytes,
            halved_bytes=halved,
        )

    def frames(self, windows: NDArray[np.int16]) -> NDArray[np.int8]:
        """Numpy twin of the C: int16 [frames, window_samples] -> int8 [frames, bands]."""
        return self.inner.frames(halve(windows))

    def sequences(self, windows: NDArray[np.int16], state: State) -> NDArray[np.int8]:
        """Numpy twin for whole clips: int16 [clips, frames, window_samples] -> int8."""
        return self.inner.sequences(halve(windows), state)

    def exact_frames(self, windows: NDArray[np.int16]) -> NDArray[np.float64]:
        """By the definition of ``inner``, of halved windows."""
        return self.inner.exact_frames(halve(windows))

    def exact_sequences(self, windows: NDArray[np.int16]) -> NDArray[np.float64]:
        """By the definition of ``inner``, of halved windows."""
        return self.inner.exact_sequences(halve(windows))

    def band_centres_hz(self) -> NDArray[np.float64] | None:
        """Those of ``inner``."""
        return self.inner.band_centres_hz()


def halve(windows: NDArray[np.int16]) -> NDArray[np.int16]:
    """Half the rate: int16 [..., samples], an even number, -> int16 [..., samples / 2]."""
    reach = 2 * len(TAPS) - 1
    edge = [(0, 0)] * (windows.ndim - 1) + [(reach, reach)]
    padded = np.pad(windows.astype(np.int32), edge)

    def moved(by: int) -> NDArray[np.int32]:
        return padded[..., reach + by : reach + by + windows.shape[-1] : 2]

    sums = MIDDLE * moved(0)
    for pair, tap in enumerate(TAPS):
        sums += tap * (moved(-2 * pair - 1) + moved(2 * pair + 1))
    halved = np.clip((sums + (1 << (SHIFT - 1))) >> SHIFT, -32768, 32767)
    return np.asarray(halved, np.int16)
