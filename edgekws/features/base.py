"""What every frontend offers: the C that ships, its numpy twin and its exact definition."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from edgekws.features import hostlib
from edgekws.kernel import Kernel
from edgekws.recipe import FrontendSpec

_CLIPS_AT_ONCE = 64  # bounds the memory of the numpy twin


class Frontend(ABC):
    """Turns int16 clips into int8 frames. Real value of a feature: scale * (q - zero_point)."""

    scale: float
    zero_point: int

    def __init__(self, spec: FrontendSpec) -> None:
        self.spec = spec

    @abstractmethod
    def kernel(self) -> Kernel:
        """The C function for one frame, with its constants."""

    @abstractmethod
    def frames(self, windows: NDArray[np.int16]) -> NDArray[np.int8]:
        """Numpy twin of the C: int16 [frames, window_samples] -> int8 [frames, bands]."""

    @abstractmethod
    def exact_frames(self, windows: NDArray[np.int16]) -> NDArray[np.float64]:
        """Real values by definition: int16 [frames, window_samples] -> float64 [frames, bands]."""

    def band_centres_hz(self) -> NDArray[np.float64] | None:
        """Centre of each band, Hz, float64 [bands]; None where a feature is no band of them."""
        return None

    def compute(self, clips: NDArray[np.int16]) -> NDArray[np.int8]:
        """Features by the C of the exported program, or by its numpy twin without a compiler.

        Parameters
        ----------
        clips : int16 [clips, samples]

        Returns
        -------
        int8 [clips, frames, bands]
        """
        library = hostlib.load(self.kernel(), self.spec)
        if library is None:
            return self.reference(clips)
        return library.compute(np.ascontiguousarray(clips, dtype=np.int16))

    def reference(self, clips: NDArray[np.int16]) -> NDArray[np.int8]:
        """Features by the numpy twin; the same bits as `compute`."""
        parts = [
            self.frames(self._windows(clips[start : start + _CLIPS_AT_ONCE]))
            for start in range(0, len(clips), _CLIPS_AT_ONCE)
        ]
        shape = (len(clips), self.spec.frames(clips.shape[1]), self.spec.bands)
        return np.concatenate(parts or [np.empty(0, np.int8)]).reshape(shape)

    def exact(self, clips: NDArray[np.int16]) -> NDArray[np.float64]:
        """Real values by definition, float64 [clips, frames, bands]; silence is -inf."""
        shape = (len(clips), self.spec.frames(clips.shape[1]), self.spec.bands)
        return self.exact_frames(self._windows(clips)).reshape(shape)

    def quantize(self, real: NDArray[np.float64]) -> NDArray[np.int8]:
        """Round real values to int8, half to even, clamped."""
        steps = np.maximum(real / self.scale + self.zero_point, -128.0)
        return np.clip(np.rint(steps), -128, 127).astype(np.int8)

    def _windows(self, clips: NDArray[np.int16]) -> NDArray[np.int16]:
        if clips.shape[1] < self.spec.window_samples:
            return np.empty((0, self.spec.window_samples), np.int16)
        views = sliding_window_view(clips, self.spec.window_samples, axis=1)
        return views[:, :: self.spec.hop_samples].reshape(-1, self.spec.window_samples)
