"""Exponentials in integers, bit for bit those of gemmlowp, on which TFLite Micro rests.

A number in Qm.n has m bits before its binary point and n behind it, and a sign. SOFTMAX computes
with these on the core (``firmware_templates/runtime/kws_softmax.c`` holds the same constants);
LOGISTIC and TANH only while their tables are made.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edgekws.fixedpoint import divide_by_power, doubling_high_mul

EXP_MINUS_EIGHTH = 1895147668  # exp(-1/8) in Q0.31
ONE_THIRD = 715827883
# exp(-2**i) in Q0.31 for i = -2..4: one factor for each bit of an exponent.
EXP_MINUS_POWERS = (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)
RECIPROCAL_START = 1515870810  # 48/17 in Q2.29
RECIPROCAL_SLOPE = -1010580540  # -32/17
ONE = 2**31 - 1  # as near as Q0.31 comes

Wide = npt.NDArray[np.int64]


def input_radius(integer_bits: int, left_shift: int) -> int:
    """Largest difference that stays in Q(integer_bits).n after ``left_shift``.

    Mirrors TFLite's CalculateInputRadius.
    """
    return (((1 << integer_bits) - 1) << (31 - integer_bits)) >> left_shift


def exp_on_negative(value: Wide, integer_bits: int) -> Wide:
    """``exp(value)`` in Q0.31 for values of 0 or less in Q4.27 or Q5.26."""
    quarter = 1 << (29 - integer_bits)
    rest = (value & (quarter - 1)) - quarter  # in [-1/4, 0)
    result = _exp_on_last_quarter(rest << integer_bits)
    steps = rest - value  # a multiple of 1/4, 0 or more
    for bit, factor in enumerate(EXP_MINUS_POWERS[: integer_bits + 2]):
        result = np.where(steps & (quarter << bit), doubling_high_mul(result, factor), result)
    return np.where(value == 0, ONE, result)


def _exp_on_last_quarter(a: Wide) -> Wide:
    x = a + (1 << 28)  # Taylor's series around -1/8
    x2 = doubling_high_mul(x, x)
    x3 = doubling_high_mul(x2, x)
    x4 = doubling_high_mul(x2, x2)
    tail = doubling_high_mul(divide_by_power(x4, 2) + x3, ONE_THIRD) + x2
    return EXP_MINUS_EIGHTH + doubling_high_mul(EXP_MINUS_EIGHTH, x + divide_by_power(tail, 1))


def twice_reciprocal(x: Wide) -> Wide:
    """``2 / (1 + x)`` in Q2.29 for x in [0, 1) in Q0.31: three Newton-Raphson steps."""
    half_denominator = (x + ONE + 1) >> 1
    estimate = RECIPROCAL_START + doubling_high_mul(half_denominator, RECIPROCAL_SLOPE)
    for _ in range(3):
        error = (1 << 29) - doubling_high_mul(half_denominator, estimate)
        estimate = estimate + saturate(doubling_high_mul(estimate, error) << 2)
    return estimate


def logistic(value: Wide) -> Wide:
    """``1 / (1 + exp(-value))`` in Q0.31 for values in Q4.27."""
    positive = saturate(twice_reciprocal(exp_on_negative(-np.abs(value), 4)) << 1)
    result = np.where(value > 0, positive, ONE - positive)
    return np.where(value == 0, 1 << 30, result)


def tanh(value: Wide) -> Wide:
    """``tanh(value)`` in Q0.31 for values in Q4.27."""
    squared = exp_on_negative(-np.abs(value), 5)  # exp(-2|value|): twice Q4.27 is the same in Q5.26
    positive = saturate((twice_reciprocal(squared) - (1 << 29)) << 2)
    return np.where(value == 0, 0, np.where(value > 0, positive, -positive))


def saturate(value: Wide) -> Wide:
    """Clip to what int32 holds."""
    return np.clip(value, -(2**31), 2**31 - 1)
