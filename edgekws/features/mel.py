"""Triangular mel bands, as TensorFlow's ``linear_to_mel_weight_matrix`` defines them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekws.errors import ConfigError
from edgekws.recipe import FrontendSpec


@dataclass(frozen=True, eq=False)
class Bands:
    """Where each bin lies between the band centres.

    first : uint16 [bands + 2]
        Bins ``first[s]`` to ``first[s + 1] - 1`` lie between the centres of bands s - 1 and s.
    rising : float64 [bins]
        From bin ``first[0]`` on: weight in band s; the weight in band s - 1 is 1 minus it.
    """

    first: NDArray[np.uint16]
    rising: NDArray[np.float64]


def mel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mel scale, 1127 ln(1 + f / 700)."""
    return 1127.0 * np.log1p(hz / 700.0)


def centres_hz(spec: FrontendSpec) -> NDArray[np.float64]:
    """Centres of the bands, Hz, float64 [bands]."""
    low, high = mel(np.array([spec.low_hz, spec.high_hz], dtype=np.float64))
    inner: NDArray[np.float64] = np.linspace(low, high, spec.bands + 2)[1:-1]
    return np.expm1(inner / 1127.0) * 700.0


def bands(spec: FrontendSpec, points: int) -> Bands:
    """Place the bins of a transform of ``points`` between equally spaced mel band edges.

    Raises
    ------
    ConfigError
        A band would hold no bin; says what to change.
    """
    low, high = mel(np.array([spec.low_hz, spec.high_hz], dtype=np.float64))
    step = (high - low) / (spec.bands + 1)
    bins = np.arange(1, points // 2)
    position = (mel(bins * spec.sample_rate_hz / points) - low) / step
    inside = (position > 0) & (position < spec.bands + 1)
    segment = np.floor(position[inside]).astype(np.int64)
    start = int(bins[inside][0]) if inside.any() else 0
    counts = np.bincount(segment, minlength=spec.bands + 1)
    empty = np.flatnonzero(counts[:-1] + counts[1:] == 0)
    if not inside.any() or empty.size:
        raise ConfigError(
            f"frontend: {spec.bands} bands between {spec.low_hz} and {spec.high_hz} Hz leave a "
            f"band without any of the transform's bins; use fewer bands or a longer window_ms"
        )
    first = start + np.concatenate([[0], np.cumsum(counts)])
    return Bands(first.astype(np.uint16), position[inside] - segment)


def weights(table: Bands, points: int) -> NDArray[np.float64]:
    """The same as a matrix, float64 [points // 2 + 1, bands]."""
    count = len(table.first) - 2
    matrix = np.zeros((points // 2 + 1, count + 2))
    bins = np.arange(table.first[0], table.first[-1])
    edges = table.first.astype(np.int64)
    segment = np.repeat(np.arange(count + 1), edges[1:] - edges[:-1])
    matrix[bins, segment + 1] = table.rising
    matrix[bins, segment] = 1 - table.rising
    return matrix[:, 1:-1]
