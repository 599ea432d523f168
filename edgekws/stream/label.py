"""Label whole clips with the integer engine: what the device would answer for each file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from edgekws.audio.read import SUFFIXES, fit, read_clip
from edgekws.errors import AudioError
from edgekws.features import find_frontend
from edgekws.graph import read_model, run_graph
from edgekws.recipe import AudioSpec
from edgekws.run import Run

BATCH = 256  # clips in memory at once; thousands of files take no more


@dataclass(frozen=True)
class LabelledFile:
    """The answer for one file. Scores are int8, -128 to 127, one per label of the run."""

    file: str
    label: str
    score: int
    scores: tuple[int, ...]


def label_files(
    run: Run, paths: Sequence[Path], *, resample: bool = False
) -> Iterator[LabelledFile]:
    """Yield an answer per sound file; folders are searched, in sorted order.

    Raises
    ------
    AudioError
        A path does not exist, a folder holds no sound file, or a file cannot be used.
    """
    recipe = run.recipe
    graph = read_model(run.model)
    frontend = find_frontend(recipe.frontend)
    files = iter(sound_files(paths))
    while batch := list(islice(files, BATCH)):
        clips = np.stack([_clip(path, recipe.audio, resample) for path in batch])
        scores = run_graph(graph, frontend.compute(clips))
        for path, row in zip(batch, scores, strict=True):
            best = int(row.argmax())
            answer = tuple(int(score) for score in row)
            yield LabelledFile(str(path), recipe.labels[best], answer[best], answer)


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


def _clip(path: Path, audio: AudioSpec, resample: bool) -> npt.NDArray[np.int16]:
    return fit(read_clip(path, audio.sample_rate_hz, resample), audio.clip_samples)
