"""Exact integer sums of products by the float units, and batches that fit in the caches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from edgekws.kernel import Array

VALUES_AT_ONCE = 1 << 18
EXACT_IN_FLOAT32 = 1 << 24  # all integers up to here

Sums = npt.NDArray[np.floating[Any]]


def exact_kind(weights: npt.NDArray[np.int8]) -> type[np.float32] | type[np.float64]:
    """Return a float type in which no sum of int8 times ``weights`` [..., channels] can round.

    A float sum of products is exact while every partial sum is an integer that the type holds, and
    it runs tens of times faster than an integer one. The engine's sums fit in 32 bits.
    """
    flat = weights.reshape(-1, weights.shape[-1])
    largest = 128 * int(np.abs(flat.astype(np.int64)).sum(axis=0).max(initial=0))
    return np.float32 if largest < EXACT_IN_FLOAT32 else np.float64


def exact_matmul(rows: npt.NDArray[np.int8], matrix: npt.NDArray[np.int8]) -> Sums:
    """``rows`` int8 [n, k] times ``matrix`` int8 [k, channels]: integers [n, channels].

    What does not fit in float32 is cut in two along k, which is faster than float64.
    """
    if exact_kind(matrix) is np.float32:
        product: Sums = np.matmul(rows.astype(np.float32), matrix.astype(np.float32))
        return product
    half = len(matrix) // 2
    first = exact_matmul(rows[:, :half], matrix[:half]).astype(np.float64)
    return first + exact_matmul(rows[:, half:], matrix[half:])


def in_batches(x: Array, run: Callable[[Array], Array], values_per_entry: int) -> Array:
    """``run`` over slices of the batch, each with about `VALUES_AT_ONCE` values in flight."""
    step = max(1, VALUES_AT_ONCE // max(1, values_per_entry))
    if len(x) <= step:
        return run(x)
    return np.concatenate([run(x[i : i + step]) for i in range(0, len(x), step)])
