"""In which order the training clips come, and how often those of each label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def epoch_order(
    rng: np.random.Generator, sizes: Sequence[int], class_balance: float
) -> NDArray[np.int64]:
    """Rows of one epoch, int64 [clips]; the clips of a label stand in consecutive rows.

    Parameters
    ----------
    sizes
        Clips of each label, in the order of the rows.
    class_balance
        0: every clip comes once. 1: all labels that have clips come equally often; those of a rare
        one come several times, of the others some wait for a later epoch. Between: in proportion
        to the power ``1 - class_balance`` of their clips.
    """
    if not class_balance:
        return rng.permutation(sum(sizes))
    rows: list[NDArray[np.int64]] = []
    first = 0
    for size, wanted in zip(sizes, balanced(sizes, class_balance), strict=True):
        rounds = [rng.permutation(size) for _ in range(-(-wanted // size) if size else 0)]
        rows += [first + np.concatenate(rounds)[:wanted]] if rounds else []
        first += size
    return rng.permutation(np.concatenate(rows))


def balanced(sizes: Sequence[int], class_balance: float) -> tuple[int, ...]:
    """How often each label comes in an epoch; as many clips in all as there are."""
    total = sum(sizes)
    powers = np.array([size ** (1 - class_balance) if size else 0.0 for size in sizes])
    ends = np.rint(np.cumsum(powers) / powers.sum() * total).astype(np.int64)
    return tuple(np.diff(ends, prepend=0).tolist())
