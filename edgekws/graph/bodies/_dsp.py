"""What the kernels for the DSP extension share: weights in words, and rescaling.

The C twin is ``firmware_templates/runtime/kws_dsp.h``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekws.fixedpoint import INT32_MAX
from edgekws.graph.weights import Weights

ALIGNMENT = 8  # products; the inner loops take so many at once
LARGEST_SUM = 1 << 23  # of products; 256 times as much must fit in 32 bits

Words = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Weights of two output channels each, side by side.

    table : int32 [pairs, words]
    rescale : int32 [pairs, 5], see `rescale_words`
    chunk_words : products of so many words can be summed before they are taken apart
    """

    table: Words
    rescale: Words
    chunk_words: int

    @property
    def words(self) -> int:
        """Of one pair; each has two products of both channels."""
        return int(self.table.shape[1])

    @property
    def deep(self) -> bool:
        """Whether the sums must be taken apart more than once."""
        return self.chunk_words < self.words


def pack_pairs(weights: Weights, most_words: int | None = None) -> Pairs | None:
    """Pack ``weights.matrix`` [channels, depth]; None when its numbers are beyond the kernels.

    A chunk has no more than ``most_words``.
    """
    rescale, packed = rescale_words(weights), pack_matrix(weights.matrix, most_words)
    if rescale is None or packed is None:
        return None
    table, chunk_words = packed
    return Pairs(table, rescale, chunk_words)


def pack_matrix(
    values: npt.NDArray[np.int8], most_words: int | None = None
) -> tuple[Words, int] | None:
    """`Pairs.table` and `Pairs.chunk_words` of ``values`` [channels, depth].

    int16 ``256 * second + first`` has no room for a second weight of -128: None.
    """
    if np.any(values == -128):
        return None
    channels, depth = values.shape
    fewest = 1 if most_words is None else max(1, -(-depth // (2 * most_words)))
    for parts in range(fewest, depth + 1):
        chunk = _rounded_up(-(-depth // parts), ALIGNMENT)
        matrix = np.zeros((_rounded_up(channels, 2), parts * chunk), np.int32)
        matrix[:channels, :depth] = values
        if 128 * np.abs(matrix.reshape(-1, chunk)).sum(axis=1).max() < LARGEST_SUM:
            break
    return interleave(matrix), chunk // 2


def by_chunk(table: Words, chunk_words: int) -> Words:
    """Words [chunks, pairs, chunk_words] of `Pairs.table`."""
    chunks = table.reshape(len(table), -1, chunk_words)
    return np.ascontiguousarray(chunks.transpose(1, 0, 2))


def pack_depthwise(taps: npt.NDArray[np.int8], weights: Weights) -> Words | None:
    """Words [channels / 2, 11] of ``taps`` [channels, 3 across, 3 along] and for rescaling.

    None when the numbers are beyond the kernel.
    """
    rescale = rescale_words(weights)
    if rescale is None:
        return None
    bytes_ = np.ascontiguousarray(taps[..., [0, 1, 1, 2]]).view("<i4").astype(np.int32)
    return np.concatenate([bytes_.reshape(len(taps) // 2, -1), rescale], axis=1)


def pack_taps(weights: Weights) -> Words:
    """Words [channels / 4, pairs of taps, 2] of ``weights.matrix`` [channels, taps].

    A word has one tap of two channels in its low half, and the next tap in its high half.
    """
    channels, taps = weights.matrix.shape
    even = np.zeros((channels, _rounded_up(taps, 2)), np.int8)
    even[:, :taps] = weights.matrix
    blocks = even.reshape(channels // 4, 2, 2, -1, 2)  # [..., two of two channels, pairs, two taps]
    words = np.ascontiguousarray(blocks.transpose(0, 3, 1, 4, 2)).reshape(len(blocks), -1)
    return words.view("<i4").astype(np.int32).reshape(len(blocks), -1, 2)


def interleave(matrix: npt.NDArray[np.int32]) -> Words:
    """Words [channels / 2, depth / 2] of int8 values [channels, depth]; see kws_conv_2d_dsp.h."""
    both = 256 * matrix[1::2] + matrix[::2]
    fours = both.reshape(len(both), -1, 4).astype(np.int16)
    return pairs(fours[..., :2], fours[..., 2:]).reshape(len(both), -1)


def pairs(low: npt.NDArray[np.int16], high: npt.NDArray[np.int16]) -> Words:
    """Words with ``low`` in bits 0..15 and ``high`` in bits 16..31."""
    words = low.view(np.uint16).astype(np.uint32) | high.view(np.uint16).astype(np.uint32) << 16
    return words.view(np.int32)


def rescale_words(weights: Weights) -> Words | None:
    """Words [channels / 2 rounded up, 5] for kws_dsp_read_channel; None when one does not fit."""
    rescale, bias = weights.rescale, weights.folded_bias.astype(np.int64)
    multiplier = rescale.multiplier.astype(np.int64)
    # A factor of 0 may have any shift.
    shift = np.where(multiplier == 0, 0, -rescale.shift.astype(np.int64) - 1)
    largest = np.abs(bias) + 128 * np.abs(weights.matrix.astype(np.int64)).sum(axis=1)
    if np.any(shift < 0) or np.any(2 * largest > INT32_MAX):
        return None
    rounding = abs(2 * rescale.output_zero_point + 1) << shift
    if np.any((largest * multiplier >> 31) + rounding + 2 > INT32_MAX):
        return None
    even = np.zeros((3, _rounded_up(len(bias), 2)), np.int64)
    even[:, : len(bias)] = 2 * bias, multiplier, shift
    both = even.reshape(3, -1, 2)
    shifts = both[2, :, 0] | both[2, :, 1] << 8
    return np.concatenate([both[0], both[1], shifts[:, None]], axis=1).astype(np.int32)


def _rounded_up(number: int, multiple: int) -> int:
    return -(-number // multiple) * multiple
