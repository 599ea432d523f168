"""Kernels for cores with the DSP extension: Cortex-M4, M7, M33."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from edgekws.graph.bodies import _dsp
from edgekws.graph.bodies._add_dsp import add_kernel
from edgekws.graph.bodies._rows_dsp import rows_kernel
from edgekws.graph.bodies._svdf_dsp import svdf_kernel
from edgekws.graph.weights import Weights
from edgekws.graph.window import Axis, Window
from edgekws.kernel import Kernel

_PLACES = 3  # of the output, which the convolution computes together
_VECTOR_WORDS = 256  # of a vector, which a dense layer spreads in its scratch at once
_POOL_VALUES = 256  # int8, whose sum fits in 16 bits
_POINTER_BYTES = 8  # at most
_MACS_WORTH_CODE = 1024  # of a dense layer; a smaller one shares the convolution's code


def _conv_2d(op: Any) -> Kernel | None:
    axes = (op.window.height, op.window.width)
    whole = all(axis.reach == axis.kernel == axis.size and axis.output == 1 for axis in axes)
    if whole and op.macs >= _MACS_WORTH_CODE:
        return _one_vector(op.weights)
    return convolution(op.weights, op.window, op.weights.values.shape[3])


def _fully_connected(op: Any) -> Kernel | None:
    """Several vectors are the places of a convolution; so is one that is not worth more code."""
    if op.rows == 1 and op.macs >= _MACS_WORTH_CODE:
        return _one_vector(op.weights)
    height, width = Axis(1, 1, 1, 1, 1, 0), Axis(op.rows, op.rows, 1, 1, 1, 0)
    return convolution(op.weights, Window(height, width), op.weights.values.shape[1])


def _one_vector(weights: Weights) -> Kernel | None:
    pairs = _dsp.pack_pairs(weights, _VECTOR_WORDS)
    if pairs is None:
        return None
    chunks = pairs.words // pairs.chunk_words
    out_features, in_features = weights.matrix.shape
    return Kernel(
        function="kws_fully_connected_dsp_run",
        params_type="kws_fully_connected_dsp_params",
        header="kws_fully_connected_dsp.h",
        sources=("kws_fully_connected_dsp.c", "kws_vector_dsp.c"),
        fields=(
            ("weights", _dsp.by_chunk(pairs.table, pairs.chunk_words)),
            ("rescale", pairs.rescale),
            ("chunks", chunks),
            ("chunk_words", pairs.chunk_words),
            ("output_zero_point", weights.rescale.output_zero_point),
            ("activation_min", weights.rescale.activation_min),
            ("activation_max", weights.rescale.activation_max),
            ("in_features", in_features),
            ("out_features", out_features),
        ),
        scratch_bytes=4 * (pairs.chunk_words + (2 * len(pairs.table) if chunks > 1 else 0)),
        in_place=True,
    )


def _average_pool_2d(op: Any) -> Kernel | None:
    portable: Kernel = op.portable_kernel()
    window = op.window.height.kernel * op.window.width.kernel
    if op.channels % 4 != 0 or window > _POOL_VALUES:
        return None
    stem = "kws_average_pool_2d_dsp"
    return replace(portable, function=f"{stem}_run", header=f"{stem}.h", sources=(f"{stem}.c",))


def convolution(weights: Weights, window: Window, in_channels: int) -> Kernel | None:
    """Every output channel reads all of a window; None when the numbers are too large for it."""
    pairs = _dsp.pack_pairs(weights)
    if pairs is None:
        return None
    rows, columns = window.height, window.width
    padded = window.padded != (rows.size, columns.size)
    together = columns.dilation == 1 or columns.kernel == 1
    in_words = together and columns.kernel * in_channels % 4 == 0
    channels = len(weights.matrix)
    patch_bytes = 0 if in_words and not padded else 2 * pairs.words
    one_place = rows.kernel == columns.kernel == 1
    return Kernel(
        function="kws_conv_2d_dsp_deep_run" if pairs.deep else "kws_conv_2d_dsp_run",
        params_type="kws_conv_2d_dsp_params",
        header="kws_conv_2d_dsp.h",
        sources=("kws_conv_2d_dsp.c",),
        fields=(
            ("weights", np.concatenate([pairs.table, pairs.rescale], axis=1)),
            ("words", pairs.words),
            ("chunk_words", pairs.chunk_words),
            ("output_zero_point", weights.rescale.output_zero_point),
            ("activation_min", weights.rescale.activation_min),
            ("activation_max", weights.rescale.activation_max),
            ("input_zero_point", weights.input_zero_point),
            *window.fields(),
            ("dilation_height", rows.dilation),
            ("dilation_width", columns.dilation),
            ("in_channels", in_channels),
            ("out_channels", channels),
            ("in_words", int(in_words)),
        ),
        scratch_bytes=4 * _PLACES * pairs.words + patch_bytes,
        in_place=one_place and channels <= in_channels,
    )


def _depthwise_conv_2d(op: Any) -> Kernel | None:
    if op.in_channels == 1:
        return convolution(op.weights, op.window, 1)
    axes = (op.window.height, op.window.width)
    plain = all((axis.kernel, axis.stride, axis.dilation) == (3, 1, 1) for axis in axes)
    if op.channels != op.in_channels:
        return None
    # For few places the planes of pairs are more work to lay out than they save.
    few = op.window.height.output * op.window.width.output <= 8 and op.channels % 4 == 0
    if plain and op.channels % 2 == 0 and not few:
        return _three_by_three(op.weights, op.window)
    return _taps(op.weights, op.window) if op.channels % 4 == 0 else None


def _three_by_three(weights: Weights, window: Window) -> Kernel | None:
    rows, columns = window.height, window.width
    channels = len(weights.matrix)
    taps = weights.matrix.reshape(channels, 3, 3)  # [channels, height, width]
    # Outputs are computed in pairs along the axis on which fewer are left over.
    upright = _pairs(rows) * columns.output <= _pairs(columns) * rows.output
    if upright:
        taps = taps.transpose(0, 2, 1)
    table = _dsp.pack_depthwise(taps, weights)
    if table is None:
        return None
    down = (columns.size * channels, columns.output * channels)
    along, across = (rows, columns) if upright else (columns, rows)
    along_steps, across_steps = (down, (channels,) * 2) if upright else ((channels,) * 2, down)
    return Kernel(
        function="kws_depthwise_conv_2d_dsp_run",
        params_type="kws_depthwise_conv_2d_dsp_params",
        header="kws_depthwise_conv_2d_dsp.h",
        sources=("kws_depthwise_conv_2d_dsp.c",),
        fields=(
            ("weights", table),
            ("output_zero_point", weights.rescale.output_zero_point),
            ("activation_min", weights.rescale.activation_min),
            ("activation_max", weights.rescale.activation_max),
            ("input_zero_point", weights.input_zero_point),
            ("channels", channels),
            *_axis_fields("along", along, *along_steps),
            *_axis_fields("across", across, *across_steps),
        ),
        scratch_bytes=2 * 4 * (_pairs(along) + 1) * (across.output + 2),
        in_place=(rows.output, columns.output) == (rows.size, columns.size),
    )


def _taps(weights: Weights, window: Window) -> Kernel | None:
    rescale = _dsp.rescale_words(weights)
    if rescale is None:
        return None
    channels, taps = weights.matrix.shape
    return Kernel(
        function="kws_depthwise_conv_2d_taps_dsp_run",
        params_type="kws_depthwise_conv_2d_taps_dsp_params",
        header="kws_depthwise_conv_2d_taps_dsp.h",
        sources=("kws_depthwise_conv_2d_taps_dsp.c",),
        fields=(
            ("weights", _dsp.pack_taps(weights)),
            ("rescale", rescale),
            ("pairs", -(-taps // 2)),
            ("output_zero_point", weights.rescale.output_zero_point),
            ("activation_min", weights.rescale.activation_min),
            ("activation_max", weights.rescale.activation_max),
            ("input_zero_point", weights.input_zero_point),
            *window.fields(),
            ("dilation_height", window.height.dilation),
            ("dilation_width", window.width.dilation),
            ("channels", channels),
        ),
        scratch_bytes=_POINTER_BYTES * 2 * -(-taps // 2) + channels,
    )


def _pairs(axis: Axis) -> int:
    return -(-axis.output // 2)


def _axis_fields(name: str, axis: Axis, in_step: int, out_step: int) -> tuple[tuple[str, int], ...]:
    return (
        (f"in_{name}", axis.size),
        (f"out_{name}", axis.output),
        (f"pad_{name}", axis.pad),
        (f"in_{name}_step", in_step),
        (f"out_{name}_step", out_step),
    )


KERNELS: Mapping[str, Callable[[Any], Kernel | None]] = {
    "ADD": add_kernel,
    "AVERAGE_POOL_2D": _average_pool_2d,
    "CONV_2D": _conv_2d,
    "DEPTHWISE_CONV_2D": _depthwise_conv_2d,
    "FULLY_CONNECTED": _fully_connected,
    "SVDF": svdf_kernel,
}
ROWS: Mapping[str, Callable[[Any], Kernel | None]] = {"DEPTHWISE_CONV_2D": rows_kernel}
