"""AVERAGE_POOL_2D, int8: the mean under a window; mirrors TFLM's reference AveragePool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from edgekws.graph.matmul import in_batches
from edgekws.graph.operator import Operator
from edgekws.graph.pool import Pool, read_pool
from edgekws.kernel import Array, Kernel

LIMITS = "input and output on one grid"


@dataclass(frozen=True, eq=False)
class AveragePool2D(Pool):
    """The mean of the values under the window; padding is not counted. Halves go away from 0."""

    name = "AVERAGE_POOL_2D"

    def run(self, *inputs: Array) -> Array:
        """``int8 [batch, out_height, out_width, channels]``."""
        x = inputs[0].astype(np.int8, copy=False)
        ones = np.ones((1, *x.shape[1:3], 1), np.int8)
        count = self.window.views(ones, 0).sum(axis=(4, 5), dtype=np.int64)
        return in_batches(x, lambda part: self._run(part, count), self.values)

    def _run(self, x: Array, count: Array) -> Array:
        views = self.window.views(x.astype(np.int8, copy=False), 0)
        total = views.sum(axis=(4, 5), dtype=np.int64)
        mean = np.sign(total) * ((np.abs(total) + count // 2) // count)
        result: Array = np.clip(mean, self.activation_min, self.activation_max).astype(np.int8)
        return result

    def portable_kernel(self) -> Kernel:
        """The same in C."""
        return self.pool_kernel("average")


def read(operator: Operator) -> AveragePool2D:
    """Check one operator of the file and make the op."""
    return AveragePool2D(*read_pool(operator))
