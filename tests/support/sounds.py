"""Made-up sounds that are hard on a frontend: loud, quiet, sudden, and tuned to one bin."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Real = npt.NDArray[np.float64]
Samples = npt.NDArray[np.int16]

LEVELS_DBFS = (0, -20, -40, -60)


def sounds(samples: int, rate_hz: int) -> dict[str, Real]:
    """Sounds by name, float64 [clips, samples], whose largest magnitude is 1 unless silent."""
    t = np.arange(samples) / rate_hz
    top = rate_hz / 2
    random = np.random.default_rng(0)
    on_bin = rate_hz / 512 * np.array([4, 16, 33, 100, 128, 200])
    sweep = 50 * t + (0.95 * top - 50) * t**2 / (2 * t[-1])
    impulses = np.zeros((3, samples))
    impulses[0, samples // 2] = impulses[1, ::160] = 1
    impulses[2, random.integers(0, samples, 40)] = -1
    squares = np.array([100, 125, 440, 997, 1000, 0.24 * rate_hz])
    made = {
        "noise": random.normal(size=(4, samples)),
        "sines on a bin": np.sin(2 * np.pi * on_bin[:, None] * t),
        "sines off a bin": np.sin(2 * np.pi * 1.0123 * on_bin[:, None] * t + 0.3),
        "sweep": np.stack([np.sin(2 * np.pi * sweep), np.sin(2 * np.pi * sweep[::-1])]),
        "impulses": impulses,
        "squares": np.sign(np.sin(2 * np.pi * squares[:, None] * t + 0.01)),
        "tones": sum(np.sin(2 * np.pi * hz * t) for hz in (200, 310, 1500, 3500))[None],
        "dying tones": np.sin(2 * np.pi * on_bin[:, None] * t) * np.exp(-t * 8),
        "constant": np.ones((1, samples)),
        "alternating": np.where(np.arange(samples) % 2, 1.0, -1.0)[None],
        "silence": np.zeros((1, samples)),
    }
    peaks = {name: np.abs(sound).max() or 1.0 for name, sound in made.items()}
    return {name: sound / peaks[name] for name, sound in made.items()}


def at_level(sound: npt.ArrayLike, dbfs: float) -> Samples:
    """Clips ``[clips, samples]`` scaled so that each one's peak is at ``dbfs``; int16."""
    real = np.asarray(sound, np.float64)
    peak = np.maximum(np.abs(real).max(axis=-1, keepdims=True), 1e-9)
    return clipped(real / peak * 32768 * 10 ** (dbfs / 20))


def extremes(window_samples: int, points: int) -> Samples:
    """Windows int16 [windows, window_samples] that drive sums as far as they go."""
    n = np.arange(window_samples)
    return np.concatenate(list(_extremes(n, points)))


def _extremes(n: npt.NDArray[np.int64], points: int) -> Iterator[Samples]:
    yield np.stack([np.full(n.size, value, np.int16) for value in (-32768, 32767, 0, 1, -1)])
    yield np.where([n % 2, n // 2 % 2, n // 4 % 2], -32768, 32767).astype(np.int16)
    bins = np.array([1, 2, 3, points // 8, points // 4, points // 4 + 1, points // 2 - 1])
    phase = 2 * np.pi * bins[:, None] * n / points
    for turn in (0.0, np.pi / 4, np.pi / 2):
        yield np.where(np.cos(phase + turn) < 0, -32768, 32767).astype(np.int16)
    random = np.random.default_rng(1)
    yield random.choice([-32768, 32767], (5, n.size)).astype(np.int16)
    yield random.integers(-32768, 32768, (5, n.size), np.int16)
    yield random.integers(-40, 41, (5, n.size), np.int16)
    impulses = np.zeros((n.size // 16, n.size), np.int16)
    impulses[np.arange(len(impulses)), 16 * np.arange(len(impulses))] = -32768
    yield impulses


def clipped(real: Real) -> Samples:
    """Round to int16, clamped."""
    return np.clip(np.rint(real), -32768, 32767).astype(np.int16)
