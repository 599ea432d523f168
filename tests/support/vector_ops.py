"""Layers of many shapes for the bodies that work on vectors: whole vectors, rests, extremes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import numpy as np
import numpy.typing as npt

from edgekws.graph.ops.conv_2d import Conv2D
from edgekws.graph.ops.depthwise_conv_2d import DepthwiseConv2D
from edgekws.graph.ops.fully_connected import FullyConnected
from edgekws.graph.types import Op
from edgekws.graph.weights import Rescale, Weights
from edgekws.graph.window import SAME, VALID, Window, fit_axis
from edgekws.kernel import Array

Made = tuple[Op, list[Array], Array]  # an op, its input and its result


def _int8(random: np.random.Generator, shape: tuple[int, ...], lowest: int) -> npt.NDArray[np.int8]:
    kind = random.integers(0, 4)
    if kind == 0:
        return np.full(shape, random.choice([lowest, 127]), np.int8)
    if kind == 1:
        return random.choice(np.array([lowest, 127], np.int8), shape)
    return random.integers(lowest, 128, shape, dtype=np.int8)


def _rescale(random: np.random.Generator, channels: int) -> Rescale:
    """Factors of all kinds; half of the layers cut off what is below the zero point."""
    to_left = random.integers(0, 4) == 0
    shift = random.integers(-12, 4 if to_left else 1, channels).astype(np.int32)
    shift = np.where(random.integers(0, 8, channels) == 0, -31, shift).astype(np.int32)
    multiplier = random.integers(2**30, 2**31, channels, dtype=np.int64)
    kind = random.integers(0, 4, channels)
    multiplier = np.where(kind == 0, 2**30, np.where(kind == 1, 2**31 - 1, multiplier))
    zero_point = int(random.choice([-128, 127, 0, random.integers(-128, 128)]))
    lowest = zero_point if random.integers(0, 2) else -128
    highest = int(random.integers(max(lowest, 0), 128))
    return Rescale(multiplier.astype(np.int32), shift, zero_point, lowest, highest)


def _weights(
    random: np.random.Generator, values: npt.NDArray[np.int8], axis: int, input_zero_point: int
) -> Weights:
    """With biases such that results come near the middle of two values, now and then."""
    channels = values.shape[axis]
    rescale = _rescale(random, channels)
    factor = rescale.multiplier * 2.0 ** (rescale.shift - 31.0)
    steps = random.integers(-200, 201, channels) + 0.5 * random.integers(0, 2, channels)
    bias = np.clip(np.rint(steps / factor), -(2**26), 2**26) + random.integers(-1, 2, channels)
    return Weights(values, bias.astype(np.int32), axis, input_zero_point, rescale)


def _window(draw: Callable[[Any], Any], most_kernel: int) -> Window:
    axes = []
    padding = draw(st.sampled_from([SAME, VALID]))
    for _ in range(2):
        kernel, dilation = draw(st.integers(1, most_kernel)), draw(st.sampled_from([1, 1, 2, 3]))
        reach = (kernel - 1) * dilation + 1
        size = draw(st.integers(reach if padding == VALID else 1, reach + 5))
        axes.append(fit_axis(size, kernel, draw(st.integers(1, 3)), dilation, padding))
    return Window(*axes)


def _run(random: np.random.Generator, op: Op, shape: tuple[int, ...]) -> Made:
    x = _int8(random, (1, *shape), -128)
    return op, [x], op.run(x)


@st.composite
def convolution(draw: Callable[[Any], Any], lowest: int = -128) -> Made:
    """CONV_2D; ``lowest`` is the lowest weight."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    window = _window(draw, draw(st.sampled_from([1, 5])))
    in_channels, channels = draw(st.sampled_from([1, 3, 16, 21, 40])), draw(st.integers(1, 70))
    return convolution_over(random, window, in_channels, channels, lowest)


def convolution_over(
    random: np.random.Generator, window: Window, in_channels: int, channels: int, lowest: int
) -> Made:
    """CONV_2D with this window."""
    shape = (channels, window.height.kernel, window.width.kernel, in_channels)
    zero_point = int(random.integers(-128, 128))
    op = Conv2D(_weights(random, _int8(random, shape, lowest), 0, zero_point), window)
    return _run(random, op, (window.height.size, window.width.size, in_channels))


@st.composite
def depthwise(draw: Callable[[Any], Any], lowest: int = -128) -> Made:
    """DEPTHWISE_CONV_2D with one filter per channel, or many on one channel."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    window = _window(draw, 5)
    channels = draw(st.integers(1, 70))
    in_channels = draw(st.sampled_from([1, channels, channels, channels]))
    values = _int8(random, (1, window.height.kernel, window.width.kernel, channels), lowest)
    weights = _weights(random, values, 3, int(random.integers(-128, 128)))
    op = DepthwiseConv2D(weights, window, in_channels)
    return _run(random, op, (window.height.size, window.width.size, in_channels))


@st.composite
def fully_connected(draw: Callable[[Any], Any], lowest: int = -128) -> Made:
    """FULLY_CONNECTED of one vector or of several."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows, features, channels = (draw(st.integers(1, n)) for n in (5, 130, 70))
    weights = _weights(random, _int8(random, (channels, features), lowest), 0, -7)
    op = FullyConnected(weights, rows, (1, rows, channels))
    return _run(random, op, (rows, features))


LAYERS = {
    "CONV_2D": convolution,
    "DEPTHWISE_CONV_2D": depthwise,
    "FULLY_CONNECTED": fully_connected,
}
