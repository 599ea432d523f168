"""Numpy twin of ``runtime/kws_fft16.c``, and the constants both use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from edgekws.errors import ConfigError

MIN_POINTS, MAX_POINTS = 64, 4096
WINDOW_BITS = 12
_TOP = 32767

Complex = tuple[NDArray[np.int64], NDArray[np.int64]]  # real and imaginary part


@dataclass(frozen=True)
class Transform16:
    """A real transform of ``points`` in int16, after a Hann window of ``window_samples``."""

    window_samples: int

    def __post_init__(self) -> None:
        if self.window_samples % 2 or not MIN_POINTS <= self.points <= MAX_POINTS:
            raise ConfigError(
                f"frontend: a window of {self.window_samples} samples; this one takes an even "
                f"number of {MIN_POINTS // 2 + 2} to {MAX_POINTS}: change window_ms"
            )

    @property
    def points(self) -> int:
        """Points of the transform, the next power of two that holds a window."""
        return 1 << (self.window_samples - 1).bit_length()

    @property
    def pairs(self) -> int:
        """Points of the complex transform."""
        return self.points // 2

    @property
    def radices(self) -> tuple[int, ...]:
        """Stages in the order they run."""
        bits = self.pairs.bit_length() - 1
        return (2,) * (bits % 2) + (4,) * (bits // 2)

    @cached_property
    def window(self) -> NDArray[np.int16]:
        """Hann weights in Q12, int16 [window_samples], by way of float32 as in TFLM."""
        turn = np.float32(np.pi) * np.float32(2) / np.float32(self.window_samples)
        angle = turn * (np.arange(self.window_samples, dtype=np.float32) + np.float32(0.5))
        cosine = np.cos(angle.astype(np.float64)).astype(np.float32)
        weights = np.float32(0.5) - np.float32(0.5) * cosine
        scaled = weights * np.float32(1 << WINDOW_BITS) + np.float32(0.5)
        return np.asarray(np.floor(scaled), np.int16)

    @cached_property
    def turns(self) -> NDArray[np.int64]:
        """Cosine and sine of -2 pi i / pairs, Q15 [3 pairs / 4, 2]."""
        return _q15(-2 * np.pi * np.arange(3 * self.pairs // 4) / self.pairs)

    @cached_property
    def split(self) -> NDArray[np.int64]:
        """Cosine and sine that turn the odd samples' bins 1, 2, ...: Q15 [pairs / 2, 2]."""
        return _q15(-np.pi * ((np.arange(self.pairs // 2) + 1) / self.pairs + 0.5))

    @cached_property
    def order(self) -> NDArray[np.uint16]:
        """Pair where the first leg of a butterfly of the first stage is: uint16 [butterflies]."""
        source, step = np.zeros(1, dtype=np.int64), 1
        for radix in self.radices[:0:-1]:
            source = (source[:, np.newaxis] + step * np.arange(radix)).ravel()
            step *= radix
        return source.astype(np.uint16)

    def energies(self, windows: NDArray[np.int16]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """Energies of bins, uint64 [frames, pairs], and left shifts, int64 [frames].

        Parameters
        ----------
        windows : int16 [frames, window_samples]
        """
        weighted = (windows.astype(np.int64) * self.window.astype(np.int64)) >> WINDOW_BITS
        sizes = np.where(weighted == -32768, 0, np.abs(weighted)).max(axis=1)
        shifts = 15 - np.frexp(sizes.astype(np.float64))[1].astype(np.int64)
        samples = np.zeros((len(windows), self.points), np.int64)
        samples[:, : self.window_samples] = wrapped(weighted << shifts[:, np.newaxis])
        work = self._first_stage(samples)
        size = self.radices[0]
        while size < self.pairs:
            work = self._radix_4_stage(work, size)
            size *= 4
        return self._split(work), shifts

    def _first_stage(self, samples: NDArray[np.int64]) -> NDArray[np.int64]:
        radix = self.radices[0]
        legs = self.order.astype(np.int64)[:, np.newaxis] + self.pairs // radix * np.arange(radix)
        pairs = scaled(samples, radix).reshape(len(samples), self.pairs, 2)[:, legs]
        outputs = _butterfly([(pairs[:, :, leg, 0], pairs[:, :, leg, 1]) for leg in range(radix)])
        parts = [np.stack(part, axis=2) for part in zip(*outputs, strict=True)]
        return np.stack(parts).reshape(2, len(samples), self.pairs)

    def _radix_4_stage(self, work: NDArray[np.int64], quarter: int) -> NDArray[np.int64]:
        count = self.pairs // 4 // quarter
        groups = scaled(work, 4).reshape(2, work.shape[1], count, 4, quarter)
        legs: list[Complex] = []
        for leg in range(4):
            turns = self.turns[np.arange(quarter) * leg * count]
            z = groups[0, :, :, leg], groups[1, :, :, leg]
            legs.append(_turned(z, (turns[:, 0], turns[:, 1])))
        outputs = _butterfly(legs)
        out = np.stack([np.stack(part, axis=2) for part in zip(*outputs, strict=True)])
        return out.reshape(work.shape)

    def _split(self, work: NDArray[np.int64]) -> NDArray[np.uint64]:
        half = self.pairs // 2
        low = scaled(work[:, :, 1 : half + 1], 2)
        high = work[:, :, : half - 1 : -1]
        conjugate = scaled(np.stack([high[0], wrapped(-high[1])]), 2)
        even, difference = wrapped(low + conjugate), wrapped(low - conjugate)
        odd = _turned((difference[0], difference[1]), (self.split[:, 0], self.split[:, 1]))
        energies = np.zeros((work.shape[1], self.pairs), np.uint64)
        energies[:, 1 : half + 1] = _energy((even[0] + odd[0]) >> 1, (even[1] + odd[1]) >> 1)
        energies[:, : half - 1 : -1] = _energy((even[0] - odd[0]) >> 1, (odd[1] - even[1]) >> 1)
        return energies


def wrapped(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """To int16, modulo 2^16."""
    return ((values + 32768) & 0xFFFF) - 32768


def scaled(values: NDArray[np.int64], radix: int) -> NDArray[np.int64]:
    """Values times floor(32767 / radix) / 2^15, rounded, halves up."""
    return (values * (_TOP // radix) + (1 << 14)) >> 15


def packed(pairs: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Two int16 in a word, the first in bits 0..15: int64 [words, 2] -> uint32 [words]."""
    return ((pairs[:, 0] & 0xFFFF) | (pairs[:, 1] & 0xFFFF) << 16).astype(np.uint32)


def _turned(z: Complex, turn: Complex) -> Complex:
    return (
        wrapped((z[0] * turn[0] - z[1] * turn[1] + (1 << 14)) >> 15),
        wrapped((z[0] * turn[1] + z[1] * turn[0] + (1 << 14)) >> 15),
    )


def _butterfly(legs: list[Complex]) -> list[Complex]:
    re, im = [leg[0] for leg in legs], [leg[1] for leg in legs]
    if len(legs) == 2:
        outputs = [(re[0] + re[1], im[0] + im[1]), (re[0] - re[1], im[0] - im[1])]
    else:
        outputs = [
            (re[0] + re[1] + re[2] + re[3], im[0] + im[1] + im[2] + im[3]),
            (re[0] - re[2] + im[1] - im[3], im[0] - im[2] - re[1] + re[3]),
            (re[0] - re[1] + re[2] - re[3], im[0] - im[1] + im[2] - im[3]),
            (re[0] - re[2] - im[1] + im[3], im[0] - im[2] + re[1] - re[3]),
        ]
    return [(wrapped(a), wrapped(b)) for a, b in outputs]


def _energy(re: NDArray[np.int64], im: NDArray[np.int64]) -> NDArray[np.uint64]:
    return (re * re + im * im).astype(np.uint64)


def _q15(angles: NDArray[np.float64]) -> NDArray[np.int64]:
    both = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    return np.floor(0.5 + _TOP * both).astype(np.int64)
