"""Hypothesis strategies for networks around one operator, with shapes and scales of all kinds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import hypothesis.strategies as st
import numpy as np
import numpy.typing as npt
from support.tflite_builder import ModelBuilder, options

SAME, VALID = 0, 1
RELU, RELU6 = 1, 3
LABELS = 3


@dataclass(frozen=True, eq=False)
class OneOp:
    """A network [operator, RESHAPE, FULLY_CONNECTED, SOFTMAX] and an input for it."""

    model: bytes
    x: npt.NDArray[np.int8]  # [batch, ...]


class Draw:
    """Numbers of one network: shapes from Hypothesis, contents from a seeded generator."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self.draw = draw
        self.random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

    def integer(self, low: int, high: int) -> int:
        return int(self.draw(st.integers(low, high)))

    def flag(self) -> bool:
        return bool(self.draw(st.booleans()))

    def scale(self, low: float = 0.002, high: float = 0.5) -> float:
        value = self.draw(st.floats(math.log(low), math.log(high)))
        return float(np.float32(math.exp(value)))

    def near(self, scale: float) -> float:
        """A scale within a factor of eight of another, often a power of two of it."""
        if self.flag():
            return float(np.float32(scale * 2.0 ** self.integer(-3, 3)))
        return float(np.float32(scale * self.scale(0.125, 8.0)))

    def zero_point(self) -> int:
        return int(self.draw(st.sampled_from([-128, 127, 0, -1, self.integer(-128, 127)])))

    def activation(self) -> int:
        return int(self.draw(st.sampled_from([0, RELU, RELU6])))

    def int8(self, shape: Sequence[int]) -> npt.NDArray[np.int8]:
        """Random values, or the extremes, which find what random ones do not."""
        kind = self.integer(0, 4)
        if kind == 0:
            return np.full(shape, self.draw(st.sampled_from([-128, 127])), np.int8)
        if kind == 1:
            return self.random.choice(np.array([-128, 127], np.int8), shape)
        return self.random.integers(-128, 128, shape, dtype=np.int8)

    def weights(self, shape: Sequence[int]) -> npt.NDArray[np.int8]:
        return np.maximum(self.int8(shape), -127)


def finish(d: Draw, b: ModelBuilder, entry: int, last: int, x_shape: Sequence[int]) -> OneOp:
    """Bring any result down to ``LABELS`` scores, as a network must end."""
    size = math.prod(b.graph.tensors[last].shape)
    grid = b.graph.tensors[last].quantization
    scale, zero_point = float(grid.scale[0]), int(grid.zeroPoint[0])
    flat = b.tensor([1, size], scale, zero_point)
    b.operator("RESHAPE", [last], [flat], options("ReshapeOptions", newShape=[1, size]))
    weight_scale = 0.01
    matrix = b.tensor([LABELS, size], weight_scale, data=d.weights((LABELS, size)))
    logits = b.tensor([1, LABELS], d.scale(), d.zero_point())
    b.operator("FULLY_CONNECTED", [flat, matrix, -1], [logits], options("FullyConnectedOptions"))
    scores = b.tensor([1, LABELS], 1 / 256, -128)
    b.operator("SOFTMAX", [logits], [scores], options("SoftmaxOptions", beta=1.0))
    x = np.concatenate([d.int8((1, *x_shape[1:])) for _ in range(3)])
    return OneOp(b.build([entry], [scores]), x)


def _output_scale(d: Draw, input_scale: float, weight_scales: Any, taps: int) -> float:
    """Mostly one that the sums fill, now and then one far off, so that clamps and shifts work.

    Or one that makes the factor a power of two but for the rounding of the scales: then many sums
    lie half-way between two results, and the last bit of the factor decides.
    """
    product = input_scale * float(np.mean(weight_scales))
    if d.flag():
        return float(np.float32(product * 2.0 ** d.integer(0, 9)))
    natural = product * 128 * math.sqrt(taps)
    return float(np.float32(natural * math.exp(d.draw(st.floats(-4, 3)))))


