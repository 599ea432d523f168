"""Numpy twin of ``runtime/kws_fft.c``, and the constants both use."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from edgekws.errors import ConfigError

MIN_POINTS, MAX_POINTS = 64, 4096
_SAMPLE_BITS = 15
_INT32_BITS = 31
_RISING_BITS = 15

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
        bits = self.pairs.bit_length() - 1
        return (2,) * (bits % 2) + (4,) * (bits // 2)

    @property
    def input_bits(self) -> int:
        """Fractional bits of the windowed samples.

        A complex input below 2^(15.5 + f) grows at most by ``pairs`` and is halved in every stage;
        f is the largest up to 11 that keeps the result below 2^31.
        """
        growth = self.pairs.bit_length() - 1 - len(self.radices)
        return min(11, math.floor(_INT32_BITS - 0.5 - _SAMPLE_BITS - growth))

    @property
    def output_bits(self) -> int:
        """Fractional bits of the spectrum."""
        return self.input_bits - len(self.radices)

    @property
    def dropped_bits(self) -> int:
        """Whole bits dropped from the power so that weighted sums stay below 2^64.

        By Parseval the power of all bins is at most N/2 * N * 2^30, and weights add 15 bits.
        """
        total = 2 * (self.points.bit_length() - 1) - 1 + 2 * _SAMPLE_BITS + _RISING_BITS
        return max(0, total - 63)

    @property
    def power_shift(self) -> int:
        """Right shift from re^2 + im^2 to the power in int16 steps squared."""
        return 2 * self.output_bits + self.dropped_bits

    @cached_property
    def cosine(self) -> NDArray[np.int32]:
        """Q31 [points], beginning a quarter turn early, so that it is the sine as well."""
        turns = (np.arange(self.points) - self.points // 4) / self.points
        q31 = np.rint(np.cos(2 * np.pi * turns) * 2.0**31)
        return np.minimum(q31, 2**31 - 1).astype(np.int32)

    @cached_property
    def order(self) -> NDArray[np.uint16]:
        """Where each sample pair goes before the first stage, uint16 [pairs]."""
        source = np.zeros(1, dtype=np.int64)
        for radix in self.radices:
            source = np.concatenate([radix * source + leg for leg in range(radix)])
        place = np.empty(self.pairs, dtype=np.uint16)
        place[source] = np.arange(self.pairs)
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
        work = np.empty((2, len(windowed), self.pairs), dtype=np.int64)
        work[0][:, self.order] = windowed[:, 0::2]
        work[1][:, self.order] = windowed[:, 1::2]
        size = 1
        for radix in self.radices:
            work = self._stage(work, size, radix)
            size *= radix
        return self._split(work)

    def _turn(self, bins: NDArray[np.int64]) -> Complex:
        cosine = self.cosine.astype(np.int64)
        return cosine[bins + self.points // 4], cosine[bins]

    def _stage(self, work: NDArray[np.int64], size: int, radix: int) -> NDArray[np.int64]:
        groups = work.reshape(2, work.shape[1], -1, radix, size)
        legs = []
        for leg in range(radix):
            bins = leg * np.arange(size) * (self.points // (radix * size))
            legs.append(_turned((groups[0, :, :, leg], groups[1, :, :, leg]), self._turn(bins)))
        outputs = _butterfly(legs)
        out = np.stack([np.stack(part, axis=2) for part in zip(*outputs, strict=True)])
        return out.reshape(work.shape)

    def _split(self, work: NDArray[np.int64]) -> NDArray[np.uint64]:
        low = work[:, :, 1 : self.pairs // 2]
        high = work[:, :, : self.pairs // 2 : -1]
        even = (low[0] + high[0]) >> 1, (low[1] - high[1]) >> 1
        cosine, sine = self._turn(np.arange(1, self.pairs // 2))
        twice_odd = low[1] + high[1], high[0] - low[0]
        odd = _rotated(twice_odd, (cosine, sine))
        power = np.zeros((work.shape[1], self.pairs), dtype=np.uint64)
        power[:, 1 : self.pairs // 2] = self._power(even[0] + odd[0], even[1] + odd[1])
        power[:, : self.pairs // 2 : -1] = self._power(even[0] - odd[0], even[1] - odd[1])
        middle = work[:, :, self.pairs // 2]
        power[:, self.pairs // 2] = self._power(middle[0], middle[1])
        return power

    def _power(self, re: NDArray[np.int64], im: NDArray[np.int64]) -> NDArray[np.uint64]:
        return (re * re + im * im).astype(np.uint64) >> np.uint64(self.power_shift)


def mul_high(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """``(a * b + 2^31) >> 32`` of int32 values: kws_mul_high."""
    product: NDArray[np.int64] = (a * b + 2**31) >> 32
    return product


def _rotated(z: Complex, turn: Complex) -> Complex:
    cosine, sine = turn
    return (
        mul_high(z[0], cosine) + mul_high(z[1], sine),
        mul_high(z[1], cosine) - mul_high(z[0], sine),
    )


def _turned(z: Complex, turn: Complex) -> Complex:
    """Half of ``z`` turned; where there is nothing to turn (place 0, leg 0) a plain half."""
    re, im = _rotated(z, turn)
    still = turn[1] == 0
    return np.where(still, z[0] >> 1, re), np.where(still, z[1] >> 1, im)


def _butterfly(legs: list[Complex]) -> list[Complex]:
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
