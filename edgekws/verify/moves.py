"""Ops that only move values, found out by asking them: the same move is then made with reals."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edgekws.graph.operator import same_grid, scale, zero_point
from edgekws.graph.types import Op, Tensor

Real = npt.NDArray[np.float64]

SEED = 3


def moved(
    op: Op, reads: tuple[Tensor, ...], writes: Tensor, inputs: tuple[Real, ...]
) -> Real | None:
    """Real result float64 [batch, ...] of an op that moves values; None when it does not.

    Parameters
    ----------
    reads, writes
        The tensors of ``inputs`` and of the result.
    """
    if not all(same_grid(tensor, writes) for tensor in reads):
        return None
    places, fill = _places(op, reads)
    random = np.random.default_rng(SEED)
    tried = [random.integers(-128, 128, (1, *t.shape[1:])).astype(np.int8) for t in reads]
    flat = np.append(np.concatenate([x.ravel() for x in tried]), np.int8(0))
    expected = np.where(places < 0, fill, flat[places])
    if not np.array_equal(expected, op.run(*tried)[0]):
        return None
    rows = np.concatenate([x.reshape(len(x), -1) for x in inputs], axis=1)
    filled = scale(writes) * (fill.astype(np.float64) - zero_point(writes))
    return np.where(places < 0, filled, rows[:, places])


def _places(
    op: Op, reads: tuple[Tensor, ...]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int8]]:
    """Where each value of the result comes from, were the op one that moves values.

    Each input value is numbered through all inputs, and the number goes through the op digit by
    digit. What does not change when all input values do is a constant: -1, and the constant.
    """
    ends = np.cumsum([tensor.size for tensor in reads])
    numbers = np.arange(ends[-1])
    found = np.zeros((), np.int64)
    for digit in range(max(1, -(-int(ends[-1]).bit_length() // 8))):
        found = found + (_ask(op, reads, numbers >> 8 * digit & 255) << 8 * digit)
    low, high = _ask(op, reads, numbers * 0), _ask(op, reads, numbers * 0 + 255)
    # A number beyond the last one is no place: the op does more than move.
    places = np.where(low == high, -1, np.minimum(found, ends[-1]))
    return places, (low - 128).astype(np.int8)


def _ask(op: Op, reads: tuple[Tensor, ...], digits: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Answer 0..255 of the op to digits 0..255, one for each input value."""
    parts = np.split(digits, np.cumsum([tensor.size for tensor in reads])[:-1])
    shaped = [
        (part - 128).astype(np.int8).reshape(1, *tensor.shape[1:])
        for part, tensor in zip(parts, reads, strict=True)
    ]
    result: npt.NDArray[np.int64] = op.run(*shaped)[0].astype(np.int64) + 128
    return result
