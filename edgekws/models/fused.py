"""A network as the stages of a fused streaming model: what one new frame goes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Real = npt.NDArray[np.float32]
Weights = Mapping[str, tuple[Real, Real]]  # kernel, in the file's order of axes, and bias by layer


@dataclass(frozen=True, eq=False)
class Svdf:
    """Filters over the values of one frame and over time, summed by ``rank``, then ReLU.

    feature : float32 [filters, inputs]; filter ``unit * rank + r`` belongs to ``unit``
    time : float32 [filters, memory], the newest frame last
    bias : float32 [units]
    """

    feature: Real
    time: Real
    bias: Real
    rank: int

    def __call__(self, x: Real) -> Real:
        """Units float32 [clips, frames - memory + 1, units] of float32 [clips, frames, inputs]."""
        filtered = self.filtered(x)
        memory = self.time.shape[1]
        frames = filtered.shape[1] - memory + 1
        total = np.zeros((len(x), frames, len(self.time)), np.float32)
        for k in range(memory):
            total += filtered[:, k : k + frames] * self.time[:, k]
        units = total.reshape(len(x), frames, -1, self.rank).sum(axis=3)
        result: Real = np.maximum(units + self.bias, 0).astype(np.float32)
        return result

    def filtered(self, x: Real) -> Real:
        """What each filter makes of each frame: float32 [clips, frames, filters]."""
        return x @ self.feature.T


@dataclass(frozen=True, eq=False)
class Dense:
    """A matrix float32 [outputs, inputs] and a bias for each frame."""

    matrix: Real
    bias: Real

    def __call__(self, x: Real) -> Real:
        """Linear outputs float32 [clips, frames, outputs]."""
        return x @ self.matrix.T + self.bias


Stage = Svdf | Dense
Stages = Callable[[Weights], tuple[Stage, ...]]
