"""MEAN over neighbouring axes, int8; mirrors TFLM's QuantizedMeanOrSum."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from edgekws.fixedpoint import INT32_MAX, quantize_multiplier, requantize
from edgekws.graph.operator import Operator, scale, zero_point
from edgekws.graph.types import Op
from edgekws.kernel import Array, Kernel

OPTIONS_TYPE = 27
KEEP_DIMS = 0


@dataclass(frozen=True)
class Mean(Op):
    """The input seen as [outer, count, inner]; the mean is taken over ``count``."""

    name = "MEAN"

    outer: int
    count: int
    inner: int
    input_zero_point: int
    multiplier: int  # holds 1 / count as well
    shift: int
    output_zero_point: int
    output_shape: tuple[int, ...]

    def run(self, *inputs: Array) -> Array:
        """``int8 [batch, ...]``."""
        x = inputs[0].reshape(-1, self.count, self.inner)
        total = x.sum(axis=1, dtype=np.int64) - self.input_zero_point * self.count
        scaled = requantize(total, self.multiplier, self.shift) + self.output_zero_point
        result: Array = np.clip(scaled, -128, 127).astype(np.int8)
        return result.reshape(len(inputs[0]), *self.output_shape[1:])

    def portable_kernel(self) -> Kernel:
        """The same in C."""
        names = ("outer", "count", "inner", "input_zero_point", "multiplier", "shift")
        return Kernel(
            function="kws_mean_run",
            params_type="kws_mean_params",
            header="kws_mean.h",
            sources=("kws_mean.c",),
            fields=tuple((name, getattr(self, name)) for name in (*names, "output_zero_point")),
        )


def read(operator: Operator) -> Mean:
    """Check one operator of the file and make the op."""
    operator.expect((2,), OPTIONS_TYPE)
    x, output = operator.input(), operator.output()
    first, last = _axes(operator, len(x.shape))
    ones = (1,) * (last - first) if operator.integer(KEEP_DIMS, "b") else ()
    operator.expect_shape((*x.shape[:first], *ones, *x.shape[last:]))
    count = math.prod(x.shape[first:last])
    multiplier, shift = _divided(*quantize_multiplier(scale(x) / scale(output)), count)
    if count * 255 << max(shift, 0) > INT32_MAX:
        raise operator.error("its sums can exceed 32 bits; its scales are too far apart")
    return Mean(
        math.prod(x.shape[:first]),
        count,
        math.prod(x.shape[last:]),
        zero_point(x),
        multiplier,
        shift,
        zero_point(output),
        output.shape,
    )


def _axes(operator: Operator, rank: int) -> tuple[int, int]:
    """Return the first axis and the one behind the last; refuse gaps and the batch."""
    constant = operator.constant(1, "int32")
    assert constant.data is not None
    axes = sorted({int(i) % rank for i in constant.data.ravel() if -rank <= int(i) < rank})
    if not axes or axes[0] == 0 or axes != list(range(axes[0], axes[-1] + 1)):
        raise operator.error(
            f"axes {constant.data.ravel().tolist()} are not neighbours inside the batch"
        )
    return axes[0], axes[-1] + 1


def _divided(multiplier: int, shift: int, count: int) -> tuple[int, int]:
    """Return the factor divided by ``count``, with the bits that frees put to use."""
    spare = min(count.bit_length() - 1, 32, 31 + shift)
    return (multiplier << spare) // count, shift - spare
