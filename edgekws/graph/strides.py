"""Nests of loops over memory: how far each index moves, with as few loops as will do."""

from __future__ import annotations

import math
from collections.abc import Sequence

LOOPS = 4  # of the C kernels that take sizes and strides

Loop = tuple[int, tuple[int, ...]]  # a size, and the stride of each array


def nest(sizes: Sequence[int], *strides: Sequence[int]) -> list[Loop]:
    """Merge loops that walk through every array in one go, and leave out loops of one.

    Parameters
    ----------
    sizes
        Of the loops, the outermost first.
    strides
        Per array: elements that each loop moves by.

    Returns
    -------
    list of (size, strides)
        `LOOPS` of them or more; missing outer ones have the size 1 and the strides 0.
    """
    merged: list[Loop] = []
    for size, steps in zip(sizes, zip(*strides, strict=True), strict=True):
        if size == 1:
            continue
        if merged and all(o == size * i for o, i in zip(merged[-1][1], steps, strict=True)):
            merged[-1] = (merged[-1][0] * size, steps)
        else:
            merged.append((size, steps))
    idle: Loop = (1, (0,) * len(strides))
    return [idle] * (LOOPS - len(merged)) + merged


def dense(shape: Sequence[int]) -> tuple[int, ...]:
    """Strides of an array without gaps."""
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))
