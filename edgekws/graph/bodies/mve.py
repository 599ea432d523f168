"""Kernels for MVE, the vector extension of the Cortex-M55: 16 products an instruction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from edgekws.graph.bodies import Maker
from edgekws.graph.bodies._channels import depthwise_kernel
from edgekws.graph.bodies._packing import DEPTH, Product, interleave, product
from edgekws.graph.bodies._svdf_dsp import svdf_kernel
from edgekws.graph.ops.average_pool_2d import AveragePool2D
from edgekws.graph.ops.conv_2d import Conv2D
from edgekws.graph.ops.depthwise_conv_2d import DepthwiseConv2D
from edgekws.graph.ops.fully_connected import FullyConnected
from edgekws.kernel import Kernel

SUMS_BYTES = 2 * 64 * 4  # KWS_MVE_CHANNELS at two places
EVEN_ODD = (0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15)  # as widening leaves them


def multiply(op: Conv2D | FullyConnected) -> Kernel:
    """Return the kernel of a convolution or of a fully connected layer."""
    found = product(op)
    assert found is not None
    return _convolution(found)


def depthwise(op: DepthwiseConv2D) -> Kernel | None:
    """Return the kernel of a depthwise convolution; that of one channel is a convolution."""
    found = product(op)
    return depthwise_kernel(op, "mve", EVEN_ODD) if found is None else _convolution(found)


def average(op: AveragePool2D) -> Kernel:
    """Return the kernel of an average pooling: the portable one's numbers."""
    portable = op.portable_kernel()
    return replace(
        portable,
        function="kws_average_pool_2d_mve_run",
        header="kws_average_pool_2d_mve.h",
        sources=("kws_average_pool_2d_mve.c",),
    )


KERNELS: Mapping[str, Maker] = {
    "AVERAGE_POOL_2D": average,
    "CONV_2D": multiply,
    "DEPTHWISE_CONV_2D": depthwise,
    "FULLY_CONNECTED": multiply,
    "SVDF": svdf_kernel,  # a core with MVE has the DSP extension too
}


def _convolution(found: Product) -> Kernel:
    # Two places at a time read whole vectors, one alone no byte too many.
    direct = found.together and (found.depth % DEPTH == 0 or found.places == 1)
    in_place = found.reads_itself and found.places > 1
    direct = direct and not in_place
    return Kernel(
        function="kws_conv_2d_mve_run",
        params_type="kws_conv_2d_packed_params",
        header="kws_conv_2d_mve.h",
        sources=("kws_conv_2d_mve.c",),
        fields=found.fields(interleave(found.matrix), direct),
        scratch_bytes=SUMS_BYTES + (0 if direct else 2 * found.blocks * DEPTH),
        in_place=in_place,
    )
