"""Layers that multiply whole vectors, seen as one kind, and their constants in blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekws.graph.ops.conv_2d import Conv2D
from edgekws.graph.ops.depthwise_conv_2d import DepthwiseConv2D
from edgekws.graph.ops.fully_connected import FullyConnected
from edgekws.graph.weights import Rescale, Weights
from edgekws.graph.window import Axis, Window
from edgekws.kernel import Array

CHANNELS = 4  # output channels whose weights are interleaved
DEPTH = 16  # values in a vector


@dataclass(frozen=True, eq=False)
class Product:
    """A convolution, or what is one: ``matrix`` int8 [channels, depth] at each place of a window.

    The values of a place are ordered by row, column and input channel.
    """

    weights: Weights
    matrix: npt.NDArray[np.int8]
    window: Window
    in_channels: int

    @property
    def channels(self) -> int:
        """Output channels."""
        return len(self.matrix)

    @property
    def depth(self) -> int:
        """Values that one place reads."""
        return int(self.matrix.shape[1])

    @property
    def places(self) -> int:
        """Places of the output."""
        return self.window.height.output * self.window.width.output

    @property
    def blocks(self) -> int:
        """Vectors that hold the values of a place."""
        return -(-self.depth // DEPTH)

    @property
    def together(self) -> bool:
        """Whether a place reads neighbouring bytes of the input, and no padding."""
        rows, columns = self.window.height, self.window.width
        if rows.pad or rows.pad_after or columns.pad or columns.pad_after:
            return False
        row = columns.kernel == 1 or columns.dilation == 1
        whole = row and columns.kernel == columns.size and rows.dilation == 1
        return row and (rows.kernel == 1 or whole)

    @property
    def reads_itself(self) -> bool:
        """Whether the output may lie on the input when a place's values were copied before."""
        axes = (self.window.height, self.window.width)
        return (
            all(a.kernel == 1 and a.stride == 1 for a in axes) and self.channels <= self.in_channels
        )

    def fields(self, packed: npt.NDArray[np.int8], direct: bool) -> tuple[Field, ...]:
        """Members of ``kws_conv_2d_packed_params``."""
        return (
            ("weights", packed),
            ("bias", padded(self.weights.folded_bias, CHANNELS)),
            *rescale_fields(self.weights.rescale, CHANNELS),
            ("input_zero_point", self.weights.input_zero_point),
            *self.window.fields(),
            ("dilation_height", self.window.height.dilation),
            ("dilation_width", self.window.width.dilation),
            ("in_channels", self.in_channels),
            ("out_channels", self.channels),
            ("depth", self.depth),
            ("blocks", self.blocks),
            ("together", int(self.together)),
            ("direct", int(direct)),
            ("plain", int(plain(self.weights.rescale))),
        )


Field = tuple[str, int | Array]


def product(op: Conv2D | DepthwiseConv2D | FullyConnected) -> Product | None:
    """`Product` of an op; None for a depthwise convolution of several input channels."""
    weights = op.weights
    if isinstance(op, FullyConnected):
        rows, one = Axis(op.rows, op.rows, 1, 1, 1, 0), Axis(1, 1, 1, 1, 1, 0)
        return Product(weights, weights.matrix, Window(rows, one), weights.matrix.shape[1])
    if isinstance(op, Conv2D):
        return Product(weights, weights.matrix, op.window, weights.values.shape[3])
    if op.in_channels == 1:
        return Product(weights, weights.matrix, op.window, 1)
    return None


def interleave(matrix: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """``int8 [channels / 4, depth / 16, 4, 16]`` of weights [channels, depth], with zeros."""
    rows, depth = (-(-n // step) * step for n, step in zip(matrix.shape, (4, DEPTH), strict=True))
    whole = np.zeros((rows, depth), np.int8)
    whole[: matrix.shape[0], : matrix.shape[1]] = matrix
    blocks = whole.reshape(rows // CHANNELS, CHANNELS, depth // DEPTH, DEPTH)
    return np.ascontiguousarray(blocks.transpose(0, 2, 1, 3))


def padded(values: Array, multiple: int) -> Array:
    """``values`` [channels] and zeros up to a multiple of channels."""
    result: Array = np.pad(values, (0, -len(values) % multiple))
    return result


def rescale_fields(rescale: Rescale, multiple: int) -> tuple[Field, ...]:
    """``rescale.fields()`` with tables for a multiple of channels."""
    return tuple(
        (name, padded(value, multiple) if isinstance(value, np.ndarray) else value)
        for name, value in rescale.fields()
    )


def plain(rescale: Rescale) -> bool:
    """Whether no shift is to the left and all results below the zero point are cut off."""
    return bool(np.all(rescale.shift <= 0)) and rescale.activation_min >= rescale.output_zero_point
