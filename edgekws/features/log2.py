"""Numpy twin of ``runtime/kws_log2.h``, and its table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TABLE: NDArray[np.uint32] = np.rint(65536 * np.log2(1 + np.arange(33) / 32)).astype(np.uint32)


def log2_q16(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """log2 in Q16 of values of 1 or more, from 0.0002 below the true one to 0.00002 above."""
    exponent = np.zeros(values.shape, dtype=np.int64)
    rest = values.copy()
    for bits in (32, 16, 8, 4, 2, 1):
        large = rest >> np.uint64(bits) > 0
        exponent[large] += bits
        rest[large] >>= np.uint64(bits)
    mantissa = ((values << (63 - exponent).astype(np.uint64)) >> np.uint64(32)).astype(np.int64)
    place = (mantissa >> 26) & 31
    part = (mantissa >> 10) & 0xFFFF
    table = TABLE.astype(np.int64)
    rise = ((table[place + 1] - table[place]) * part) >> 16
    logarithm: NDArray[np.int64] = (exponent << 16) + table[place] + rise
    return logarithm
