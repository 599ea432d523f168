"""CONV_2D, int8: a convolution; mirrors TFLM's reference ConvPerChannel."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from edgekws.graph.matmul import exact_matmul, in_batches
from edgekws.graph.operator import Operator
from edgekws.graph.portable import convolution
from edgekws.graph.types import Op, Slide
from edgekws.graph.weights import Weights, read_weights
from edgekws.graph.window import Window
from edgekws.kernel import Array, Kernel

LIMITS = (
    "constant weights with zero point 0, per tensor or per channel; any stride and "
    "dilation; no groups; fused NONE, RELU or RELU6"
)
OPTIONS_TYPE = 1
OPTIONS = {
    "padding": 0,
    "stride_width": 1,
    "stride_height": 2,
    "activation": 3,
    "dilation_width": 4,
    "dilation_height": 5,
}


@dataclass(frozen=True, eq=False)
class Conv2D(Op):
    """Weights int8 [out_channels, kernel_height, kernel_width, in_channels]."""

    name = "CONV_2D"

    weights: Weights
    window: Window

    def run(self, *inputs: Array) -> Array:
        """``int8 [batch, out_height, out_width, out_channels]``."""
        matrix = self.weights.values.transpose(3, 1, 2, 0).reshape(-1, self.channels)
        places = self.window.height.output * self.window.width.output
        values = places * (len(matrix) + self.channels)
        return in_batches(inputs[0], lambda part: self._run(part, matrix), values)

    def _run(self, x: Array, matrix: npt.NDArray[np.int8]) -> Array:
        patches = self.window.views(x.astype(np.int8, copy=False), self.weights.input_zero_point)
        rows = patches.reshape(-1, matrix.shape[0])
        result = self.weights.rescale(exact_matmul(rows, matrix), self.weights.folded_bias)
        return result.reshape(*patches.shape[:3], self.channels)

    def portable_kernel(self) -> Kernel:
        """The same in C; padding reads the zero point, which the bias already holds."""
        return convolution(self.weights, self.window, self.weights.values.shape[3])

    def slide(self, columns: int, of: int) -> Slide | None:
        """See `Op.slide`: time is the height."""
        window, rows = self.window.slide(columns), self.window.height
        if window is None:
            return None
        return Slide(replace(self, window=window), rows.reach, rows.stride)

    @property
    def channels(self) -> int:
        """Output channels."""
        return int(self.weights.values.shape[0])

    @property
    def macs(self) -> int:
        """Products of one run, padding counted."""
        outputs = self.window.height.output * self.window.width.output
        return outputs * int(self.weights.values.size)

    @property
    def parameters(self) -> int:
        """See `Op.parameters`."""
        return self.weights.parameters


def read(operator: Operator) -> Conv2D:
    """Check one operator of the file and make the op."""
    operator.expect((2, 3), OPTIONS_TYPE)
    x, filters = operator.input(), operator.constant(1, "int8")
    if len(x.shape) != 4 or len(filters.shape) != 4 or filters.shape[3] != x.shape[3]:
        raise operator.error(
            f"weights {list(filters.shape)} do not fit the input {list(x.shape)}: need "
            "[channels, height, width, input channels]"
        )
    window = operator.window(x, (filters.shape[1], filters.shape[2]), OPTIONS)
    operator.expect_shape((1, window.height.output, window.width.output, filters.shape[0]))
    return Conv2D(read_weights(operator, 0, OPTIONS["activation"]), window)
