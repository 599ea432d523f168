"""Exact integer matrix products by the float units, and batches that fit in memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from edgekws.kernel import Array

PATCH_VALUES = 1 << 24  # float values in flight at once, 64 MB in float32


def exact_matmul(rows: Array, matrix: Array) -> npt.NDArray[np.int64]:
    """``rows`` int8 [n, k] times ``matrix`` int8 [k, channels], exactly, as int64 [n, channels].

    A float product is exact while no partial sum can leave the integers that it can hold:
    24 bits for float32, 53 for float64. It runs tens of times faster than an integer one.
    """
    largest = 128 * int(np.abs(matrix.astype(np.int64)).sum(axis=0).max(initial=0))
    kind = np.float32 if largest < 1 << 24 else np.float64
    product: npt.NDArray[np.int64] = (rows.astype(kind) @ matrix.astype(kind)).astype(np.int64)
    return product


def in_batches(x: Array, run: Callable[[Array], Array], values_per_entry: int) -> Array:
    """``run`` over slices of the batch, each with about `PATCH_VALUES` values in flight."""
    step = max(1, PATCH_VALUES // max(1, values_per_entry))
    if len(x) <= step:
        return run(x)
    return np.concatenate([run(x[i : i + step]) for i in range(0, len(x), step)])
