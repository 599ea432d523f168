"""Constants of the layers that multiply, packed for the portable kernels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edgekws.fixedpoint import INT32_MAX
from edgekws.graph.weights import Weights
from edgekws.graph.window import Axis, Window
from edgekws.kernel import Array, Kernel

CHANNELS = 4  # output channels that are computed together
POINTER_BYTES = 8  # at most; one generated model runs on every machine
Field = tuple[str, int | Array]


def convolution(weights: Weights, window: Window, in_channels: int) -> Kernel:
    """Every output channel reads all of a window: ``kws_conv_2d``.

    A filter of 1x1 may write over its input: two places are copied before they are computed, and
    what is written never reaches beyond what was read.
    """
    channels, depth = weights.matrix.shape
    rows, columns = window.height, window.width
    one = rows.output * columns.output == 1 and depth == rows.size * columns.size * in_channels
    pointwise = rows.kernel == columns.kernel == 1 and channels <= in_channels
    return Kernel(
        function="kws_conv_2d_once_run" if one else "kws_conv_2d_run",
        params_type="kws_conv_2d_params",
        header="kws_conv_2d.h",
        sources=("kws_conv_2d.c",),
        fields=(
            ("weights", interleaved(weights.matrix)),
            *rescaling(weights),
            ("input_zero_point", weights.input_zero_point),
            *window.fields(),
            ("dilation_height", rows.dilation),
            ("dilation_width", columns.dilation),
            ("in_channels", in_channels),
            ("out_channels", channels),
            ("depth", depth),
        ),
        scratch_bytes=0 if one else 2 * depth,
        in_place=pointwise and not one,
    )


def interleaved(matrix: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """``int8 [channels / 4, depth, 4]`` of weights [channels, depth], with rows of zeros."""
    whole = np.pad(matrix, ((0, -len(matrix) % CHANNELS), (0, 0)))
    fours = whole.reshape(-1, CHANNELS, matrix.shape[1])
    return np.ascontiguousarray(fours.transpose(0, 2, 1))


def rescaling(weights: Weights) -> tuple[Field, ...]:
    """Members that ``kws_rescale.h`` reads: a record for each channel, and the output's range."""
    rescale, bias = weights.rescale, weights.folded_bias.astype(np.int64)
    # A factor of 0 may have any shift.
    right = np.where(rescale.multiplier == 0, 0, -rescale.shift.astype(np.int64) - 1)
    records = np.stack([bias, rescale.multiplier, right], axis=1)
    largest = np.abs(bias) + 128 * np.abs(weights.matrix.astype(np.int64)).sum(axis=1)
    plain = bool(np.all(right >= 0) and np.all(2 * largest <= INT32_MAX))
    return (
        ("records", np.pad(records, ((0, -len(bias) % CHANNELS), (0, 0))).astype(np.int32)),
        ("zero_point", rescale.output_zero_point),
        ("lowest", rescale.activation_min),
        ("highest", rescale.activation_max),
        ("plain", int(plain)),
    )


def depthwise(weights: Weights, window: Window, in_channels: int) -> Kernel:
    """Every output channel reads one input channel: ``kws_depthwise_conv_2d``.

    With one input channel it is a convolution.
    """
    if in_channels == 1:
        return convolution(weights, window, 1)
    channels, taps = weights.matrix.shape
    rows, columns = window.height, window.width
    row_bytes = columns.output * channels
    late_rows = _late_rows(rows, columns.size * in_channels, row_bytes)
    return Kernel(
        function="kws_depthwise_conv_2d_run",
        params_type="kws_depthwise_conv_2d_params",
        header="kws_depthwise_conv_2d.h",
        sources=("kws_depthwise_conv_2d.c",),
        fields=(
            ("weights", interleaved(weights.matrix)),
            *rescaling(weights),
            ("input_zero_point", weights.input_zero_point),
            *window.fields(),
            ("dilation_height", rows.dilation),
            ("dilation_width", columns.dilation),
            ("in_channels", in_channels),
            ("depth_multiplier", channels // in_channels),
            ("late_rows", late_rows),
        ),
        scratch_bytes=POINTER_BYTES * taps + in_channels + late_rows * row_bytes,
        in_place=late_rows > 0,
    )


def _late_rows(rows: Axis, in_bytes: int, out_bytes: int) -> int:
    """Rows that must wait before they can be written over the input; 0 when it cannot be.

    Row ``y - late`` is written before row ``y`` is computed, which reads the input from row
    ``y * stride - pad`` on. Rows of input and output have ``in_bytes`` and ``out_bytes``.
    """
    for late in range(1, rows.output):  # with all rows waiting, nothing would be saved
        free = (
            (y - late + 1) * out_bytes <= max(0, y * rows.stride - rows.pad) * in_bytes
            for y in range(late, rows.output)
        )
        if all(free):
            return late
    return 0
