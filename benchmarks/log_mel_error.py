"""How far int8 log_mel or mfcc is from its exact definition in float64, rounded the same way.

Over every clip of a folder in Speech Commands layout, each scaled to peaks of 0 to -60 dBFS, and
over full-scale sounds that are hard on a transform.

    EDGEKWS_SPEECH_COMMANDS=/data/speech_commands python benchmarks/log_mel_error.py [mfcc]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekws.audio.read import read_clip
from edgekws.features import Frontend, find_frontend
from edgekws.recipe import FrontendSpec

RATE_HZ = 16_000
LEVELS_DBFS = (0, -20, -40, -60)
CLIPS_AT_ONCE = 200


def main() -> None:
    """Print one row for each kind of sound and level."""
    frontend = find_frontend(FrontendSpec(name=sys.argv[1] if len(sys.argv) > 1 else "log_mel"))
    print(f"{'sound':10} {'dBFS':>5} {'values':>12} {'1 step':>9} {'more':>6} {'most':>5}")
    for level in LEVELS_DBFS:
        for name, batches in {"speech": speech(), "synthetic": iter([synthetic()])}.items():
            counts = np.zeros(256, np.int64)
            for clips in batches:
                counts += np.bincount(distances(frontend, at_level(clips, level)), minlength=256)
            print(f"{name:10} {level:5} {row(counts)}")


def row(counts: NDArray[np.int64]) -> str:
    """Values, shares of them by distance, and the largest distance."""
    one, more = counts[1] / counts.sum(), counts[2:].sum() / counts.sum()
    return f"{counts.sum():12,} {one:9.4%} {more:6.1%} {np.flatnonzero(counts).max():5}"


def distances(frontend: Frontend, clips: NDArray[np.int16]) -> NDArray[np.int64]:
    """Steps between what is computed and what is defined, int64 [values]."""
    exact = frontend.quantize(frontend.exact(clips)).astype(np.int64)
    return np.abs(frontend.compute(clips) - exact).ravel()


def at_level(clips: NDArray[np.float64], dbfs: float) -> NDArray[np.int16]:
    """Scale each clip's peak to ``dbfs``."""
    peaks = np.maximum(np.abs(clips).max(axis=1, keepdims=True), 1e-9)
    return np.clip(np.rint(clips / peaks * 32_768 * 10 ** (dbfs / 20)), -32_768, 32_767).astype(
        np.int16
    )


def speech() -> Iterator[NDArray[np.float64]]:
    """Every clip, filled up with silence to 1 s: float64 [clips, samples]."""
    folder = Path(os.environ["EDGEKWS_SPEECH_COMMANDS"])
    paths = sorted(folder.glob("[a-z]*/*_nohash_*"))
    for start in range(0, len(paths), CLIPS_AT_ONCE):
        clips = np.zeros((len(paths[start : start + CLIPS_AT_ONCE]), RATE_HZ))
        for clip, path in zip(clips, paths[start : start + CLIPS_AT_ONCE], strict=True):
            samples = read_clip(path, RATE_HZ)[:RATE_HZ]
            clip[: samples.size] = samples
        yield clips


def synthetic() -> NDArray[np.float64]:
    """Noise, sines on and off the bins, square waves, a sweep: float64 [clips, samples]."""
    t = np.arange(RATE_HZ) / RATE_HZ
    hertz = np.arange(62.5, 8_000, 125)[:, None]
    sines = [np.sin(2 * np.pi * k * hertz * t + 0.01) for k in (1.0, 1.003)]
    noise = np.random.default_rng(0).normal(size=(50, RATE_HZ))
    sweep = np.sin(2 * np.pi * (50 * t + 3_900 * t**2))[None]
    return np.concatenate([noise, sweep, *sines, *(np.sign(wave) for wave in sines)])


if __name__ == "__main__":
    main()
