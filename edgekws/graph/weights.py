"""Weights, bias and rescaling of the layers that multiply, checked once for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from edgekws.fixedpoint import INT32_MAX, quantize_multipliers, requantize
from edgekws.graph.matmul import Sums
from edgekws.graph.operator import Operator, scale, zero_point
from edgekws.graph.types import Tensor
from edgekws.kernel import Array

LARGEST_FACTOR = 2.0**30
BIAS_TOLERANCE = 0.02  # of an output step per bias step, as TFLM's fully connected layer checks


@dataclass(frozen=True, eq=False)
class Rescale:
    """From an accumulator to int8: one factor per channel, the zero point, the clamp."""

    multiplier: npt.NDArray[np.int32]  # [channels]
    shift: npt.NDArray[np.int32]  # [channels]
    output_zero_point: int
    activation_min: int
    activation_max: int

    def __call__(self, sums: Sums, bias: npt.NDArray[np.int32]) -> npt.NDArray[np.int8]:
        """``int8 [..., channels]`` of integer sums [..., channels] and a bias [channels]."""
        accumulator = sums.astype(np.int64) + bias
        scaled = requantize(accumulator, self.multiplier, self.shift) + self.output_zero_point
        return np.clip(scaled, self.activation_min, self.activation_max).astype(np.int8)

    def fields(self) -> tuple[tuple[str, int | Array], ...]:
        """Members that the C parameter structs of multiplying kernels share."""
        return (
            ("multiplier", self.multiplier),
            ("shift", self.shift.astype(np.int8)),
            ("output_zero_point", self.output_zero_point),
            ("activation_min", self.activation_min),
            ("activation_max", self.activation_max),
        )


@dataclass(frozen=True, eq=False)
class Weights:
    """Constants of one layer.

    values : int8, as the file has them
    bias : int32 [channels]
    channel_axis : the axis of ``values`` that counts output channels
    """

    values: npt.NDArray[np.int8]
    bias: npt.NDArray[np.int32]
    channel_axis: int
    input_zero_point: int
    rescale: Rescale

    @cached_property
    def matrix(self) -> npt.NDArray[np.int8]:
        """``values`` as int8 [channels, everything else]."""
        front = np.moveaxis(self.values, self.channel_axis, 0)
        return front.reshape(len(front), -1)

    @property
    def parameters(self) -> int:
        """How many there are, with the biases."""
        return int(self.values.size + self.bias.size)

    @cached_property
    def folded_bias(self) -> npt.NDArray[np.int32]:
        """Bias int32 [channels] less the input's zero point, so that kernels multiply raw int8.

        Exact while padding reads the zero point.
        """
        sums = self.matrix.sum(axis=1, dtype=np.int64)
        folded: npt.NDArray[np.int32] = (self.bias - self.input_zero_point * sums).astype(np.int32)
        return folded


def read_weights(operator: Operator, channel_axis: int, activation: int) -> Weights:
    """Check and collect inputs 1 (weights) and 2 (bias, may be left out) of a multiplying layer.

    Parameters
    ----------
    channel_axis
        The axis of the weights that counts output channels.
    activation
        Option number of the fused activation.

    Returns
    -------
    Weights
        The factors are the file's float32 scales multiplied and divided in float64, as in TFLM.
    """
    x, output = operator.input(), operator.output()
    weights = operator.constant(1, "int8")
    channels = weights.shape[channel_axis] if len(weights.shape) > channel_axis else 0
    scales = _weight_scales(operator, weights, channel_axis, channels)
    bias = _read_bias(operator, channels, scales)
    factors = scale(x) * scales.astype(np.float64) / scale(output)
    if not np.all(factors < LARGEST_FACTOR):
        raise operator.error("the scales of its input, weights and output are too far apart")
    multiplier, shift = quantize_multipliers(factors)
    low, high = operator.activation(activation, output)
    assert weights.data is not None
    result = Weights(
        values=weights.data.astype(np.int8),
        bias=bias,
        channel_axis=channel_axis,
        input_zero_point=zero_point(x),
        rescale=Rescale(
            np.broadcast_to(multiplier, channels).copy(),
            np.broadcast_to(shift, channels).copy(),
            zero_point(output),
            low,
            high,
        ),
    )
    _expect_no_overflow(operator, result)
    return result


def _weight_scales(
    operator: Operator, weights: Tensor, channel_axis: int, channels: int
) -> npt.NDArray[np.float32]:
    grid = weights.quantization
    if grid is None:
        raise operator.error(f"its weights {weights.name!r} have no scale")
    if np.any(grid.zero_point != 0):
        raise operator.error(
            f"its weights {weights.name!r} have a zero point other than 0; "
            "quantize them symmetrically"
        )
    if grid.scale.size != 1 and (grid.axis != channel_axis or grid.scale.size != channels):
        raise operator.error(
            f"its weights have {grid.scale.size} scales along axis {grid.axis}; "
            f"needs 1, or {channels} along axis {channel_axis}"
        )
    return grid.scale


def _read_bias(
    operator: Operator, channels: int, scales: npt.NDArray[np.float32]
) -> npt.NDArray[np.int32]:
    if len(operator.inputs) < 3 or operator.inputs[2] is None:
        return np.zeros(channels, np.int32)
    bias = operator.constant(2, "int32")
    if bias.size != channels:
        raise operator.error(f"its bias has {bias.size} values for {channels} channels")
    grid = bias.quantization
    if grid is None or grid.scale.size not in (1, channels) or np.any(grid.zero_point != 0):
        raise operator.error("its bias needs one scale, or one per channel, and zero point 0")
    products = np.float64(scale(operator.input())) * scales.astype(np.float64)
    gap = np.abs(grid.scale.astype(np.float64) - products) / scale(operator.output())
    if np.any(gap > BIAS_TOLERANCE):
        raise operator.error("the scale of its bias is not input scale x weight scale")
    assert bias.data is not None
    return bias.data.astype(np.int32).reshape(channels)


def _expect_no_overflow(operator: Operator, weights: Weights) -> None:
    """Refuse a layer some input could drive out of int32: there C has no defined result."""
    largest = 256 * np.abs(weights.matrix.astype(np.int64)).sum(axis=1)
    largest += np.abs(weights.bias.astype(np.int64))
    left = np.maximum(weights.rescale.shift, 0)
    if np.any(largest.astype(np.float64) * np.exp2(left) > INT32_MAX):
        raise operator.error("its sums can exceed 32 bits; its scales or its bias are too large")
