"""Small made-up material for training: each label is a tone, no files and no compiler needed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edgekws import run as runs
from edgekws.audio.dataset import Clips
from edgekws.models import find_architecture
from edgekws.recipe import AudioSpec, DataSpec, FrontendSpec, Recipe, ScheduleSpec
from edgekws.run import Run
from edgekws.train.material import Material

WORDS = ("low", "high")
AUDIO = AudioSpec(clip_ms=250)
SIZES = {"validation": 30, "testing": 36}


@dataclass(frozen=True)
class MadeUpData:
    """Stands in for a `Dataset`: noise, and tones in noise; pure functions of the recipe."""

    recipe: Recipe
    fingerprint: str = "made-up"
    folder: Path = Path("made-up")
    empty: str = ""  # a partition without clips

    def count(self, partition: str) -> int:
        return 0 if partition == self.empty else SIZES[partition]

    def clips(self, partition: str) -> Clips:
        count = self.count(partition)
        samples, labels = self._make(np.random.default_rng([9, len(partition)]), count)
        return Clips(samples, labels, tuple(f"{partition}/{i}" for i in range(count)))

    def pieces(self, partition: str, at_once: int) -> Iterator[Clips]:
        whole = self.clips(partition)
        for start in range(0, len(whole.labels), 20):
            part = slice(start, start + 20)
            yield Clips(whole.samples[part], whole.labels[part], whole.names[part])

    def training_batch(self, step: int, rows: range | None = None) -> tuple[np.ndarray, np.ndarray]:
        schedule = self.recipe.schedule
        samples, labels = self._make(
            np.random.default_rng([schedule.seed, step]), schedule.batch_size
        )
        part = slice(None) if rows is None else slice(rows.start, rows.stop)
        return samples[part], labels[part]

    def _make(self, random: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
        length = self.recipe.audio.clip_samples
        labels = np.arange(count) % len(self.recipe.labels)
        hertz = np.array([0.0, 300.0, 1000.0, 3000.0])[labels]
        phase = random.uniform(0, 2 * np.pi, (count, 1))
        tone = np.sin(2 * np.pi * hertz[:, None] * np.arange(length) / 16_000 + phase)
        noise = random.normal(0, 0.3, (count, length))
        loudness = random.uniform(500, 4000, (count, 1))
        return np.rint(loudness * (tone + noise)).astype(np.int16), labels.astype(np.int64)


@dataclass(frozen=True)
class EnergyFrontend:
    """Stands in for a `Frontend`: log2 energies of FFT bands, int8."""

    spec: FrontendSpec
    scale: float = 0.125
    zero_point: int = 8

    def compute(self, clips: np.ndarray) -> np.ndarray:
        windows = np.lib.stride_tricks.sliding_window_view(clips, self.spec.window_samples, axis=1)
        spectrum = np.abs(np.fft.rfft(windows[:, :: self.spec.hop_samples] / 32768.0)) ** 2
        bands = np.array_split(spectrum[..., 1:], self.spec.bands, axis=-1)
        energy = np.stack([band.sum(axis=-1) for band in bands], axis=-1)
        steps = np.rint(np.log2(energy + 1e-9) / self.scale) + self.zero_point
        return np.clip(steps, -128, 127).astype(np.int8)


def made_up_recipe(architecture: str = "tiny_conv", **schedule: Any) -> Recipe:
    """A recipe for clips of 250 ms, 4 labels and a few steps."""
    small = ScheduleSpec(steps=(12, 4), batch_size=20, evaluate_every=4, qat_steps=4)
    frontend = find_architecture(architecture).default_frontend
    return Recipe(
        architecture=architecture,
        data=DataSpec(source="made-up", words=WORDS),
        audio=dataclasses.replace(AUDIO, sample_rate_hz=frontend.sample_rate_hz),
        frontend=dataclasses.replace(frontend, bands=10),
        schedule=dataclasses.replace(small, **schedule),
    )


def use_made_up_material(monkeypatch: pytest.MonkeyPatch, *, empty: str = "") -> None:
    """Let `train` and `quantize` find made-up material instead of files."""

    def opened(recipe: Recipe) -> Material:
        data: Any = MadeUpData(recipe, empty=empty)
        frontend: Any = EnergyFrontend(recipe.frontend)
        return Material(recipe, data, frontend)

    for room in ("train.training", "quantize.quantizing"):
        monkeypatch.setattr(f"edgekws.{room}.open_material", opened)


def new_run(root: Path, recipe: Recipe, name: str = "small") -> Run:
    """A run folder for a recipe."""
    return runs.create(recipe, name, root)


RunMaker = Callable[..., Run]
