"""DEPTHWISE_CONV_2D, int8: each channel by itself; mirrors TFLM's DepthwiseConvPerChannel."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from edgekws.graph.matmul import Sums, exact_kind, exact_matmul, in_batches
from edgekws.graph.operator import Operator
from edgekws.graph.portable import depthwise
from edgekws.graph.types import Op, Slide
from edgekws.graph.weights import Weights, read_weights
from edgekws.graph.window import Window
from edgekws.kernel import Array, Kernel

LIMITS = "as CONV_2D; any depth multiplier"
OPTIONS_TYPE = 2
OPTIONS = {
    "padding": 0,
    "stride_width": 1,
    "stride_height": 2,
    "activation": 4,
    "dilation_width": 5,
    "dilation_height": 6,
}


@dataclass(frozen=True, eq=False)
class DepthwiseConv2D(Op):
    """Weights int8 [1, kernel_height, kernel_width, out_channels].

    Output channel ``i * multiplier + m`` reads input channel ``i`` only.
    """

    name = "DEPTHWISE_CONV_2D"

    weights: Weights
    window: Window
    in_channels: int

    def run(self, *inputs: Array) -> Array:
        """``int8 [batch, out_height, out_width, out_channels]``."""
        run = self._run_one_input if self.in_channels == 1 else self._run
        return in_batches(inputs[0], run, self.macs if self.in_channels == 1 else self._values)

    def _run_one_input(self, x: Array) -> Array:
        """Every output channel reads the same values: a matrix product."""
        views = self.window.views(x.astype(np.int8, copy=False), self.weights.input_zero_point)
        matrix = self.weights.values.reshape(-1, self.channels)
        sums = exact_matmul(views.reshape(-1, len(matrix)), matrix)
        result = self.weights.rescale(sums, self.weights.folded_bias)
        return result.reshape(*views.shape[:3], self.channels)

    def _run(self, x: Array) -> Array:
        kind = exact_kind(self.weights.values)
        wide = np.repeat(x.astype(kind), self.channels // self.in_channels, axis=3)
        views = self.window.views(wide, self.weights.input_zero_point)
        taps = self.weights.values[0].astype(kind)
        sums: Sums = np.zeros(views.shape[:4], kind)
        for i, j in np.ndindex(*taps.shape[:2]):
            sums += views[..., i, j] * taps[i, j]
        return self.weights.rescale(sums, self.weights.folded_bias)

    def portable_kernel(self) -> Kernel:
        """The same in C; padding reads the zero point, which the bias already holds."""
        return depthwise(self.weights, self.window, self.in_channels)

    def slide(self, columns: int, of: int) -> Slide | None:
        """See `Op.slide`: time is the height."""
        window, rows = self.window.slide(columns), self.window.height
        if window is None:
            return None
        return Slide(replace(self, window=window), rows.reach, rows.stride)

    @property
    def channels(self) -> int:
        """Output channels."""
        return int(self.weights.values.shape[3])

    @property
    def _values(self) -> int:
        places = self.window.height.output * self.window.width.output
        return (places + self.window.height.size * self.window.width.size) * self.channels

    @property
    def macs(self) -> int:
        """Products of one run, padding counted."""
        outputs = self.window.height.output * self.window.width.output
        return outputs * int(self.weights.values.size)

    @property
    def parameters(self) -> int:
        """See `Op.parameters`."""
        return self.weights.parameters


def read(operator: Operator) -> DepthwiseConv2D:
    """Check one operator of the file and make the op."""
    operator.expect((2, 3), OPTIONS_TYPE)
    x, filters = operator.input(), operator.constant(1, "int8")
    fits = len(x.shape) == 4 and len(filters.shape) == 4 and filters.shape[0] == 1
    if not fits or filters.shape[3] % x.shape[3] != 0:
        raise operator.error(
            f"weights {list(filters.shape)} do not fit the input {list(x.shape)}: need "
            "[1, height, width, a multiple of the input channels]"
        )
    window = operator.window(x, (filters.shape[1], filters.shape[2]), OPTIONS)
    operator.expect_shape((1, window.height.output, window.width.output, filters.shape[3]))
    return DepthwiseConv2D(read_weights(operator, 3, OPTIONS["activation"]), window, x.shape[3])
