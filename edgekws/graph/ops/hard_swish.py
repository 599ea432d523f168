"""HARD_SWISH, int8: x * min(max(x + 3, 0), 6) / 6; mirrors TFLM's reference HardSwish.

Its arithmetic is in 16 bits: both factors are int16 numbers below 1, and so is every product.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekws.fixedpoint import divide_by_power, quantize_multiplier
from edgekws.graph.lookup import EVERY_VALUE, Lookup
from edgekws.graph.operator import Operator, scale, zero_point

LIMITS = "input scale below 128 times the output's"
FRACTION_BITS = 7  # added to the input so that 16 bits are put to use
INT16_MAX = 2**15 - 1

Wide = npt.NDArray[np.int64]


class HardSwish(Lookup):
    """As made by networks like MobileNetV3."""

    name = "HARD_SWISH"


@dataclass(frozen=True)
class Factor16:
    """A Q15 multiplier and an exponent of two."""

    multiplier: int
    exponent: int

    @classmethod
    def of(cls, real: float) -> Factor16:
        """Mirrors QuantizeMultiplier and DownScaleInt32ToInt16Multiplier."""
        multiplier, exponent = quantize_multiplier(real)
        return cls(min((multiplier + (1 << 15)) >> 16, INT16_MAX), exponent)


def hard_swish(difference: Wide, output: Factor16, reluish: Factor16) -> Wide:
    """Output steps above its zero point for input steps above theirs."""
    fine = difference << FRACTION_BITS
    gate = fine
    if reluish.exponent > 0:
        gate = _saturate(gate << (reluish.exponent - 1))
    gate = _high_mul(gate, reluish.multiplier)
    if reluish.exponent > 0:
        gate = _saturate(gate << 1)
    gate = divide_by_power(gate, max(-reluish.exponent, 0))
    gate = (gate + (1 << 15)) >> 1  # from [-1, 1] to [0, 1]
    product = gate * _high_mul(fine, output.multiplier)
    cut = np.sign(product) * (np.abs(product) >> 15)  # towards zero, as C divides
    return divide_by_power(cut, -output.exponent)


def _high_mul(value: Wide, factor: int) -> Wide:
    """``round(value * factor / 2**15)``, halves towards plus infinity."""
    return (value * factor + (1 << 14)) >> 15


def _saturate(value: Wide) -> Wide:
    return np.clip(value, -INT16_MAX - 1, INT16_MAX)


def read(operator: Operator) -> HardSwish:
    """Check one operator of the file and make the op."""
    operator.expect((1,), None)
    x, output = operator.input(), operator.output()
    operator.expect_shape(x.shape)
    factors = [scale(x) / 128 / other for other in (scale(output), 3.0 / 32768.0)]
    if not 2.0**-15 < factors[0] < 1 or not 2.0**-30 < factors[1] < 2.0**14:
        raise operator.error("the scales of its input and output are too far apart, or too small")
    steps = hard_swish(EVERY_VALUE - zero_point(x), *(Factor16.of(real) for real in factors))
    return HardSwish(np.clip(steps + zero_point(output), -128, 127).astype(np.int8), x.size)