def _multiplying(
    d: Draw,
    b: ModelBuilder,
    x: int,
    weights: npt.NDArray[np.int8],
    axis: int,
    with_bias: bool,
) -> tuple[list[int], float]:
    """Inputs [x, weights, bias or -1] and a scale for the output."""
    channels = weights.shape[axis]
    scales = [d.scale(0.0005, 0.02) for _ in range(channels if d.flag() else 1)]
    input_scale = float(b.graph.tensors[x].quantization.scale[0])
    number = b.tensor(weights.shape, scales, data=weights, axis=axis)
    bias = -1
    if with_bias:
        values = d.random.integers(-20_000, 20_001, channels, dtype=np.int32)
        products = np.float32(input_scale) * np.asarray(scales, np.float32)
        bias = b.tensor([channels], products.tolist(), data=values, dtype="INT32")
    taps = weights.size // channels
    return [x, number, bias], _output_scale(d, input_scale, scales, taps)


def _window_sizes(d: Draw, most_kernel: int = 5) -> dict[str, int]:
    """Input, kernel, stride, dilation and padding, such that VALID fits."""
    padding = d.draw(st.sampled_from([SAME, VALID]))
    sizes = {"padding": padding}
    for axis in ("h", "w"):
        kernel = d.integer(1, most_kernel)
        dilation = d.integer(1, 3)
        reach = (kernel - 1) * dilation + 1
        low = reach if padding == VALID else 1
        sizes |= {
            f"kernel_{axis}": kernel,
            f"dilation_{axis}": dilation,
            f"stride_{axis}": d.integer(1, 3),
            f"in_{axis}": d.integer(low, low + 9),
        }
    return sizes


