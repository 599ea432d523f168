"""Numpy twin of ``runtime/kws_fft.c`` and ``kws_spectrum.c``, and the constants all use."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from edgekws.errors import ConfigError

MIN_POINTS, MAX_POINTS = 64, 4096
_SAMPLE_BITS = 15
_LARGEST_BITS = 29  # of a part of the even or odd samples' spectrum; the split needs one more

_POWERS_OF_TWO = tuple(1 << bits for bits in range(6, 13))
_FIVE_FIRST = (160, 640, 2560)  # only in kws_spectrum.c: 10 * 4^n
# Cosine and sine of 72 and 144 degrees, Q30.
_FIFTHS = tuple(
    round(2**30 * of(2 * math.pi * n / 5)) for n in (1, 2) for of in (math.cos, math.sin)
)

Complex = tuple[NDArray[np.int64], NDArray[np.int64]]  # real and imaginary part


@dataclass(frozen=True)
class Transform:
    """A real transform of ``points`` and the word lengths that cannot overflow in it."""

    points: int

    def __post_init__(self) -> None:
        if not MIN_POINTS <= self.points <= MAX_POINTS:
            raise ConfigError(
                f"frontend: a window needs a transform of {self.points} points; this one has "
                f"{MIN_POINTS} to {MAX_POINTS}: change window_ms"
            )

    @property
    def pairs(self) -> int:
        """Points of the complex transform."""
        return self.points // 2

    @property
    def radices(self) -> tuple[int, ...]:
        """Stages in the order they run."""
        first = (5,) if self.pairs % 5 == 0 else ()
        bits = (self.pairs // 5 if first else self.pairs).bit_length() - 1
        return (*first, *(2,) * (bits % 2), *(4,) * (bits // 2))

    @property
    def input_bits(self) -> int:
        """Fractional bits of the windowed samples.

        A quarter of ``points``, the sum of the window over every other sample, is what a
        full-scale input grows by, made a power of two; every stage after the first halves.
        """
        growth = (self.points - 1).bit_length() - 2 - (len(self.radices) - 1)
        return _LARGEST_BITS - _SAMPLE_BITS - growth

    @property
    def output_bits(self) -> int:
        """Fractional bits of the spectrum."""
        return self.input_bits - (len(self.radices) - 1)

    @property
    def power_shift(self) -> int:
        """Right shift from re^2 + im^2 to the power in int16 steps squared."""
        return 2 * self.output_bits

    @cached_property
    def turns(self) -> NDArray[np.int32]:
        """Cosine and sine for legs 1 to 3 of the last stage, Q31 [pairs / 4, 3, 2]."""
        return _q31(np.arange(self.pairs // 4)[:, None] * np.arange(1, 4) / self.pairs)

    @cached_property
    def split(self) -> NDArray[np.int32]:
        """Cosine and sine of every bin, Q31 [pairs / 2, 2]."""
        return _q31(np.arange(self.pairs // 2) / self.points)

    @cached_property
    def order(self) -> NDArray[np.uint16]:
        """Where the first stage's legs go, by the first one's pair: uint16 [pairs / radix]."""
        source = np.zeros(1, dtype=np.int64)
        for radix in self.radices:
            source = np.concatenate([radix * source + leg for leg in range(radix)])
        first = self.radices[0]
        place = np.empty(self.pairs // first, dtype=np.uint16)
        place[source[::first]] = np.arange(0, self.pairs, first)
        return place

    def power(self, windowed: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Power spectrum of windowed samples.

        Parameters
        ----------
        windowed : int64 [frames, points]
            With `input_bits` fractional bits.

        Returns
        -------
        uint64 [frames, pairs]
            Bin 0 is left at 0: no band uses it.
        """
        return self._split(self._transformed(windowed), self.power_shift)

    def whole_power(self, windowed: NDArray[np.int64], fraction_bits: int) -> NDArray[np.uint64]:
        """Power of all bins, uint64 [frames, pairs + 1], with fractional bits."""
        work = self._transformed(windowed)
        shift = self.power_shift - fraction_bits
        even, odd = work[0, :, :1], work[1, :, :1]
        power = self._split(work, shift)
        power[:, :1] = _power(even + odd, np.zeros_like(odd), shift)
        return np.concatenate([power, _power(even - odd, np.zeros_like(odd), shift)], axis=1)

    def _transformed(self, windowed: NDArray[np.int64]) -> NDArray[np.int64]:
        work = self._first_stage(windowed)
        size = self.radices[0]
        while size < self.pairs:
            work = self._radix_4_stage(work, size)
            size *= 4
        return work

    def _first_stage(self, windowed: NDArray[np.int64]) -> NDArray[np.int64]:
        radix = self.radices[0]
        pairs = windowed.reshape(len(windowed), radix, self.pairs // radix, 2)
        legs = [(pairs[:, leg, :, 0], pairs[:, leg, :, 1]) for leg in range(radix)]
        work = np.empty((2, len(windowed), self.pairs), dtype=np.int64)
        for leg, (re, im) in enumerate(_butterfly(legs)):
            work[0][:, self.order + leg] = re
            work[1][:, self.order + leg] = im
        return work

    def _radix_4_stage(self, work: NDArray[np.int64], quarter: int) -> NDArray[np.int64]:
        groups = work.reshape(2, work.shape[1], self.pairs // 4 // quarter, 4, quarter)
        turns = self.turns[:: self.pairs // 4 // quarter]
        legs = [(groups[0, :, :, 0] >> 1, groups[1, :, :, 0] >> 1)]
        for leg in (1, 2, 3):
            z = groups[0, :, :, leg], groups[1, :, :, leg]
            re, im = _turned(z, (turns[:, leg - 1, 0], turns[:, leg - 1, 1]))
            re[..., 0], im[..., 0] = z[0][..., 0] >> 1, z[1][..., 0] >> 1  # nothing to turn
            legs.append((re, im))
        outputs = _butterfly(legs)
        out = np.stack([np.stack(part, axis=2) for part in zip(*outputs, strict=True)])
        return out.reshape(work.shape)

    def _split(self, work: NDArray[np.int64], shift: int) -> NDArray[np.uint64]:
        low = work[:, :, 1 : self.pairs // 2]
        high = work[:, :, : self.pairs // 2 : -1]
        even = (low[0] + high[0]) >> 1, (low[1] - high[1]) >> 1
        twice_odd = low[1] + high[1], high[0] - low[0]
        odd = _turned(twice_odd, (self.split[1:, 0], self.split[1:, 1]))
        power = np.zeros((work.shape[1], self.pairs), dtype=np.uint64)
        power[:, 1 : self.pairs // 2] = _power(even[0] + odd[0], even[1] + odd[1], shift)
        opposite = _power(even[0] - odd[0], even[1] - odd[1], shift)
        power[:, : self.pairs // 2 : -1] = opposite
        middle = work[:, :, self.pairs // 2]
        power[:, self.pairs // 2] = _power(middle[0], middle[1], shift)
        return power


def has_transform(points: int) -> bool:
    """Whether `Transform` can have so many points."""
    return points in _POWERS_OF_TWO + _FIVE_FIRST


def mul_high(a: NDArray[np.int64], b: NDArray[np.int64] | np.int64) -> NDArray[np.int64]:
    """``(a * b + 2^31) >> 32`` of int32 values: the functions of ``kws_mul_high.h``."""
    product: NDArray[np.int64] = (a * b + 2**31) >> 32
    return product


def _turned(z: Complex, turn: tuple[NDArray[np.int32], NDArray[np.int32]]) -> Complex:
    """Half of ``z * (cosine - i sine)``; subtracting rounds like adding the negative."""
    cosine, sine = turn[0].astype(np.int64), turn[1].astype(np.int64)
    return (
        mul_high(z[0], cosine) + mul_high(z[1], sine),
        mul_high(z[1], cosine) + mul_high(z[0], -sine),
    )


def _q31(turns: NDArray[np.float64]) -> NDArray[np.int32]:
    angle = 2 * np.pi * turns
    both = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return np.minimum(np.rint(both * 2.0**31), 2**31 - 1).astype(np.int32)


def _power(re: NDArray[np.int64], im: NDArray[np.int64], shift: int) -> NDArray[np.uint64]:
    return (re * re + im * im).astype(np.uint64) >> np.uint64(shift)


def _butterfly(legs: list[Complex]) -> list[Complex]:
    if len(legs) == 5:
        return _butterfly_of_5(legs)
    if len(legs) == 2:
        (a_re, a_im), (b_re, b_im) = legs
        return [(a_re + b_re, a_im + b_im), (a_re - b_re, a_im - b_im)]
    (a_re, a_im), (b_re, b_im), (c_re, c_im), (d_re, d_im) = legs
    even, odd = (a_re + c_re, a_im + c_im), (a_re - c_re, a_im - c_im)
    total, difference = (b_re + d_re, b_im + d_im), (b_re - d_re, b_im - d_im)
    return [
        (even[0] + total[0], even[1] + total[1]),
        (odd[0] + difference[1], odd[1] - difference[0]),
        (even[0] - total[0], even[1] - total[1]),
        (odd[0] - difference[1], odd[1] + difference[0]),
    ]


def _butterfly_of_5(legs: list[Complex]) -> list[Complex]:
    """Factors are Q30 and the values times 4: a high multiply gives the product, rounded."""
    a, b, c, d, e = (np.stack(leg) for leg in legs)
    cos_1, sin_1, cos_2, sin_2 = (np.int64(factor) for factor in _FIFTHS)
    p, q, r, s = 4 * (b + e), 4 * (c + d), 4 * (b - e), 4 * (c - d)
    mean_1 = a + mul_high(p, cos_1) + mul_high(q, cos_2)
    mean_2 = a + mul_high(p, cos_2) + mul_high(q, cos_1)
    whole = a + b + e + c + d
    turned_1 = mul_high(r, sin_1) + mul_high(s, sin_2)
    turned_2 = mul_high(r, sin_2) + mul_high(s, -sin_1)
    return [
        (whole[0], whole[1]),
        (mean_1[0] + turned_1[1], mean_1[1] - turned_1[0]),
        (mean_2[0] + turned_2[1], mean_2[1] - turned_2[0]),
        (mean_2[0] - turned_2[1], mean_2[1] + turned_2[0]),
        (mean_1[0] - turned_1[1], mean_1[1] + turned_1[0]),
    ]
