"""The scores of a long recording: computed once, kept in the cache, looked at many times."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from edgekws import __version__
from edgekws.audio.cache import cache_folder
from edgekws.audio.long import pieces
from edgekws.errors import AudioError
from edgekws.files import replacing, sha256
from edgekws.stream.hop_graph import hop_graph
from edgekws.stream.label import Engine
from edgekws.stream.spotter import FRAMES_AT_ONCE
from edgekws.stream.streaming import score_stream

_VERSION = 1  # of the rule that makes scores of sound
_KEPT = 32  # files that stay in the cache

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Scored:
    """What the network says to every window of a recording.

    scores : int8 [windows, labels]
    """

    scores: npt.NDArray[np.int8]
    first: int  # samples, end of the first window
    step: int  # samples from one window to the next
    samples: int  # of the recording
    sample_rate_hz: int

    @property
    def hours(self) -> float:
        """Length of the recording."""
        return self.samples / self.sample_rate_hz / 3600


def score_file(
    engine: Engine,
    path: Path,
    *,
    hops_per_inference: int = 1,
    resample: bool = False,
    progress: Progress | None = None,
) -> Scored:
    """Scores of a recording as the exported program computes them, if need be from the cache.

    What follows the last whole frame is not heard, and a recording shorter than a window has no
    scores.

    Parameters
    ----------
    hops_per_inference
        The network runs every so many hops, up to the frames of its window.
    progress
        Called with the windows scored and those in all.

    Raises
    ------
    AudioError
        The file cannot be used.
    UsageError
        The network cannot run so rarely.
    """
    spec, frames = engine.recipe.frontend, engine.recipe.input_shape[0]
    graph = hop_graph(engine.graph, frames, hops_per_inference)
    try:
        content = sha256(path)
    except OSError as exc:
        raise AudioError(f"{path}: cannot read: {exc.strerror}; check the name") from exc
    network = engine.graph.sha256, asdict(spec)
    rules = [__version__, _VERSION, content, *network, hops_per_inference, resample]
    key = hashlib.sha256(json.dumps(rules).encode()).hexdigest()[:32]
    kept = cache_folder() / "scores" / f"{key}.npz"
    found = _load(kept)
    if found is None:
        features, samples = _features(engine, path, resample)
        total = max(0, (len(features) - frames) // hops_per_inference + 1)
        rows = [np.zeros((0, len(engine.recipe.labels)), np.int8)]
        for batch in score_stream(graph, features):
            rows.append(batch)
            if progress:
                progress(min(total, (len(rows) - 1) * len(rows[1])), total)
        found = np.concatenate(rows), samples
        _save(kept, *found)
    first = (frames - 1) * spec.hop_samples + spec.window_samples
    step = hops_per_inference * spec.hop_samples
    return Scored(found[0], first, step, found[1], spec.sample_rate_hz)


def _features(engine: Engine, path: Path, resample: bool) -> tuple[npt.NDArray[np.int8], int]:
    """All frames int8 [frames, bands] of a recording, and its length in samples."""
    spec, samples = engine.recipe.frontend, 0
    rows = [np.zeros((0, spec.bands), np.int8)]
    left, state = np.zeros(0, np.int16), engine.frontend.new_state()
    for piece in pieces(path, spec.sample_rate_hz, resample):
        samples += len(piece)
        left = np.concatenate([left, piece])
        for block in _blocks(left, spec.window_samples, spec.hop_samples):
            rows.append(engine.frontend.compute(block[np.newaxis], state)[0])
        left = left[spec.frames(len(left)) * spec.hop_samples :]
    return np.concatenate(rows), samples


def _blocks(
    samples: npt.NDArray[np.int16], window: int, hop: int
) -> Iterator[npt.NDArray[np.int16]]:
    frames = max(0, 1 + (len(samples) - window) // hop)
    for first in range(0, frames, FRAMES_AT_ONCE):
        count = min(FRAMES_AT_ONCE, frames - first)
        yield samples[first * hop : (first + count - 1) * hop + window]


def _load(path: Path) -> tuple[npt.NDArray[np.int8], int] | None:
    try:
        with np.load(path) as kept:
            return kept["scores"], int(kept["samples"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def _save(path: Path, scores: npt.NDArray[np.int8], samples: int) -> None:
    with replacing(path) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(stream, scores=scores, samples=samples)
    files = sorted(path.parent.glob("*.npz"), key=lambda each: each.stat().st_mtime_ns)
    for old in files[:-_KEPT]:
        old.unlink(missing_ok=True)
