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

State = NDArray[np.uint8]


class Frontend(ABC):
    """Turns int16 clips into int8 frames. Real value of a feature: scale * (q - zero_point).

    A frame follows from its window alone; or, where `kernel` says that there is state, from all
    windows since the sound began, which is when the state is all zero.
    """

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

    def new_state(self, clips: int = 1) -> State:
        """What is known before any sound: zeros, uint8 [clips, state_bytes].

        Give it to `compute` with a sound's first part, and again with each further part.
        """
        return np.zeros((clips, self.kernel().state_bytes), np.uint8)

    def sequences(self, windows: NDArray[np.int16], state: State) -> NDArray[np.int8]:
        """Numpy twin for whole clips: int16 [clips, frames, window_samples] -> int8.

        A frontend that keeps state overrides this, and leaves the new state in ``state``.
        """
        del state
        clips, frames, samples = windows.shape
        found = self.frames(windows.reshape(-1, samples))
        return found.reshape(clips, frames, self.spec.bands)

    def exact_sequences(self, windows: NDArray[np.int16]) -> NDArray[np.float64]:
        """Real values of whole clips, which begin without state; overridden like `sequences`."""
        clips, frames, samples = windows.shape
        found = self.exact_frames(windows.reshape(-1, samples))
        return found.reshape(clips, frames, self.spec.bands)

    def compute(self, clips: NDArray[np.int16], state: State | None = None) -> NDArray[np.int8]:
        """Features by the C of the exported program, or by its numpy twin without a compiler.

        Parameters
        ----------
        clips : int16 [clips, samples]
        state : uint8 [clips, state_bytes]
            Of `new_state`, or where the last call left it: then the clips go on from there, each
            beginning with the samples of the window after the last. None: each clip is a new sound.

        Returns
        -------
        int8 [clips, frames, bands]
        """
        library = hostlib.load(self.kernel(), self.spec)
        if library is None:
            return self.reference(clips, state)
        state = self.new_state(len(clips)) if state is None else state
        return library.compute(np.ascontiguousarray(clips, dtype=np.int16), state)

    def reference(self, clips: NDArray[np.int16], state: State | None = None) -> NDArray[np.int8]:
        """Features by the numpy twin; the same bits as `compute`."""
        state = self.new_state(len(clips)) if state is None else state
        parts = []
        for start in range(0, len(clips), _CLIPS_AT_ONCE):
            some = slice(start, start + _CLIPS_AT_ONCE)
            parts.append(self.sequences(self._windows(clips[some]), state[some]))
        shape = (len(clips), self.spec.frames(clips.shape[1]), self.spec.bands)
        return np.concatenate(parts or [np.empty(0, np.int8)]).reshape(shape)

    def exact(self, clips: NDArray[np.int16]) -> NDArray[np.float64]:
        """Real values by definition, float64 [clips, frames, bands]; silence is -inf."""
        return self.exact_sequences(self._windows(clips))

    def quantize(self, real: NDArray[np.float64]) -> NDArray[np.int8]:
        """Round real values to int8, half to even, clamped."""
        steps = np.maximum(real / self.scale + self.zero_point, -128.0)
        return np.clip(np.rint(steps), -128, 127).astype(np.int8)

    def _windows(self, clips: NDArray[np.int16]) -> NDArray[np.int16]:
        """Every window: int16 [clips, samples] -> int16 [clips, frames, window_samples]."""
        if clips.shape[1] < self.spec.window_samples:
            return np.empty((len(clips), 0, self.spec.window_samples), np.int16)
        views = sliding_window_view(clips, self.spec.window_samples, axis=1)
        return views[:, :: self.spec.hop_samples]
