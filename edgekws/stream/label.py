"""Label whole clips with the integer engine: what the device would answer for each file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from edgekws.audio.read import SUFFIXES, fit, read_clip
from edgekws.errors import AudioError, ConfigError
from edgekws.features import Frontend, find_frontend
from edgekws.graph import Graph, read_model, run_graph
from edgekws.recipe import Recipe
from edgekws.run import Run
from edgekws.stream.hops import usual_hops

BATCH = 64  # clips in memory at once; thousands of files take no more


@dataclass(frozen=True)
class LabelledFile:
    """The answer for one file. Scores are int8, -128 to 127, one per label of the run."""

    file: str
    label: str
    score: int
    scores: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Engine:
    """The int8 network of a run with all that it needs to hear a file."""

    recipe: Recipe
    frontend: Frontend
    graph: Graph

    def clip(self, path: Path, resample: bool) -> npt.NDArray[np.int16]:
        """Samples int16 [samples] of a file, cut or padded to the length of a clip."""
        audio = self.recipe.audio
        return fit(read_clip(path, audio.sample_rate_hz, resample), audio.clip_samples)

    def scores(self, features: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
        """Scores int8 [clips, labels] of features int8 [clips, frames, bands]."""
        return run_graph(self.graph, features)

    def hops(self, wanted: int | None) -> int:
        """Hops per inference: as many as wanted, or what suits the network."""
        if wanted is not None:
            return wanted
        recipe = self.recipe
        frames, hop_ms = recipe.input_shape[0], recipe.frontend.hop_ms
        return usual_hops(self.graph, frames, recipe.detector, hop_ms)


def open_engine(run: Run) -> Engine:
    """Read the int8 network of a run.

    Raises
    ------
    ConfigError
        The run is not quantized, a file changed since, or the network is not that of its recipe.
    ModelError
        The ``.tflite`` is damaged.
    """
    run.require("quantize")
    recipe = run.recipe
    graph = read_model(run.model)
    frames, bands = recipe.input_shape
    reads, answers = graph.input_tensor.size, graph.output_tensor.size
    if (reads, answers) != (frames * bands, len(recipe.labels)):
        raise ConfigError(
            f"{run.model}: reads {reads} features and gives {answers} scores; the recipe has "
            f"{frames} frames of {bands} bands and {len(recipe.labels)} labels; "
            f"run {run.command('quantize')}"
        )
    return Engine(recipe, find_frontend(recipe.frontend), graph)


def label_files(
    run: Run, paths: Sequence[Path], *, resample: bool = False
) -> Iterator[LabelledFile]:
    """Yield an answer per sound file; folders are searched, in sorted order.

    Raises
    ------
    AudioError
        A path does not exist, a folder holds no sound file, or a file cannot be used.
    ConfigError, ModelError
        See `open_engine`.
    """
    engine = open_engine(run)
    labels = engine.recipe.labels
    files = iter(sound_files(paths))
    while batch := list(islice(files, BATCH)):
        clips = np.stack([engine.clip(path, resample) for path in batch])
        scores = engine.scores(engine.frontend.compute(clips))
        for path, row in zip(batch, scores, strict=True):
            best = int(row.argmax())
            answer = tuple(int(score) for score in row)
            yield LabelledFile(str(path), labels[best], answer[best], answer)


def sound_files(paths: Sequence[Path]) -> list[Path]:
    """Files as given, and every sound file below the folders; hidden ones are left out."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = [p for p in sorted(path.rglob("*")) if _is_sound(p.relative_to(path))]
        if not inside:
            raise AudioError(f"{path}: no sound file in this folder; put WAV, FLAC or OGG there")
        found += inside
    return found


def _is_sound(relative: Path) -> bool:
    hidden = any(part.startswith((".", "__")) for part in relative.parts)
    return relative.suffix.lower() in SUFFIXES and not hidden
