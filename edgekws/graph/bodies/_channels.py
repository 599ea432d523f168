"""Depthwise convolutions with one filter for each channel, in blocks of channels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edgekws.graph.bodies._packing import Field, padded, plain, rescale_fields
from edgekws.graph.ops.depthwise_conv_2d import DepthwiseConv2D
from edgekws.kernel import Array, Kernel

CHANNELS = 16  # of a block
_OFFSET_BYTES = 4  # of each tap


def depthwise_kernel(op: DepthwiseConv2D, body: str, order: Sequence[int]) -> Kernel | None:
    """Return ``kws_depthwise_conv_2d_<body>_run``; None where it cannot serve.

    Parameters
    ----------
    order
        Where the tables have the channels of each block: 16 numbers of channels.
    """
    channels = op.channels
    if channels != op.in_channels or op.weights.values.min(initial=0) == -128:
        return None  # two products with -128 do not fit in 16 bits
    rows, columns = op.window.height, op.window.width
    padding = rows.pad or rows.pad_after or columns.pad or columns.pad_after
    ring_bytes = rows.reach * op.window.padded[1] * channels
    ring = bool(padding) or 2 * ring_bytes <= rows.output * columns.output * channels
    taps = rows.kernel * columns.kernel
    return Kernel(
        function=f"kws_depthwise_conv_2d_{body}_run",
        params_type="kws_depthwise_packed_params",
        header=f"kws_depthwise_conv_2d_{body}.h",
        sources=(f"kws_depthwise_conv_2d_{body}.c",),
        fields=(
            ("weights", _blocks(op)),
            *_tables(op, order),
            ("input_zero_point", op.weights.input_zero_point),
            *op.window.fields(),
            ("dilation_height", rows.dilation),
            ("dilation_width", columns.dilation),
            ("channels", channels),
            ("taps", taps),
            ("ring_rows", rows.reach if ring else 0),
            ("row_width", op.window.padded[1]),
            ("plain", int(plain(op.weights.rescale))),
        ),
        scratch_bytes=_OFFSET_BYTES * taps + (ring_bytes if ring else 0),
        # A row of the output is no longer than one of the input, and lies on rows in the ring.
        in_place=ring,
    )


def _blocks(op: DepthwiseConv2D) -> Array:
    """Weights int8 [channels / 16, taps, 16]."""
    taps = op.weights.values.reshape(-1, op.channels)
    whole = np.pad(taps, ((0, 0), (0, -op.channels % CHANNELS)))
    return np.ascontiguousarray(whole.reshape(len(taps), -1, CHANNELS).transpose(1, 0, 2))


def _tables(op: DepthwiseConv2D, order: Sequence[int]) -> tuple[Field, ...]:
    bias = padded(op.weights.folded_bias, CHANNELS)
    fields = (("bias", bias), *rescale_fields(op.weights.rescale, CHANNELS))
    return tuple(
        (name, value.reshape(-1, CHANNELS)[:, list(order)].ravel())
        if isinstance(value, np.ndarray)
        else (name, value)
        for name, value in fields
    )
