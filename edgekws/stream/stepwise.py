"""A network that takes one frame at a time and remembers, as a scorer of feature windows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edgekws.graph.engine import Session
from edgekws.graph.types import Graph


class Stepwise:
    """Scores of windows that follow one another, every ``hops`` frames one, from the first on.

    The frames of a call of the exported program are ``hops``; where the first window has a number
    of frames that they do not divide, the first call begins with frames of zeros.
    """

    def __init__(self, graph: Graph, hops: int) -> None:
        self._graph = graph
        self._hops = hops
        self._session: Session | None = None

    def __call__(self, windows: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
        """``int8 [windows, labels]`` of int8 [windows, frames, bands]."""
        made = [self._next(window) for window in windows]
        labels = self._graph.output_tensor.size
        return np.stack(made) if made else np.zeros((0, labels), np.int8)

    def _next(self, window: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
        fresh = window[-self._hops :]
        if self._session is None:
            self._session = Session(self._graph)
            fresh = window_frames(window, self._hops)
        scores = np.zeros(0, np.int8)
        for frame in fresh:
            scores = self._session.run(frame.reshape(self._graph.input_tensor.shape)).ravel()
        return scores


def window_frames(window: npt.NDArray[np.int8], hops: int) -> npt.NDArray[np.int8]:
    """All frames that the exported program gives the network up to its first scores."""
    missing = -len(window) % hops
    return np.concatenate([np.zeros((missing, window.shape[1]), np.int8), window])
