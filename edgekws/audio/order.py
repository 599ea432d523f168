"""In which order the training clips come, and how often those of each label and each word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]  # of training clips


def epoch_order(rng: np.random.Generator, sizes: Sequence[int], class_balance: float) -> Rows:
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
    total = sum(sizes)
    if not class_balance:
        return rng.permutation(total)
    labels = np.split(np.arange(total), np.cumsum(sizes)[:-1])
    return rng.permutation(_drawn(rng, labels, class_balance, total))


def words_evened(
    rng: np.random.Generator, order: Rows, words: Sequence[Rows], balance: float
) -> Rows:
    """Exchange rows of ``order`` so that ``words`` come as `epoch_order` has labels come.

    Parameters
    ----------
    order : int64 [clips]
    words
        Rows of the clips of each word, int64 [clips of it]. All other rows stay where they are.
    balance
        As ``class_balance``.

    Returns
    -------
    int64 [clips]
    """
    places = np.flatnonzero(np.isin(order, np.concatenate(words)))
    evened = order.copy()
    evened[places] = rng.permutation(_drawn(rng, words, balance, len(places)))
    return evened


def balanced(sizes: Sequence[int], balance: float, total: int) -> tuple[int, ...]:
    """How often each group comes, ``total`` times in all: by the power ``1 - balance`` of sizes."""
    powers = np.array([size ** (1 - balance) if size else 0.0 for size in sizes])
    ends = np.rint(np.cumsum(powers) / powers.sum() * total).astype(np.int64)
    return tuple(np.diff(ends, prepend=0).tolist())


def _drawn(rng: np.random.Generator, groups: Sequence[Rows], balance: float, total: int) -> Rows:
    """Rows of the groups, each group's in turn: again from its first when it has too few."""
    rows: list[Rows] = []
    for group, wanted in zip(groups, balanced([*map(len, groups)], balance, total), strict=True):
        size = len(group)
        rounds = [group[rng.permutation(size)] for _ in range(-(-wanted // size) if size else 0)]
        rows += [np.concatenate(rounds)[:wanted]] if rounds else []
    return np.concatenate(rows)
