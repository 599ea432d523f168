"""SVDF, int8: a layer that remembers; mirrors TFLM's reference SVDF.

Every run takes one frame. Each filter multiplies it with its feature weights, appends the result to
those of the frames before, and multiplies these with its time weights. A unit is the sum of
``rank`` filters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekws.fixedpoint import INT32_MAX, quantize_multiplier, requantize
from edgekws.graph.matmul import exact_matmul
from edgekws.graph.operator import Operator, scale, zero_point
from edgekws.graph.types import Op, Tensor
from edgekws.kernel import Array, Kernel

LIMITS = "state of int16 with zero point 0, or of int8 with any; per-tensor scales; fused RELU"
OPTIONS_TYPE = 6
RANK, ACTIVATION = 0, 1
STATES = {"int16": 2**15, "int8": 2**7}
BIAS_TOLERANCE = 1e-5  # absolute, as in TFLM


@dataclass(frozen=True, eq=False)
class Stage:
    """A multiplier and a shift, and the values to which the result is clamped."""

    multiplier: int
    shift: int
    lowest: int
    highest: int

    def __call__(self, sums: npt.NDArray[np.int64], zero: int = 0) -> npt.NDArray[np.int64]:
        """Scaled, moved by ``zero``, clamped."""
        scaled = requantize(sums, self.multiplier, self.shift) + zero
        result: npt.NDArray[np.int64] = np.clip(scaled, self.lowest, self.highest)
        return result


@dataclass(frozen=True, eq=False)
class Svdf(Op):
    """Sums over time wrap in 32 bits as TFLM's do; a well-made network stays far below.

    What is remembered counts from the state's zero point. TFLM clamps a result to the state's type
    before it adds that, so that what leaves the type then comes back at its other end.

    weights_feature : int8 [filters, bands]; filter ``unit * rank + r`` belongs to ``unit``
    weights_time : int16 [filters, memory], the newest frame last
    bias : int32 [units]
    """

    name = "SVDF"

    weights_feature: npt.NDArray[np.int8]
    weights_time: npt.NDArray[np.int16]
    bias: npt.NDArray[np.int32]
    input_zero_point: int
    output_zero_point: int
    to_state: Stage
    to_output: Stage
    state_zero_point: int = 0

    def run(self, *inputs: Array) -> Array:
        """``int8 [batch, units]`` of one frame each, after no other frames."""
        return self.step(self.fresh_state(len(inputs[0])), *inputs)

    def fresh_state(self, batch: int) -> npt.NDArray[np.int16]:
        """See `Op.fresh_state`: int16 [batch, filters, memory] of zeros, the newest frame last."""
        return np.zeros((batch, *self.weights_time.shape), np.int16)

    def step(self, state: Array, *inputs: Array) -> Array:
        """See `Op.step`."""
        x = inputs[0].reshape(len(inputs[0]), -1).astype(np.int8, copy=False)
        sums = exact_matmul(x, self.weights_feature.T).astype(np.int64)
        sums -= self.input_zero_point * self.weights_feature.sum(axis=1, dtype=np.int64)
        state[..., :-1] = state[..., 1:]
        state[..., -1] = self._remembered(self.to_state(sums))
        products = state.astype(np.int64) * self.weights_time
        units = products.sum(axis=2).reshape(len(x), self.bias.size, -1).sum(axis=2) + self.bias
        wrapped = units.astype(np.int32).astype(np.int64)
        result: Array = self.to_output(wrapped, self.output_zero_point).astype(np.int8)
        return result

    def _remembered(self, values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        lowest, highest = self._ends
        span = self.to_state.highest - self.to_state.lowest + 1
        result: npt.NDArray[np.int64] = values - span * (values > highest)
        result += span * (values < lowest)
        return result

    @property
    def _ends(self) -> tuple[int, int]:
        """Least and greatest of what is remembered."""
        zero = self.state_zero_point
        return self.to_state.lowest - zero, self.to_state.highest - zero

    def portable_kernel(self) -> Kernel:
        """The same in C. Its state holds the place of the newest frame, then that of `step`."""
        filters, bands = self.weights_feature.shape
        return Kernel(
            function="kws_svdf_run",
            params_type="kws_svdf_params",
            header="kws_svdf.h",
            sources=("kws_svdf.c",),
            fields=(
                ("weights_feature", self.weights_feature),
                ("weights_time", self.weights_time),
                ("bias", self.bias),
                ("bands", bands),
                ("memory", self.weights_time.shape[1]),
                ("units", self.bias.size),
                ("rank", filters // self.bias.size),
                ("input_zero_point", self.input_zero_point),
                ("state_multiplier", self.to_state.multiplier),
                ("state_shift", self.to_state.shift),
                ("state_min", self.to_state.lowest),
                ("state_max", self.to_state.highest),
                ("state_zero_point", self.state_zero_point),
                ("output_multiplier", self.to_output.multiplier),
                ("output_shift", self.to_output.shift),
                ("output_zero_point", self.output_zero_point),
            ),
            state_bytes=4 + 2 * int(self.weights_time.size),
        )

    @property
    def macs(self) -> int:
        """Products of one run."""
        return int(self.weights_feature.size + self.weights_time.size)

    @property
    def parameters(self) -> int:
        """See `Op.parameters`."""
        return self.macs + int(self.bias.size)


def read(operator: Operator) -> Svdf:
    """Check one operator of the file and make the op."""
    operator.expect((5,), OPTIONS_TYPE)
    x, output, state = operator.input(), operator.output(), _state(operator)
    feature, time = operator.constant(1, "int8"), operator.constant(2, state.dtype)
    bias, rank = operator.constant(3, "int32"), operator.integer(RANK)
    units = _units(operator, (feature, time, bias, state), rank)
    operator.expect_shape((1, units))
    if operator.integer(ACTIVATION, "b") != 1:
        raise operator.error("its fused activation must be RELU, which TFLite Micro demands")
    first, second = _symmetric(operator, feature), _symmetric(operator, time)
    if abs(_symmetric(operator, bias) - scale(state) * second) >= BIAS_TOLERANCE:
        raise operator.error("the scale of its bias is not state scale x time weight scale")
    to_state = scale(x) * first / scale(state)
    to_output = scale(state) * second / scale(output)
    if not (to_state < 2.0**30 and to_output < 1):
        raise operator.error("the scales of its input, state, weights and output are too far apart")
    assert feature.data is not None and time.data is not None and bias.data is not None
    made = Svdf(
        feature.data.astype(np.int8),
        time.data.astype(np.int16),
        bias.data.astype(np.int32),
        zero_point(x),
        zero_point(output),
        Stage(*quantize_multiplier(to_state), -STATES[state.dtype], STATES[state.dtype] - 1),
        Stage(*quantize_multiplier(to_output), -128, 127),
        zero_point(state),
    )
    _expect_no_overflow(operator, made)
    return made


def _state(operator: Operator) -> Tensor:
    """Input 4: variable, int16 with zero point 0 or int8."""
    state = operator.inputs[4]
    if state is None or not state.is_variable or state.dtype not in STATES:
        raise operator.error("input 4 must be its state: a variable tensor of int16 or int8")
    if state.dtype == "int16":
        _symmetric(operator, state)
    elif state.quantization is None or state.quantization.scale.size != 1:
        raise operator.error(f"its state {state.name!r} must have one scale and one zero point")
    return state


def _symmetric(operator: Operator, tensor: Tensor) -> float:
    """Return the one scale of a tensor whose zero point is 0."""
    grid = tensor.quantization
    if grid is None or grid.scale.size != 1 or grid.zero_point[0] != 0:
        raise operator.error(f"{tensor.name!r} must have one scale and the zero point 0")
    return scale(tensor)


def _units(operator: Operator, tensors: tuple[Tensor, Tensor, Tensor, Tensor], rank: int) -> int:
    """Check the shapes of weights, bias and state against each other and the input."""
    feature, time, bias, state = (tensor.shape for tensor in tensors)
    x = operator.input().shape
    fits = (
        len(x) == len(feature) == len(time) == 2
        and feature == (time[0], x[1])
        and 1 <= rank <= time[0]
        and time[0] % rank == 0
        and bias == (time[0] // rank,)
        and state == (1, time[0] * time[1])
    )
    if not fits:
        shapes = ", ".join(str(list(shape)) for shape in (x, feature, time, bias, state))
        raise operator.error(f"its shapes do not go together at rank {rank}: {shapes}")
    return bias[0]


def _expect_no_overflow(operator: Operator, op: Svdf) -> None:
    """Refuse feature sums that could leave int32 before they are scaled."""
    largest = 255 * np.abs(op.weights_feature.astype(np.int64)).sum(axis=1).max()
    if int(largest) << max(op.to_state.shift, 0) > INT32_MAX:
        raise operator.error("its sums can exceed 32 bits; its scales are too far apart")
