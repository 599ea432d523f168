"""TFLite Micro's integer rescaling: ``round(accumulator * real factor)`` without a float.

The C twin is ``firmware_templates/runtime/kws_requantize.h``; the two must give the same bits.
Both mirror TFLite Micro's default build, which rounds twice (gemmlowp's
SaturatingRoundingDoublingHighMul, then RoundingDivideByPOT).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32] | npt.NDArray[np.int64]

INT32_MAX = 2**31 - 1
INT32_MIN = -(2**31)


def quantize_multiplier(real: float) -> tuple[int, int]:
    """Q31 multiplier and shift so that ``real`` is about ``multiplier * 2**(shift - 31)``.

    Parameters
    ----------
    real
        The factor, 0 or more, finite.

    Returns
    -------
    multiplier, shift
        The multiplier is 0 or in 2**30..2**31 - 1; a shift above 0 is to the left. Factors
        below 2**-32 become 0, as in TFLite's QuantizeMultiplier.
    """
    if not (math.isfinite(real) and real >= 0):
        raise ValueError(f"a multiplier must be finite and at least 0, got {real}")
    if real == 0:
        return 0, 0
    fraction, shift = math.frexp(real)
    multiplier = math.floor(fraction * 2**31 + 0.5)  # half away from zero: fraction is positive
    if multiplier == 2**31:
        multiplier //= 2
        shift += 1
    if shift < -31:
        return 0, 0
    return multiplier, shift


def quantize_multipliers(
    reals: Sequence[float] | npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Multipliers int32 [channels] and shifts int32 [channels]; see `quantize_multiplier`."""
    pairs = [quantize_multiplier(float(real)) for real in reals]
    return (
        np.array([multiplier for multiplier, _ in pairs], np.int32),
        np.array([shift for _, shift in pairs], np.int32),
    )


def doubling_high_mul(a: Ints | int, b: Ints | int) -> npt.NDArray[np.int64]:
    """``round(a * b / 2**31)``, halves towards plus infinity; -2**31 times itself saturates.

    ``a`` and ``b`` hold int32 values. Mirrors gemmlowp's SaturatingRoundingDoublingHighMul.
    """
    product = np.multiply(a, b, dtype=np.int64)
    result: npt.NDArray[np.int64] = np.minimum((product + (1 << 30)) >> 31, INT32_MAX)
    return result


def divide_by_power(value: Ints | int, exponent: Ints | int) -> npt.NDArray[np.int64]:
    """``round(value / 2**exponent)``, halves away from zero; exponent 0..31.

    Mirrors gemmlowp's RoundingDivideByPOT.
    """
    wide = np.asarray(value, np.int64)
    power = np.asarray(exponent, np.int64)
    half = (np.int64(1) << power) >> 1
    # A negative half must go down: without the last term it would go up. Exponent 0 keeps all.
    result: npt.NDArray[np.int64] = (wide + half - ((wide < 0) & (power > 0))) >> power
    return result


def requantize(
    accumulator: Ints | int, multiplier: Ints | int, shift: Ints | int
) -> npt.NDArray[np.int64]:
    """``accumulator`` times the factor that ``multiplier`` and ``shift`` stand for.

    Parameters
    ----------
    accumulator
        int32 values [..., channels]; shifted left by ``shift`` they must still fit in int32.
    multiplier, shift
        From `quantize_multiplier`; one, or one per channel.

    Returns
    -------
    int64 [..., channels]
        int32 values. Mirrors TFLite's MultiplyByQuantizedMultiplier.
    """
    left = np.maximum(shift, 0)
    right = np.maximum(np.negative(shift), 0)
    return divide_by_power(
        doubling_high_mul(np.left_shift(np.asarray(accumulator, np.int64), left), multiplier), right
    )
