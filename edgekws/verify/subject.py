"""What is put to the proof: a network, its frontend if known, and inputs to prove it on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekws.codegen.spotter import Keywords
from edgekws.graph import run_graph

RANDOM_SEED = 2
RANDOM_INPUTS = 4  # beside the three extremes


@dataclass(frozen=True, eq=False)
class Inputs:
    """Features to run, each with a name for messages.

    features : int8 [inputs, ...], in the shape of the network's input
    """

    features: npt.NDArray[np.int8]
    names: tuple[str, ...]

    def spread(self, count: int) -> Inputs:
        """At most ``count`` of them, evenly spread: neighbours often say the same word."""
        rows = spread(len(self.names), count)
        return Inputs(self.features[rows], tuple(self.names[row] for row in rows))

    def only(self, row: int) -> Inputs:
        """One of them."""
        return Inputs(self.features[row : row + 1], self.names[row : row + 1])

    def up_to(self, row: int) -> Inputs:
        """That one and all before it, which is what a network that remembers has heard."""
        return Inputs(self.features[: row + 1], self.names[: row + 1])

    def __add__(self, other: Inputs) -> Inputs:
        return Inputs(np.concatenate([self.features, other.features]), self.names + other.names)


@dataclass(frozen=True, eq=False)
class Sound:
    """Test clips and the recordings made of them.

    clips : int16 [clips, samples]
    recording : int16 [samples], short: for an emulated core
    long_recording : int16 [samples], for this machine
    """

    clips: npt.NDArray[np.int16]
    names: tuple[str, ...]
    recording: npt.NDArray[np.int16]
    long_recording: npt.NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Subject:
    """One network under proof.

    ``real`` are the features of the test clips, and ``scores`` int8 [inputs, labels] what numpy
    makes of them; for a model made elsewhere both are random inputs. ``sound`` is None then.
    """

    keywords: Keywords
    real: Inputs
    scores: npt.NDArray[np.int8]
    sound: Sound | None = None

    def few(self, count: int) -> Inputs:
        """``count`` of the real inputs, then the extremes and random ones: for every layer."""
        return self.real.spread(count) + extremes(self.keywords)


def extremes(keywords: Keywords) -> Inputs:
    """Inputs that no sound makes: both ends, both ends in turn, and noise."""
    shape = keywords.graph.input_tensor.shape[1:]
    ends = np.iinfo(keywords.graph.input_tensor.dtype)
    low, high = ends.min, ends.max
    made = np.stack([np.full(shape, low), np.full(shape, high), _stripes(shape, low, high)])
    names = (f"all {low}", f"all {high}", f"{high} and {low} in turn")
    return Inputs(made.astype(ends.dtype), names) + random_inputs(keywords, RANDOM_INPUTS)


def random_inputs(keywords: Keywords, count: int) -> Inputs:
    """Noise over the whole range of the type, the same every time."""
    shape = (count, *keywords.graph.input_tensor.shape[1:])
    ends = np.iinfo(keywords.graph.input_tensor.dtype)
    values = np.random.default_rng(RANDOM_SEED).integers(ends.min, ends.max + 1, shape)
    return Inputs(values.astype(ends.dtype), tuple(f"random {number}" for number in range(count)))


def foreign_subject(keywords: Keywords, count: int) -> Subject:
    """A model made elsewhere, on ``count`` random inputs."""
    inputs = random_inputs(keywords, count)
    return Subject(keywords, inputs, run_graph(keywords.graph, inputs.features))


def spread(total: int, count: int) -> list[int]:
    """At most ``count`` row numbers out of ``total``, evenly spread and in order."""
    step = max(1.0, total / max(1, count))
    return sorted({int(i * step) for i in range(min(total, count))})


def _stripes(shape: tuple[int, ...], low: int, high: int) -> npt.NDArray[np.int64]:
    return np.where(np.indices(shape).sum(axis=0) % 2, low, high)
