"""What each op would say in real numbers: no rounding, no ends of int8.

A layer's constants are the file's own ones unless finer ones are given. An activation of the file
still holds: a clamp at real 0 is a ReLU's, and one below 127 a ReLU6's. Where the zero point is
-128 a layer without activation cannot be told from one with ReLU and counts as one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch

import numpy as np
import numpy.typing as npt

from edgekws.graph.lookup import EVERY_VALUE, Lookup
from edgekws.graph.matmul import in_batches
from edgekws.graph.operator import scale, zero_point
from edgekws.graph.ops.average_pool_2d import AveragePool2D
from edgekws.graph.ops.conv_2d import Conv2D
from edgekws.graph.ops.depthwise_conv_2d import DepthwiseConv2D
from edgekws.graph.ops.fully_connected import FullyConnected
from edgekws.graph.ops.max_pool_2d import MaxPool2D
from edgekws.graph.ops.mul import Mul
from edgekws.graph.ops.softmax import Softmax
from edgekws.graph.pool import Pool
from edgekws.graph.reduce import Reduce
from edgekws.graph.reshape import Reshape
from edgekws.graph.sum import Sum
from edgekws.graph.types import Op, Tensor
from edgekws.graph.weights import Weights
from edgekws.kernel import Array
from edgekws.verify.moves import moved

Real = npt.NDArray[np.float64]

LOWEST = -(10**30)

CURVES: dict[str, Callable[[Real], Real]] = {
    "RELU": lambda x: np.maximum(x, 0),
    "RELU6": lambda x: np.clip(x, 0, 6),
    "QUANTIZE": lambda x: x,
    "LOGISTIC": lambda x: (1 + np.tanh(x / 2)) / 2,
    "TANH": np.tanh,
    "SWISH": lambda x: x * (1 + np.tanh(x / 2)) / 2,
    "HARD_SWISH": lambda x: x * np.clip(x + 3, 0, 6) / 6,
}


@dataclass(frozen=True, eq=False)
class FineWeights:
    """Constants of a layer before they were rounded, counted in the int8 layer's own steps.

    values : float64, in the shape of the int8 weights
    bias : float64 [channels]
    """

    values: Real
    bias: Real


@dataclass(frozen=True, eq=False)
class Place:
    """Where an op stands: the tensors it reads and the one it writes."""

    inputs: tuple[Tensor, ...]
    output: Tensor
    fine: FineWeights | None = None

    def cut(self, x: Real, lowest: int, highest: int) -> Real:
        """Clamp where the file's activation does, given as int8 values; not at int8's ends."""
        step, zero = scale(self.output), zero_point(self.output)
        low = step * (lowest - zero) if lowest > -128 or zero == -128 else -math.inf
        return np.clip(x, low, step * (highest - zero) if highest < 127 else math.inf)


@singledispatch
def real(op: Op, place: Place, *inputs: Real) -> Real:
    """Real result float64 [batch, ...] of real inputs.

    An op that is not known here moves values, or else answers in int8 to rounded inputs: then its
    own rounding is not seen.
    """
    found = moved(op, place.inputs, place.output, inputs)
    if found is not None:
        return found
    rounded = [rounded_to(tensor, x) for tensor, x in zip(place.inputs, inputs, strict=True)]
    return real_values(place.output, op.run(*rounded))


def real_values(tensor: Tensor, values: Array) -> Real:
    """What int8 values of a tensor mean, float64."""
    return scale(tensor) * (values.astype(np.float64) - zero_point(tensor))


def rounded_to(tensor: Tensor, x: Real) -> npt.NDArray[np.int8]:
    """Return the int8 values nearest to ``x``."""
    steps: Real = np.clip(np.rint(x / scale(tensor)) + zero_point(tensor), -128, 127)
    return steps.astype(np.int8)


def factors(weights: Weights) -> Real:
    """Output steps of one accumulator step, float64 [channels]."""
    return np.ldexp(weights.rescale.multiplier.astype(np.float64), weights.rescale.shift - 31)


def _layer(weights: Weights, place: Place) -> tuple[Real, Real, Callable[[Real], Real]]:
    """Weights, bias, and from sums [..., channels] in accumulator steps to real results."""
    fine = place.fine or FineWeights(
        weights.values.astype(np.float64), weights.bias.astype(np.float64)
    )
    step = scale(place.output) * factors(weights)
    ends = weights.rescale.activation_min, weights.rescale.activation_max
    return fine.values, fine.bias, lambda sums: place.cut(sums * step, *ends)


@real.register
def _(op: Conv2D, place: Place, *inputs: Real) -> Real:
    values, bias, finish = _layer(op.weights, place)
    matrix = values.transpose(3, 1, 2, 0).reshape(-1, op.channels)

    def run(x: Array) -> Array:
        views = op.window.views(x.astype(np.float64, copy=False), 0)
        sums = views.reshape(-1, len(matrix)) @ matrix + bias
        return finish(sums).reshape(*views.shape[:3], op.channels)

    area = op.window.height.output * op.window.width.output
    return np.asarray(in_batches(inputs[0] / scale(place.inputs[0]), run, area * len(matrix)))


@real.register
def _(op: DepthwiseConv2D, place: Place, *inputs: Real) -> Real:
    values, bias, finish = _layer(op.weights, place)
    wide = np.repeat(inputs[0], op.channels // op.in_channels, axis=3) / scale(place.inputs[0])
    views, taps = op.window.views(wide, 0), values[0]
    sums = np.zeros(views.shape[:4])
    for i, j in np.ndindex(*taps.shape[:2]):
        sums += views[..., i, j] * taps[i, j]
    return finish(sums + bias)


@real.register
def _(op: FullyConnected, place: Place, *inputs: Real) -> Real:
    values, bias, finish = _layer(op.weights, place)
    rows = inputs[0].reshape(-1, values.shape[1]) / scale(place.inputs[0])
    return finish(rows @ values.T + bias).reshape(len(inputs[0]), *op.output_shape[1:])


@real.register
def _(op: Lookup, place: Place, *inputs: Real) -> Real:
    curve = CURVES.get(op.name)
    if curve is not None:
        return curve(inputs[0])
    steps = inputs[0] / scale(place.inputs[0]) + zero_point(place.inputs[0])
    between = np.interp(steps, EVERY_VALUE, op.table)
    return scale(place.output) * (between - zero_point(place.output))


@real.register
def _(op: Sum, place: Place, *inputs: Real) -> Real:
    one, other = (math.ldexp(each.multiplier, each.shift) for each in op.input_factors)
    a, b = _operands(op, place, inputs, other / one)
    return place.cut(op.signs[0] * a + op.signs[1] * b, op.activation_min, op.activation_max)


@real.register
def _(op: Mul, place: Place, *inputs: Real) -> Real:
    step = scale(place.inputs[0])
    product = math.ldexp(op.multiplier, op.shift - 31) * scale(place.output)
    a, b = _operands(op, place, inputs, product / step / step)
    return place.cut(a * b, op.activation_min, op.activation_max)


def _operands(op: Sum | Mul, place: Place, inputs: tuple[Real, ...], ratio: float) -> list[Real]:
    """Both operands; the step of a constant is ``ratio`` times that of the computed one."""
    constant, shapes = op.operands.constant, op.operands.shapes
    if constant is None:
        both = inputs
    else:
        step = ratio * scale(place.inputs[0])
        both = (inputs[0], step * (constant.astype(np.float64) - op.zero_points[1]))
    return [x.reshape(-1, *shape[1:]) for x, shape in zip(both, shapes, strict=True)]


@real.register
def _(op: Reduce, place: Place, *inputs: Real) -> Real:
    # The factor of a mean holds one over the number of values.
    factor = math.ldexp(op.multiplier, op.shift - 31) * scale(place.output)
    total = op.groups.view(inputs[0]).sum(axis=(1, 3)) * (factor / scale(place.inputs[0]))
    return np.asarray(total).reshape(len(inputs[0]), *op.output_shape[1:])


@real.register
def _(op: AveragePool2D, place: Place, *inputs: Real) -> Real:
    count = op.window.views(np.ones((1, *inputs[0].shape[1:3], 1)), 0).sum(axis=(4, 5))
    mean: Real = op.window.views(inputs[0], 0).sum(axis=(4, 5)) / count
    return _pooled(op, place, mean)


@real.register
def _(op: MaxPool2D, place: Place, *inputs: Real) -> Real:
    views = op.window.views(inputs[0], LOWEST)  # padding is never the largest
    return _pooled(op, place, views.max(axis=(4, 5)))


def _pooled(op: Pool, place: Place, x: Real) -> Real:
    return place.cut(x, op.activation_min, op.activation_max)


@real.register
def _(op: Softmax, place: Place, *inputs: Real) -> Real:
    # The multiplier holds beta times the input's scale, in Q5.26.
    steepness = math.ldexp(op.multiplier, op.left_shift - 31 - 26) / scale(place.inputs[0])
    x = steepness * inputs[0]
    shares = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True))


@real.register
def _(op: Reshape, place: Place, *inputs: Real) -> Real:
    return inputs[0].reshape(len(inputs[0]), *op.output_shape[1:])
