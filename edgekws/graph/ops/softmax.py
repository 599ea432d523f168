"""SOFTMAX: int8 logits to scores, in integers; mirrors TFLM's reference Softmax.

The C twin is ``firmware_templates/runtime/kws_softmax.c``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from edgekws.fixedpoint import divide_by_power, doubling_high_mul, quantize_multiplier
from edgekws.graph.exponential import (
    Wide,
    exp_on_negative,
    input_radius,
    saturate,
    twice_reciprocal,
)
from edgekws.graph.operator import Operator, scale, zero_point
from edgekws.graph.types import Op, Slide
from edgekws.kernel import Array, Kernel

LIMITS = (
    "last axis, up to 511 labels; int8 to int8 with scale 1/256 and zero point -128, or to int16 "
    "with 1/65536 and -32768"
)
OPTIONS_TYPE = 9
BETA = 0

DIFFERENCE_BITS = 5  # integer bits of a scaled difference: Q5.26
SUM_BITS = 12  # integer bits of the sum of exponentials: Q12.19
OUTPUT_SCALE, OUTPUT_ZERO_POINT = 1 / 256, -128
MOST_LABELS = 511  # the sum of their exponentials, each up to 2**19, must stay below 2**28


def scale_difference(real: float) -> tuple[int, int, int]:
    """Multiplier, left shift and smallest difference that counts, for ``real`` = beta * scale.

    Mirrors PreprocessSoftmaxScaling and CalculateInputRadius.
    """
    fraction_bits = 31 - DIFFERENCE_BITS
    multiplier, shift = quantize_multiplier(min(real * (1 << fraction_bits), 2.0**31 - 1.0))
    return multiplier, shift, -input_radius(DIFFERENCE_BITS, shift)


def reciprocal(total: Wide) -> tuple[Wide, Wide]:
    """``1 / total`` for sums above 0 in Q12.19: a Q0.31 factor, and bits over unit.

    Mirrors GetReciprocal: three Newton-Raphson steps for 1 / (1 + x), x in [0, 1).
    """
    headroom = 32 - np.frexp(total.astype(np.float64))[1].astype(np.int64)  # leading zero bits
    x = (total << headroom) - (1 << 31)
    return saturate(twice_reciprocal(x) << 1), SUM_BITS - headroom


@dataclass(frozen=True, eq=False)
class Softmax(Op):
    """Scores of ``depth`` labels for each of ``rows`` vectors; steps of 1/256 from -128 on.

    With ``bits`` 16 they are int16, in steps of 1/65536 from -32768 on.
    """

    name = "SOFTMAX"

    rows: int
    depth: int
    multiplier: int
    left_shift: int
    smallest_difference: int
    bits: int = 8

    def run(self, *inputs: Array) -> Array:
        """``int8 [batch, ..., labels]``, or int16."""
        ends = np.iinfo(f"int{self.bits}")
        x = inputs[0].astype(np.int64)
        difference = x - x.max(axis=-1, keepdims=True)
        counts = difference >= self.smallest_difference
        scaled = doubling_high_mul(
            np.where(counts, difference, 0) << self.left_shift, self.multiplier
        )
        exps = exp_on_negative(scaled, DIFFERENCE_BITS)
        total = np.where(counts, divide_by_power(exps, SUM_BITS), 0).sum(axis=-1, keepdims=True)
        factor, bits_over_unit = reciprocal(total)
        shares = doubling_high_mul(factor, exps)
        scores = divide_by_power(shares, bits_over_unit + 31 - self.bits) + ends.min
        clamped = np.clip(scores, ends.min, ends.max)
        result: Array = np.where(counts, clamped, ends.min).astype(ends.dtype)
        return result

    def slide(self, columns: int, of: int) -> Slide | None:
        """See `Op.slide`: unless the labels are the columns themselves."""
        if self.rows % of:
            return None
        return Slide(replace(self, rows=self.rows // of * columns))

    def portable_kernel(self) -> Kernel:
        """The same in C."""
        return Kernel(
            function="kws_softmax_run" if self.bits == 8 else "kws_softmax_int16_run",
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
            in_place=self.bits == 8,
        )


def make(rows: int, depth: int, input_scale: float, beta: float = 1.0, bits: int = 8) -> Softmax:
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
    return Softmax(rows, depth, *scale_difference(real), bits)


def read(operator: Operator) -> Softmax:
    """Check one operator of the file and make the op."""
    operator.expect((1,), OPTIONS_TYPE)
    x, output = operator.input(), operator.output(0, ("int8", "int16"))
    operator.expect_shape(x.shape)
    ends = np.iinfo(output.dtype)
    if scale(output) != 2.0**-ends.bits or zero_point(output) != ends.min:
        raise operator.error(
            f"its output must have the scale 1/{2**ends.bits} and the zero point {ends.min}"
        )
    try:
        return make(x.size // x.shape[-1], x.shape[-1], scale(x), operator.real(BETA), ends.bits)
    except ValueError as exc:
        raise operator.error(str(exc)) from exc
