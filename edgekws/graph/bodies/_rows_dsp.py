"""Depthwise filters along the whole of time, on values that lie in rows, for the DSP extension.

The C twin is ``firmware_templates/runtime/kws_depthwise_rows_dsp.c``; its header tells how.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edgekws.graph.bodies import _dsp
from edgekws.graph.ops.depthwise_conv_2d import DepthwiseConv2D
from edgekws.graph.weights import Rescale, Weights
from edgekws.kernel import Kernel

_TURN = 20  # taps that a turn of the inner loop takes; it reads bodies.READ_BEHIND_ROWS too many
_MOST_WASTE = 4  # such a part of the taps may be zeros that fill up the last turn


def rows_kernel(op: DepthwiseConv2D) -> Kernel | None:
    """Kernel of one place of the output, on int8 [channels, taps]; None where it cannot serve."""
    rows, columns = op.window.height, op.window.width
    one_place = rows.output == columns.output == 1 and columns.kernel == columns.size == 1
    whole = rows.kernel == rows.reach == rows.size
    worth = -rows.kernel % _TURN <= rows.kernel // _MOST_WASTE
    if not one_place or not whole or not worth or op.channels != op.in_channels:
        return None
    packed, start = _pack(op.weights.matrix), _start(op.weights)
    if packed is None or start is None:
        return None
    return Kernel(
        function="kws_depthwise_rows_dsp_run",
        params_type="kws_depthwise_rows_dsp_params",
        header="kws_depthwise_rows_dsp.h",
        sources=("kws_depthwise_rows_dsp.c",),
        fields=(
            ("weights", np.concatenate([start[:, None], packed], axis=1)),
            ("rescale", _rescale(op.weights.rescale)),
            ("words", packed.shape[1]),
            ("taps", rows.kernel),
            ("channels", op.channels),
            ("output_zero_point", op.weights.rescale.output_zero_point),
            ("activation_min", op.weights.rescale.activation_min),
            ("activation_max", op.weights.rescale.activation_max),
        ),
    )


def _pack(matrix: npt.NDArray[np.int8]) -> _dsp.Words | None:
    """Words [channels, turns * 5] of weights [channels, taps]; None when one does not fit."""
    whole = np.pad(matrix.astype(np.int32), ((0, 0), (0, -matrix.shape[1] % _TURN)))
    halves = 256 * whole[:, ::2] - whole[:, 1::2]
    # -w1 is read from the low byte: 128 would come out as -128.
    if np.any(whole[:, 1::2] == -128) or halves.min(initial=0) < -(1 << 15):
        return None
    narrow = halves.astype(np.int16)
    return _dsp.pairs(narrow[:, ::2], narrow[:, 1::2])


def _start(weights: Weights) -> _dsp.Words | None:
    """What each sum begins with, modulo 2^32; None when 256 times a result does not fit."""
    if _dsp.rescale_words(weights) is None:
        return None
    matrix, bias = weights.matrix.astype(np.int64), weights.folded_bias.astype(np.int64)
    if np.any(np.abs(bias) + 128 * np.abs(matrix).sum(axis=1) >= _dsp.LARGEST_SUM):
        return None
    start: _dsp.Words = (256 * bias - 129 * matrix[:, 1::2].sum(axis=1)).astype(np.int32)
    return start


def _rescale(rescale: Rescale) -> _dsp.Words:
    """Words [channels, 2]; a factor of 0 may have any shift."""
    shift = np.where(rescale.multiplier == 0, 0, -rescale.shift.astype(np.int32) - 1)
    return np.stack([rescale.multiplier, shift.astype(np.int32)], axis=1)
