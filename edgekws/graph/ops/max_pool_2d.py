"""MAX_POOL_2D, int8: the largest value under a window; mirrors TFLM's reference MaxPool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from edgekws.graph.matmul import in_batches
from edgekws.graph.operator import Operator
from edgekws.graph.pool import Pool, read_pool
from edgekws.kernel import Array, Kernel

LIMITS = "input and output on one grid"


@dataclass(frozen=True, eq=False)
class MaxPool2D(Pool):
    """The largest value under the window; padding is never the largest."""

    name = "MAX_POOL_2D"

    def run(self, *inputs: Array) -> Array:
        """``int8 [batch, out_height, out_width, channels]``."""
        return in_batches(inputs[0].astype(np.int8, copy=False), self._run, self.values)

    def _run(self, x: Array) -> Array:
        views = self.window.views(x.astype(np.int8, copy=False), -128)
        largest = views.max(axis=(4, 5))
        result: Array = np.clip(largest, self.activation_min, self.activation_max).astype(np.int8)
        return result

    def portable_kernel(self) -> Kernel:
        """The same in C."""
        return self.pool_kernel("max")


def read(operator: Operator) -> MaxPool2D:
    """Check one operator of the file and make the op."""
    return MaxPool2D(*read_pool(operator))
