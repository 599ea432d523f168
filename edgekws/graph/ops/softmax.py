"""SOFTMAX: int8 to int8 in integers; mirrors TFLM's reference Softmax, which rests on gemmlowp.

The C twin is ``firmware_templates/runtime/kws_softmax.c``; the constants stand in both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from edgekws.fixedpoint import divide_by_power, doubling_high_mul, quantize_multiplier
from edgekws.graph.operator import Operator, scale, zero_point
from edgekws.graph.types import Op, Slide
from edgekws.kernel import Array, Kernel

OPTIONS_TYPE = 9
BETA = 0

DIFFERENCE_BITS = 5  # integer bits of a scaled difference: Q5.26
SUM_BITS = 12  # integer bits of the sum of exponentials: Q12.19
OUTPUT_SCALE, OUTPUT_ZERO_POINT = 1 / 256, -128
MOST_LABELS = 511  # the sum of their exponentials, each up to 2**19, must stay below 2**28

EXP_MINUS_EIGHTH = 1895147668  # exp(-1/8) in Q0.31
ONE_THIRD = 715827883
# exp(-2**i) in Q0.31 for i = -2..4: one factor for each bit of a scaled difference.
EXP_MINUS_POWERS = (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)
RECIPROCAL_START = 1515870810  # 48/17 in Q2.29
RECIPROCAL_SLOPE = -1010580540  # -32/17
ONE = 2**31 - 1  # as near as Q0.31 comes

Wide = npt.NDArray[np.int64]


def scale_difference(real: float) -> tuple[int, int, int]:
    """Multiplier, left shift and smallest difference that counts, for ``real`` = beta * scale.

    Mirrors PreprocessSoftmaxScaling and CalculateInputRadius.
    """
    fraction_bits = 31 - DIFFERENCE_BITS
    multiplier, shift = quantize_multiplier(min(real * (1 << fraction_bits), 2.0**31 - 1.0))
    radius = ((1 << DIFFERENCE_BITS) - 1) << fraction_bits
    return multiplier, shift, -(radius >> shift)


def exp_on_negative(difference: Wide) -> Wide:
    """``exp(difference)`` in Q0.31 for differences of 0 or less in Q5.26."""
    quarter = 1 << (29 - DIFFERENCE_BITS)
    rest = (difference & (quarter - 1)) - quarter  # in [-1/4, 0)
    result = _exp_on_last_quarter(rest << DIFFERENCE_BITS)
    steps = rest - difference  # a multiple of 1/4, 0 or more
    for bit, factor in enumerate(EXP_MINUS_POWERS):
        result = np.where(steps & (quarter << bit), doubling_high_mul(result, factor), result)
    return np.where(difference == 0, ONE, result)


def _exp_on_last_quarter(a: Wide) -> Wide:
    x = a + (1 << 28)  # Taylor's series around -1/8
    x2 = doubling_high_mul(x, x)
    x3 = doubling_high_mul(x2, x)
    x4 = doubling_high_mul(x2, x2)
    tail = doubling_high_mul(divide_by_power(x4, 2) + x3, ONE_THIRD) + x2
    return EXP_MINUS_EIGHTH + doubling_high_mul(EXP_MINUS_EIGHTH, x + divide_by_power(tail, 1))


def reciprocal(total: Wide) -> tuple[Wide, Wide]:
    """``1 / total`` for sums above 0 in Q12.19: a Q0.31 factor, and bits over unit.

    Mirrors GetReciprocal: three Newton-Raphson steps for 1 / (1 + x), x in [0, 1).
    """
    headroom = 32 - np.frexp(total.astype(np.float64))[1].astype(np.int64)  # leading zero bits
    x = (total << headroom) - (1 << 31)
    half_denominator = (x + ONE + 1) >> 1
    estimate = RECIPROCAL_START + doubling_high_mul(half_denominator, RECIPROCAL_SLOPE)
    for _ in range(3):
        error = (1 << 29) - doubling_high_mul(half_denominator, estimate)
        estimate = estimate + _saturate(doubling_high_mul(estimate, error) << 2)
    return _saturate(estimate << 1), SUM_BITS - headroom


def _saturate(value: Wide) -> Wide:
    return np.clip(value, -(2**31), 2**31 - 1)


@dataclass(frozen=True, eq=False)
class Softmax(Op):
    """Scores of ``depth`` labels for each of ``rows`` vectors; scale 1/256, zero point -128."""

    name = "SOFTMAX"

    rows: int
    depth: int
    multiplier: int
    left_shift: int
    smallest_difference: int

    def run(self, *inputs: Array) -> Array:
        """``int8 [batch, ..., labels]``."""
        x = inputs[0].astype(np.int64)
        difference = x - x.max(axis=-1, keepdims=True)
        counts = difference >= self.smallest_difference
        scaled = doubling_high_mul(
            np.where(counts, difference, 0) << self.left_shift, self.multiplier
        )
        exps = exp_on_negative(scaled)
        total = np.where(counts, divide_by_power(exps, SUM_BITS), 0).sum(axis=-1, keepdims=True)
        factor, bits_over_unit = reciprocal(total)
        scores = divide_by_power(doubling_high_mul(factor, exps), bits_over_unit + 31 - 8)
        return np.where(counts, np.clip(scores - 128, -128, 127), -128).astype(np.int8)

    def slide(self, columns: int, of: int) -> Slide | None:
        """See `Op.slide`: unless the labels are the columns themselves."""
        if self.rows % of:
            return None
        return Slide(replace(self, rows=self.rows // of * columns))

    def portable_kernel(self) -> Kernel:
        """The same in C."""
        return Kernel(
            function="kws_softmax_run",
            params_type="kws_softmax_params",
            header="kws_softmax.h",
            sources=("kws_softmax.c",),
            fields=(
                ("rows", self.rows),
                ("depth", self.depth),
                ("multiplier", self.multiplier),
                ("left_shift", self.left_shift),
                ("smallest_difference", self.smallest_difference),
            ),
        )


def make(rows: int, depth: int, input_scale: float, beta: float = 1.0) -> Softmax:
    """Softmax over the last axis of int8 values with ``input_scale``.

    Raises
    ------
    ValueError
        More labels than the sum of their exponentials has bits for, or numbers too small.
    """
    if depth > MOST_LABELS:
        raise ValueError(f"{depth} labels; at most {MOST_LABELS} fit its arithmetic")
    real = beta * input_scale
    if not real * 2**26 > 1:
        raise ValueError(f"beta {beta} times the input's scale {input_scale} is too small")
    return Softmax(rows, depth, *scale_difference(real))


def read(operator: Operator) -> Softmax:
    """Check one operator of the file and make the op."""
    operator.expect((1,), OPTIONS_TYPE)
    x, output = operator.input(), operator.output()
    operator.expect_shape(x.shape)
    if scale(output) != OUTPUT_SCALE or zero_point(output) != OUTPUT_ZERO_POINT:
        raise operator.error("its output must have the scale 1/256 and the zero point -128")
    try:
        return make(x.size // x.shape[-1], x.shape[-1], scale(x), operator.real(BETA))
    except ValueError as exc:
        raise operator.error(str(exc)) from exc
