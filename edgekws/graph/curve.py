"""LOGISTIC and TANH: a curve of gemmlowp's fixed-point numbers, as a table of 256 values."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from edgekws.fixedpoint import divide_by_power, quantize_multiplier, requantize
from edgekws.graph import operator as operators
from edgekws.graph.exponential import Wide, input_radius
from edgekws.graph.lookup import EVERY_VALUE
from edgekws.graph.operator import Operator

INPUT_BITS = 4  # integer bits of the curve's argument: Q4.27


def read_curve(
    operator: Operator, curve: Callable[[Wide], Wide], *, fraction_bits: int, zero_point: int
) -> tuple[npt.NDArray[np.int8], int]:
    """Members of a `edgekws.graph.lookup.Lookup` for a curve from Q4.27 to Q0.31.

    The output's scale is ``2**-fraction_bits``; beyond the reach of Q4.27 it is at its ends.
    """
    operator.expect((1,), None)
    x, output = operator.input(), operator.output()
    operator.expect_shape(x.shape)
    if operators.scale(output) != 2.0**-fraction_bits or operators.zero_point(output) != zero_point:
        raise operator.error(
            f"its output must have the scale 1/{2**fraction_bits} and the zero point {zero_point}"
        )
    multiplier, shift = quantize_multiplier(operators.scale(x) * 2.0 ** (31 - INPUT_BITS))
    if not 0 <= shift <= 62:
        raise operator.error("the scale of its input is too small or too large")
    difference = EVERY_VALUE - operators.zero_point(x)
    radius = input_radius(INPUT_BITS, shift)
    inside = np.abs(difference) < radius
    argument = requantize(np.where(inside, difference, 0), multiplier, shift)
    values = divide_by_power(curve(argument), 31 - fraction_bits) + zero_point
    ends = np.where(difference <= -radius, -128, 127)
    return np.where(inside, np.clip(values, -128, 127), ends).astype(np.int8), x.size
