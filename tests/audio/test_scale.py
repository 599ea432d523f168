"""Large sets: the index is quick, memory stays small. Limits are far from what is usual."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from edgekws.audio.dataset import open_dataset
from edgekws.audio.write import wav_bytes
from edgekws.recipe import AudioSpec, DataSpec, Recipe

pytestmark = pytest.mark.slow

EPOCH = """
import resource, sys
from edgekws.audio.dataset import open_dataset
from edgekws.recipe import DataSpec, Recipe
dataset = open_dataset(Recipe(data=DataSpec(sys.argv[1], ("yes", "no"))))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for step in range(dataset.epoch_clips // 100 + 1):
    dataset.training_batch(step)
for clips in dataset.pieces("validation", 50):
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def tiny_files(folder: Path, count: int, words: tuple[str, ...]) -> Path:
    """Clips of 1 ms."""
    noise = np.random.default_rng(0).integers(-3000, 3000, (64, 16)).astype(np.int16)
    blobs = [wav_bytes(samples, 16_000) for samples in noise]
    for word in words:
        (folder / word).mkdir(parents=True)
    for number in range(count):
        word = words[number % len(words)]
        name = f"{number // len(words) % 1000:08x}_nohash_{number // len(words) // 1000}.wav"
        (folder / word / name).write_bytes(blobs[number % len(blobs)])
    return folder


def test_memory_does_not_grow_with_the_set(tmp_path: Path) -> None:
    folder = tiny_files(tmp_path / "data", 5000, ("yes", "no"))  # 160 MB when decoded
    done = subprocess.run(
        [sys.executable, "-c", EPOCH, str(folder)],
        env={**os.environ, "EDGEKWS_CACHE_DIR": str(tmp_path / "cache")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(done.stdout) < 30_000  # KiB; hundred clips of a batch are 3 MB


def test_a_known_set_is_opened_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(tmp_path / "cache"))
    words = tuple(f"word{number}" for number in range(20))
    folder = tiny_files(tmp_path / "data", 20_000, words)
    spec = DataSpec(str(folder), words[:10], unknown_percentage=100.0)
    recipe = Recipe(data=spec, audio=AudioSpec(clip_ms=101))
    took = []
    for _ in range(2):
        start = time.process_time()
        assert len(open_dataset(recipe).store.clips) == 20_000
        took.append(time.process_time() - start)
    assert took[0] < 10 and took[1] < 1  # usual are 0.6 s and 0.2 s
