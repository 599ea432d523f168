"""Kernels for phones: NEON with and without dot products, SSE2, and plain C, packed the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from edgekws.graph.bodies import Maker
from edgekws.graph.bodies._channels import CHANNELS, depthwise_kernel
from edgekws.graph.bodies._packing import DEPTH, Product, interleave, product
from edgekws.graph.ops.conv_2d import Conv2D
from edgekws.graph.ops.depthwise_conv_2d import DepthwiseConv2D
from edgekws.graph.ops.fully_connected import FullyConnected
from edgekws.graph.sum import Sum
from edgekws.kernel import Kernel

_NARROW_SPARE = 16  # bytes behind the copies of rows, and behind the padded input


def multiply(op: Conv2D | FullyConnected) -> Kernel | None:
    """Return the kernel of a convolution or of a fully connected layer."""
    found = product(op)
    assert found is not None
    return _convolution(found)


def depthwise(op: DepthwiseConv2D) -> Kernel | None:
    """Return the kernel of a depthwise convolution; that of one channel is a convolution."""
    found = product(op)
    return depthwise_kernel(op, "neon", range(CHANNELS)) if found is None else _convolution(found)


def add(op: Sum) -> Kernel | None:
    """Return the kernel of a sum or difference of two tensors; a constant stays portable."""
    plain = op.portable_kernel()
    if plain.function != "kws_add_run":
        return None
    return replace(
        plain,
        function="kws_add_neon_run",
        header="kws_add_neon.h",
        sources=("kws_add_neon.c", *plain.sources),
    )


KERNELS: Mapping[str, Maker] = {
    "ADD": add,
    "CONV_2D": multiply,
    "DEPTHWISE_CONV_2D": depthwise,
    "FULLY_CONNECTED": multiply,
    "SUB": add,
}


def _convolution(found: Product) -> Kernel | None:
    if found.matrix.min(initial=0) == -128:
        return None  # two products with -128 do not fit in 16 bits
    in_place = found.reads_itself and found.places > 1
    direct = found.together and found.depth % DEPTH == 0 and not in_place
    image_bytes = _padded_bytes(found)
    return Kernel(
        function=f"kws_conv_2d_{'narrow_' if image_bytes else ''}neon_run",
        params_type="kws_conv_2d_packed_params",
        header="kws_conv_2d_neon.h",
        sources=("kws_conv_2d_neon.c",),
        fields=found.fields(interleave(found.matrix), direct),
        scratch_bytes=2 * found.blocks * DEPTH + image_bytes,
        in_place=in_place,
    )


def _padded_bytes(found: Product) -> int:
    """Bytes for a copy of the input with its padding; 0 where copying rows from it does not pay.

    A row of the filter is then one vector, copied without asking how much of it is inside.
    """
    columns = found.window.width
    row_bytes = columns.kernel * found.in_channels
    if found.together or columns.dilation > 1 or row_bytes > DEPTH:
        return 0
    rows, width = found.window.padded
    return _NARROW_SPARE * 2 + rows * width * found.in_channels
