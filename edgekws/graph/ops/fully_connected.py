"""FULLY_CONNECTED, int8: a matrix times each vector; mirrors TFLM's reference FullyConnected."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from edgekws.graph.matmul import exact_matmul
from edgekws.graph.operator import Operator
from edgekws.graph.portable import convolution
from edgekws.graph.types import Op, Slide
from edgekws.graph.weights import Weights, read_weights
from edgekws.graph.window import Axis, Window
from edgekws.kernel import Array, Kernel

LIMITS = (
    "constant weights with zero point 0, per tensor or per channel; not shuffled; fused "
    "NONE, RELU or RELU6"
)
OPTIONS_TYPE = 8
ACTIVATION, WEIGHTS_FORMAT, KEEP_NUM_DIMS = 0, 1, 2


@dataclass(frozen=True, eq=False)
class FullyConnected(Op):
    """Weights int8 [out_features, in_features], applied to each of ``rows`` vectors."""

    name = "FULLY_CONNECTED"

    weights: Weights
    rows: int
    output_shape: tuple[int, ...]

    def run(self, *inputs: Array) -> Array:
        """``int8 [batch, ..., out_features]``."""
        x = inputs[0].astype(np.int8, copy=False)
        vectors = x.reshape(-1, self.weights.values.shape[1])
        sums = exact_matmul(vectors, self.weights.values.T)
        result = self.weights.rescale(sums, self.weights.folded_bias)
        return result.reshape(len(x), *self.output_shape[1:])

    def portable_kernel(self) -> Kernel:
        """The same in C: a convolution with a filter of 1x1, to which every vector is a place."""
        rows, one = Axis(self.rows, self.rows, 1, 1, 1, 0), Axis(1, 1, 1, 1, 1, 0)
        return convolution(self.weights, Window(rows, one), self.weights.values.shape[1])

    def slide(self, columns: int, of: int) -> Slide | None:
        """See `Op.slide`: where the features are those of one column."""
        if len(self.output_shape) < 3 or self.output_shape[1] != of:
            return None
        shape = (1, columns, *self.output_shape[2:])
        return Slide(replace(self, rows=self.rows // of * columns, output_shape=shape))

    @property
    def macs(self) -> int:
        """Products of one run."""
        return self.rows * int(self.weights.values.size)

    @property
    def parameters(self) -> int:
        """See `Op.parameters`."""
        return self.weights.parameters


def read(operator: Operator) -> FullyConnected:
    """Check one operator of the file and make the op."""
    operator.expect((2, 3), OPTIONS_TYPE)
    x, matrix = operator.input(), operator.constant(1, "int8")
    if operator.integer(WEIGHTS_FORMAT, "b") != 0:
        raise operator.error("shuffled weights are not supported; convert with the default format")
    if len(matrix.shape) != 2 or matrix.shape[1] == 0 or x.size % matrix.shape[1] != 0:
        raise operator.error(f"weights {list(matrix.shape)} do not fit the input {list(x.shape)}")
    rows = x.size // matrix.shape[1]
    shape: tuple[int, ...] = (rows, matrix.shape[0])
    if operator.integer(KEEP_NUM_DIMS, "b"):
        shape = (*x.shape[:-1], matrix.shape[0])
    elif rows != 1:
        raise operator.error(f"computes a batch of {rows}; only 1 runs here")
    operator.expect_shape(shape)
    return FullyConnected(read_weights(operator, 0, ACTIVATION), rows, shape)
