"""The constants of ``micro``: bands, gains and logarithms, by way of float32 as in TFLM."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edgekws.errors import ConfigError
from edgekws.recipe import FrontendSpec

WEIGHT_BITS = 12
GAIN_BITS = 21
NOISE_BITS = 10
_STRENGTH, _OFFSET = np.float32(0.95), np.float32(80.0)
_OCTAVES = 32

LOGS: NDArray[np.uint16] = np.rint(
    65536 * (np.log2(1 + np.arange(129) / 128) - np.arange(129) / 128)
).astype(np.uint16)

Float = NDArray[np.float32]

# Of ln(1 + f) in float32, the last term first; below _NEAR there is nothing to split off.
_SERIES = [
    np.uint32(word).view(np.float32)
    for word in (
        *(0x3E178897, 0x3E1CD04F, 0x3E3A3325, 0x3E638E29),
        *(0x3E924925, 0x3ECCCCCD, 0x3F2AAAAB),
    )
]
_LN_2_HIGH, _LN_2_LOW = (np.uint32(word).view(np.float32) for word in (0x3F317180, 0x3717F7D1))
_NEAR = np.float32(0.41421357)


def bands(spec: FrontendSpec, points: int) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """Segments between band centres, and how much each bin counts for the bands beside it.

    Returns
    -------
    first : uint16 [bands + 2]
        Bins ``first[s]`` to ``first[s + 1] - 1`` are segment s.
    weights : int64 [bins, 2]
        Q12, from bin ``first[0]`` on: for band s - 1 and for band s.

    Raises
    ------
    ConfigError
        A band would hold no bin, or the last bin; says what to change.
    """
    hz_per_bin = np.float32(0.5) * np.float32(spec.sample_rate_hz) / np.float32(points // 2)
    low, high = _mel(np.array([spec.low_hz, spec.high_hz], np.float32))
    spacing = (high - low) / np.float32(spec.bands + 1)
    centres = low + spacing * np.arange(1, spec.bands + 2).astype(np.float32)
    start = int(np.float32(1.5) + np.float32(spec.low_hz) / hz_per_bin)
    bins = np.arange(start, points // 2 + 1)
    mel = _mel(bins.astype(np.float32) * hz_per_bin)
    # A band's bins are those after the last one's, up to the first above its centre.
    ends = np.array([int(np.argmax([*(mel > centre), True])) for centre in centres])
    ends = np.maximum.accumulate(ends)
    first = start + np.concatenate([[0], ends])
    widths = np.diff(first)
    if (widths[:-1] + widths[1:] == 0).any() or first[-1] > points // 2:
        raise ConfigError(
            f"frontend: {spec.bands} bands between {spec.low_hz} and {spec.high_hz} Hz leave a "
            "band without any of the transform's bins, or need the last bin; use fewer bands, a "
            "longer window_ms or a lower high_hz"
        )
    segment = np.repeat(np.arange(spec.bands + 1), widths)
    below = np.concatenate([[low], centres])[segment]
    share = (centres[segment] - mel[: len(segment)]) / (centres[segment] - below)
    weights = np.stack([_q12(share), _q12(np.float32(1) - share)], axis=1)
    return first.astype(np.uint16), weights


def gains(extra_bits: int) -> NDArray[np.int16]:
    """Gain for noise estimates 0 and 1, then a parabola for every power of two: int16 [125]."""
    table = np.zeros(4 * _OCTAVES - 3, np.int64)
    table[:2] = [_gain(0, extra_bits), _gain(1, extra_bits)]
    for octave in range(2, _OCTAVES + 1):
        begin = 1 << (octave - 1)
        end = 2 * begin - (octave == _OCTAVES)
        at = [_gain(x, extra_bits) for x in (begin, begin + begin // 2, end)]
        slope = 4 * (at[1] - at[0]) - (at[2] - at[0])
        table[4 * octave - 6 : 4 * octave - 3] = at[0], slope, at[2] - at[0] - slope
    return table.astype(np.int16)


def _gain(noise: int, extra_bits: int) -> int:
    loudness = np.float32(noise) / np.float32(1 << (NOISE_BITS - extra_bits))
    power = np.float32(float(loudness + _OFFSET) ** float(-_STRENGTH))
    gain = np.float32(1 << GAIN_BITS) * power
    return 32767 if gain > 32767 else int(gain + np.float32(0.5))


def _mel(hz: Float) -> Float:
    return np.float32(1127) * log1p(hz / np.float32(700))


def log1p(x: Float) -> Float:
    """ln(1 + x) of 0 or more in float32, rounding for rounding as in the C library under TFLM.

    newlib, and glibc before 2.41, take ln(1 + x) = k ln 2 + ln(1 + f), the latter by an odd
    polynomial in s = f / (2 + f). It is off by a unit in the last place now and then, and two of
    the default weights follow it.
    """
    one, two = np.float32(1), np.float32(2)
    y = x + one
    mantissa, exponent = np.frexp(y)
    large = mantissa >= np.float32(0.70710677)
    f = np.where(large, mantissa, two * mantissa) - one
    k = np.where(large, exponent, exponent - 1).astype(np.float32)
    lost = np.where(exponent > 1, one - (y - x), x - (y - one)) / y
    f, k, lost = (np.where(x < _NEAR, a, b) for a, b in ((x, f), (0 * x, k), (0 * x, lost)))
    half_square = np.float32(0.5) * f * f
    s = f / (two + f)
    z = s * s
    series = np.zeros_like(z)
    for coefficient in _SERIES:
        series = z * (coefficient + series)
    rest = s * (half_square + series) + (k * _LN_2_LOW + lost)
    return np.asarray(k * _LN_2_HIGH - ((half_square - rest) - f), np.float32)


def _q12(share: Float) -> NDArray[np.int64]:
    scaled = share * np.float32(1 << WEIGHT_BITS) + np.float32(0.5)
    return np.asarray(np.floor(scaled), np.int64)
