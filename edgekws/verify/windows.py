"""A user's sounds, cut into the windows that a network looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from edgekws.audio.pcm import read_sound
from edgekws.audio.read import fit
from edgekws.codegen.spotter import Keywords
from edgekws.verify.subject import Inputs

AT_ONCE = 32  # windows in memory, with the values of all their layers


@dataclass(frozen=True)
class Source:
    """One sound file."""

    file: Path
    samples: int


@dataclass(frozen=True, eq=False)
class Batch:
    """Windows of one or more files with their features by numpy.

    clips : int16 [windows, samples], which end with their last whole frame
    inputs : features int8 [windows, ...] in the shape of the network's input, each with its name
    sources : where each window is from
    """

    clips: npt.NDArray[np.int16]
    inputs: Inputs
    sources: tuple[Source, ...]

    def of(self, source: Source) -> Batch:
        """The windows of one file."""
        rows = [row for row, each in enumerate(self.sources) if each == source]
        names = tuple(self.inputs.names[row] for row in rows)
        own = Inputs(self.inputs.features[rows], names)
        return Batch(self.clips[rows], own, (source,) * len(rows))


def window_samples(keywords: Keywords) -> int:
    """Samples that all frames of one window of features cover."""
    assert keywords.frontend is not None
    spec = keywords.frontend.spec
    return (keywords.frames - 1) * spec.hop_samples + spec.window_samples


def cut(
    keywords: Keywords, samples: npt.NDArray[np.int16], clip_samples: int
) -> npt.NDArray[np.int16]:
    """Windows int16 [windows, samples] that hold every whole frame of int16 [samples].

    A sound of up to ``clip_samples`` is one window, fitted as `edgekws label` does; a longer one
    is cut into windows in which no frame comes twice, and silence follows its end.
    """
    assert keywords.frontend is not None
    spec, length = keywords.frontend.spec, window_samples(keywords)
    if len(samples) <= clip_samples:
        return fit(samples, clip_samples)[np.newaxis, :length]
    step = keywords.frames * spec.hop_samples
    windows = -(-spec.frames(len(samples)) // keywords.frames)
    padded = np.pad(samples, (0, max(0, (windows - 1) * step + length - len(samples))))
    return np.stack([padded[start : start + length] for start in range(0, windows * step, step)])


def batches(
    keywords: Keywords, paths: Iterable[Path], clip_samples: int, *, resample: bool = False
) -> Iterator[Batch]:
    """Yield the windows of all files in order, `AT_ONCE` together.

    Raises
    ------
    AudioError
        A file cannot be used.
    """
    found = (
        window for path in paths for window in _windows(keywords, path, clip_samples, resample)
    )
    while group := list(islice(found, AT_ONCE)):
        sources, names, clips = zip(*group, strict=True)
        yield _batch(keywords, sources, names, np.stack(clips))


def _windows(
    keywords: Keywords, path: Path, clip_samples: int, resample: bool
) -> Iterator[tuple[Source, str, npt.NDArray[np.int16]]]:
    assert keywords.frontend is not None
    spec = keywords.frontend.spec
    samples = read_sound(path, spec.sample_rate_hz, resample)
    clips = cut(keywords, samples, clip_samples)
    source = Source(path, len(samples))
    for number, clip in enumerate(clips):
        start = number * keywords.frames * spec.hop_samples / spec.sample_rate_hz
        yield source, f"{path} at {start:.2f} s" if len(clips) > 1 else str(path), clip


def _batch(
    keywords: Keywords,
    sources: tuple[Source, ...],
    names: tuple[str, ...],
    clips: npt.NDArray[np.int16],
) -> Batch:
    assert keywords.frontend is not None
    shape = keywords.graph.input_tensor.shape[1:]
    features = keywords.frontend.reference(clips).reshape(len(clips), *shape)
    return Batch(clips, Inputs(features, names), sources)
