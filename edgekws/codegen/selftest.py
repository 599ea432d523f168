"""Golden vectors: what the numpy references make of one recording, as a program that checks it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekws.codegen.edges import EdgesView, edges_view
from edgekws.codegen.environment import Banner, render
from edgekws.codegen.spotter import Keywords, Model, SpotterView
from edgekws.errors import ConfigError
from edgekws.features import Frontend
from edgekws.features.base import State
from edgekws.graph.engine import run_layers
from edgekws.graph.types import Graph
from edgekws.kernel import Array
from edgekws.recipe import FrontendSpec
from edgekws.stream.detect import Detection
from edgekws.stream.spotter import spot
from edgekws.stream.streaming import Stream

FEATURE_SEED = 1  # of the features that stand in for a recording where there is no frontend


@dataclass(frozen=True, eq=False)
class GoldenView:
    """What the templates may know about the golden vectors. Every value is final.

    pcm : int16 [samples]
    features : int8 [frames * bands], of the first window; of all, one after the other, where the
        model remembers
    windows : uint32 [inferences], CRC-32 of each window's features
    layers : uint32 [layers], CRC-32 of each layer's output in the first inference; where the model
        streams, of what each step of the hop makes that fills the first window
    scores : int8 [inferences, labels]
    """

    prefix: str
    macro: str
    has_sound: bool
    pcm: npt.NDArray[np.int16]
    features: npt.NDArray[np.int8]
    windows: npt.NDArray[np.uint32]
    layers: npt.NDArray[np.uint32]
    scores: npt.NDArray[np.int8]
    words: tuple[Detection, ...]
    inferences: int
    labels: int
    window_values: int  # features of one window
    edges: EdgesView
    remembers: bool  # from one run to the next, by itself
    checked: str
    checked_without_layers: str  # by a program whose model does not show its layers


def golden_view(keywords: Keywords) -> GoldenView:
    """Run the numpy references.

    Raises
    ------
    ConfigError
        The recording is shorter than one inference needs.
    """
    features = _windows(keywords)
    layers, scores = _layers(keywords, features), keywords.scorer()(features)
    edges = edges_view(keywords.graph, keywords.prefix)
    remembers = edges.remembers and keywords.frontend is None
    return GoldenView(
        prefix=keywords.prefix,
        macro=keywords.prefix.upper(),
        has_sound=keywords.frontend is not None,
        pcm=keywords.golden_pcm,
        features=(features if remembers else features[0]).ravel(),
        windows=_digests(list(features)),
        layers=_digests(layers),
        scores=scores,
        words=_words(keywords),
        inferences=len(features),
        labels=scores.shape[1],
        window_values=features[0].size,
        edges=edges,
        remembers=remembers,
        checked="features, layers, scores, detections" if keywords.frontend else "layers, scores",
        checked_without_layers="features, scores, detections" if keywords.frontend else "scores",
    )


def selftest_files(
    golden: GoldenView,
    model: Model,
    spotter: SpotterView | None,
    banner: Banner,
    *,
    entry: str = "main",
) -> dict[str, str]:
    """``selftest/<prefix>_selftest.c`` and its data.

    ``entry`` is the function that runs it; other than ``main`` where a framework has that one.
    """
    views = {"golden": golden, "model": model, "spotter": spotter, "entry": entry}
    names = ("selftest.c", "selftest_data.h", "selftest_data.c")
    return {
        f"selftest/{golden.prefix}_{name}": render(f"common/{name}.j2", banner, views)
        for name in names
    }


def _layers(keywords: Keywords, features: npt.NDArray[np.int8]) -> Sequence[Array]:
    """What each layer makes in the first inference; none where no program shows them."""
    if keywords.context_frames is not None:
        return run_layers(keywords.graph, features[:1, -1])
    return run_layers(keywords.graph, features[:1]) if keywords.hop is None else _steps(keywords)


def _windows(keywords: Keywords) -> npt.NDArray[np.int8]:
    """Features of every inference, ``int8 [inferences, ...]``."""
    graph, frontend = keywords.graph, keywords.frontend
    if frontend is None:
        return _made_up(graph)
    there = frontend.spec.frames(len(keywords.golden_pcm))
    starts = range(0, there - keywords.frames + 1, keywords.hops_per_inference)
    if not starts:
        raise ConfigError(
            f"the self-test needs a recording of {keywords.frames} frames, this one has {there}"
        )
    frames = frontend.reference(keywords.golden_pcm[np.newaxis])[0]
    return np.stack([frames[start : start + keywords.frames] for start in starts])


def _made_up(graph: Graph) -> npt.NDArray[np.int8]:
    """Features in place of sound: of one run, or of more runs than anything is remembered."""
    runs = graph.memory + 2 if graph.memory else 1
    ends = np.iinfo(graph.input_tensor.dtype)
    shape = (runs, *graph.input_tensor.shape[1:])
    values = np.random.default_rng(FEATURE_SEED).integers(ends.min, ends.max + 1, shape)
    made: npt.NDArray[np.int8] = values.astype(ends.dtype)
    return made


def _steps(keywords: Keywords) -> list[Array]:
    """What each step makes in the hop that fills the first window."""
    assert keywords.hop is not None
    stream, frames = Stream(keywords.hop), _windows(keywords)[0]
    bands = frames.shape[1]
    sound = np.concatenate([np.zeros((stream.missing, bands), np.int8), frames])
    made: list[Array] = []
    for start in range(0, len(sound), keywords.hop.hop):
        made.clear()
        stream.step(sound[start : start + keywords.hop.hop], made.append)
    return made


@dataclass(frozen=True, eq=False)
class _Twin:
    """A frontend that never computes in C, whatever is installed."""

    frontend: Frontend

    @property
    def spec(self) -> FrontendSpec:
        return self.frontend.spec

    def new_state(self) -> State:
        return self.frontend.new_state()

    def compute(self, clips: npt.NDArray[np.int16], state: State) -> npt.NDArray[np.int8]:
        return self.frontend.reference(clips, state)


def _words(keywords: Keywords) -> tuple[Detection, ...]:
    if keywords.frontend is None:
        return ()
    found = spot(
        keywords.scorer(),
        _Twin(keywords.frontend),
        keywords.detector,
        keywords.labels,
        keywords.golden_pcm,
        frames=keywords.frames,
        hops_per_inference=keywords.hops_per_inference,
    )
    return tuple(found)


def _digests(arrays: Sequence[Array]) -> npt.NDArray[np.uint32]:
    return np.array([zlib.crc32(np.ascontiguousarray(a).tobytes()) for a in arrays], np.uint32)