def _out(s: dict[str, int], axis: str) -> int:
    reach = (s[f"kernel_{axis}"] - 1) * s[f"dilation_{axis}"] + 1
    space = s[f"in_{axis}"] if s["padding"] == SAME else s[f"in_{axis}"] - reach + 1
    return -(-space // s[f"stride_{axis}"])


@st.composite
def conv_2d(draw: Callable[[Any], Any]) -> OneOp:
    """Any convolution that fits."""
    d, b = Draw(draw), ModelBuilder()
    s = _window_sizes(d)
    in_channels, out_channels = d.integer(1, 9), d.integer(1, 9)
    shape = [1, s["in_h"], s["in_w"], in_channels]
    x = b.tensor(shape, d.scale(), d.zero_point())
    weights = d.weights((out_channels, s["kernel_h"], s["kernel_w"], in_channels))
    inputs, scale = _multiplying(d, b, x, weights, 0, with_bias=d.flag())
    y = b.tensor([1, _out(s, "h"), _out(s, "w"), out_channels], scale, d.zero_point())
    b.operator(
        "CONV_2D",
        inputs,
        [y],
        options(
            "Conv2DOptions",
            padding=s["padding"],
            strideH=s["stride_h"],
            strideW=s["stride_w"],
            dilationHFactor=s["dilation_h"],
            dilationWFactor=s["dilation_w"],
            fusedActivationFunction=d.activation(),
        ),
    )
    return finish(d, b, x, y, shape)


@st.composite
def depthwise_conv_2d(draw: Callable[[Any], Any]) -> OneOp:
    """Any depthwise convolution that fits, with one filter per input channel or several."""
    d, b = Draw(draw), ModelBuilder()
    s = _window_sizes(d)
    in_channels, multiplier = d.integer(1, 18), d.draw(st.sampled_from([1, 1, 2, 3, 8, 9]))
    shape = [1, s["in_h"], s["in_w"], in_channels]
    x = b.tensor(shape, d.scale(), d.zero_point())
    weights = d.weights((1, s["kernel_h"], s["kernel_w"], in_channels * multiplier))
    # TFLM's depthwise convolution crashes without a bias
    inputs, scale = _multiplying(d, b, x, weights, 3, with_bias=True)
    channels = in_channels * multiplier
    y = b.tensor([1, _out(s, "h"), _out(s, "w"), channels], scale, d.zero_point())
    b.operator(
        "DEPTHWISE_CONV_2D",
        inputs,
        [y],
        options(
            "DepthwiseConv2DOptions",
            padding=s["padding"],
            strideH=s["stride_h"],
            strideW=s["stride_w"],
            dilationHFactor=s["dilation_h"],
            dilationWFactor=s["dilation_w"],
            depthMultiplier=multiplier,
            fusedActivationFunction=d.activation(),
        ),
    )
    return finish(d, b, x, y, shape)


@st.composite
def fully_connected(draw: Callable[[Any], Any]) -> OneOp:
    """A dense layer on a vector, or with its axes kept on several."""
    d, b = Draw(draw), ModelBuilder()
    rows, in_features, out_features = d.integer(1, 4), d.integer(1, 70), d.integer(1, 20)
    shape = [1, rows, in_features] if rows > 1 else [1, in_features]
    x = b.tensor(shape, d.scale(), d.zero_point())
    weights = d.weights((out_features, in_features))
    inputs, scale = _multiplying(d, b, x, weights, 0, with_bias=d.flag())
    y = b.tensor([*shape[:-1], out_features], scale, d.zero_point())
    chosen = options(
        "FullyConnectedOptions",
        keepNumDims=rows > 1 or d.flag(),
        fusedActivationFunction=d.activation(),
    )
    b.operator("FULLY_CONNECTED", inputs, [y], chosen)
    return finish(d, b, x, y, shape)


@st.composite
def pool(draw: Callable[[Any], Any], name: str) -> OneOp:
    """``AVERAGE_POOL_2D`` or ``MAX_POOL_2D``, with windows up to beyond the input."""
    d, b = Draw(draw), ModelBuilder()
    s = _window_sizes(d, most_kernel=7)
    s |= {"dilation_h": 1, "dilation_w": 1}
    shape = [1, s["in_h"], s["in_w"], d.integer(1, 9)]
    scale, zero_point = d.scale(), d.zero_point()
    x = b.tensor(shape, scale, zero_point)
    y = b.tensor([1, _out(s, "h"), _out(s, "w"), shape[3]], scale, zero_point)
    chosen = options(
        "Pool2DOptions",
        padding=s["padding"],
        strideH=s["stride_h"],
        strideW=s["stride_w"],
        filterHeight=s["kernel_h"],
        filterWidth=s["kernel_w"],
        fusedActivationFunction=d.activation(),
    )
    b.operator(name, [x], [y], chosen)
    return finish(d, b, x, y, shape)


@st.composite
def softmax(draw: Callable[[Any], Any]) -> OneOp:
    """Logits of any scale, also ones so coarse or fine that few or all labels count."""
    d, b = Draw(draw), ModelBuilder()
    labels = d.draw(st.sampled_from([1, 2, 3, 12, 35, 511]))
    x = b.tensor([1, labels], d.scale(1e-6, 1e3), d.zero_point())
    y = b.tensor([1, labels], 1 / 256, -128)
    beta = d.draw(st.sampled_from([1.0, 0.5, 3.0]))
    b.operator("SOFTMAX", [x], [y], options("SoftmaxOptions", beta=beta))
    return OneOp(b.build([x], [y]), np.concatenate([d.int8((1, labels)) for _ in range(5)]))


@st.composite
def lookup(draw: Callable[[Any], Any], name: str) -> OneOp:
    """``RELU``, ``RELU6`` or ``QUANTIZE`` on every value there is."""
    d, b = Draw(draw), ModelBuilder()
    scale, zero_point = d.scale(), d.zero_point()
    x = b.tensor([1, 256], scale, zero_point)
    if name != "RELU6":
        scale, zero_point = d.near(scale), d.zero_point()
    y = b.tensor([1, 256], scale, zero_point)
    b.operator(name, [x], [y], options("QuantizeOptions") if name == "QUANTIZE" else None)
    made = finish(d, b, x, y, [1, 256])
    return OneOp(made.model, np.arange(-128, 128, dtype=np.int8)[np.newaxis])


STRATEGIES: dict[str, st.SearchStrategy[OneOp]] = {
    "CONV_2D": conv_2d(),
    "DEPTHWISE_CONV_2D": depthwise_conv_2d(),
    "FULLY_CONNECTED": fully_connected(),
    "AVERAGE_POOL_2D": pool("AVERAGE_POOL_2D"),
    "MAX_POOL_2D": pool("MAX_POOL_2D"),
    "SOFTMAX": softmax(),
    "RELU": lookup("RELU"),
    "RELU6": lookup("RELU6"),
    "QUANTIZE": lookup("QUANTIZE"),
}
