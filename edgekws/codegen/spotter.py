"""The portable half of every project: model, frontend and rule of detection as C."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, partial
from typing import Protocol

import numpy as np
import numpy.typing as npt

from edgekws.boards import Board
from edgekws.codegen import runtime
from edgekws.codegen.data import data_files
from edgekws.codegen.environment import Banner, c_integer, render
from edgekws.codegen.frontend import (
    feature_frames,
    frontend_file,
    frontend_view,
    params_name,
)
from edgekws.codegen.model import ModelView, model_files, model_view, runtime_sources
from edgekws.errors import ModelError
from edgekws.features import Frontend
from edgekws.graph.engine import run_graph
from edgekws.graph.types import Graph
from edgekws.kernel import Body
from edgekws.recipe import DetectorSpec
from edgekws.stream.detect import detector_config
from edgekws.stream.hop_graph import HopGraph, hop_graph
from edgekws.stream.spotter import Scorer
from edgekws.stream.stepwise import Stepwise


@dataclass(frozen=True, eq=False)
class Keywords:
    """All that a program is made from.

    Parameters
    ----------
    graph : Graph
        The network.
    model : bytes
        The ``.tflite`` file that ``graph`` was read from.
    labels : tuple[str, ...]
        Names of the scores, in order.
    frontend : Frontend | None
        Makes the features; without one the program starts at features.
    detector : DetectorSpec
        When scores become a detection.
    golden_pcm : int16 [samples]
        A recording for the self-test.
    prefix : str
        Begins every public C name of generated code.
    hops_per_inference : int
        1 runs the network every hop.
    body : Body
        What the kernels are written for.
    context_frames : int | None
        Frames that a network which takes one at a time must have seen before its scores count.
    """

    graph: Graph
    model: bytes
    labels: tuple[str, ...]
    frontend: Frontend | None = None
    detector: DetectorSpec = field(default_factory=DetectorSpec)
    golden_pcm: npt.NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, np.int16))
    prefix: str = "kws"
    hops_per_inference: int = 1
    body: Body = Body.PORTABLE
    context_frames: int | None = None

    def on(self, board: Board) -> Keywords:
        """Return the same for the core of a board."""
        return replace(self, body=board.cpu.body)

    def model_view(self, *, const_section: bool = False) -> ModelView:
        """See `edgekws.codegen.model.model_view`; refuses one that remembers and hears sound."""
        if self.frontend is not None and self.graph.stateful:
            raise ModelError(
                f"the model remembers ({self.graph.stateful[0].op.name}), and the spotter asks for "
                "whole windows; export the network that sees a whole clip"
            )
        return model_view(
            self.graph,
            self.labels,
            body=self.body,
            prefix=self.prefix,
            const_section=const_section,
            hop=self.hop,
        )

    @cached_property
    def hop(self) -> HopGraph | None:
        """The graph of one hop, where it has less to compute than the whole window."""
        if self.frontend is None or self.graph.stateful:
            return None
        graph = hop_graph(self.graph, self.frames, self.hops_per_inference)
        return graph if graph.macs < self.graph.macs else None

    @property
    def frames(self) -> int:
        """Frames in the feature window. Raises `ConfigError` when the frontend does not fit."""
        assert self.frontend is not None
        own = feature_frames(self.graph, self.frontend)
        return own if self.context_frames is None else self.context_frames

    def scorer(self) -> Scorer:
        """Return the numpy reference of the network, for windows in the order of time."""
        if self.context_frames is None:
            return partial(run_graph, self.graph)
        return Stepwise(self.graph, self.hops_per_inference)


@dataclass(frozen=True)
class SpotterView:
    """What the templates may know about the finished spotter. Every value is final."""

    prefix: str
    macro: str
    hops_per_inference: int
    streams: bool
    frontend_function: str
    frontend_params: str
    halved_bytes: int  # 0: its window is the sound as it comes
    scratch_bytes: int
    frontend_state_bytes: int  # kept from frame to frame; 0: nothing is
    detector_words: int
    detector: tuple[tuple[str, str], ...]
    work: str  # C expression of where the frontend's scratch begins
    starts: bool  # the model is started once, and keeps its arena from then on


class Model(Protocol):
    """What a spotter needs to know of the code that runs its model, such as `ModelView`."""

    @property
    def prefix(self) -> str:
        """Begins every public name."""

    @property
    def macro(self) -> str:
        """The same in capital letters."""

    @property
    def hop(self) -> object:
        """What streams, or None."""

    @property
    def inference_arena_bytes(self) -> int:
        """Scratch of one inference."""

    @property
    def keeps_arena(self) -> bool:
        """Whether the arena must not be used by others between two inferences."""


def spotter_view(keywords: Keywords, model: Model) -> SpotterView | None:
    """Finished numbers of the spotter; None without a frontend."""
    frontend = keywords.frontend
    if frontend is None:
        return None
    spec, kernel = frontend.spec, frontend.kernel()
    config = detector_config(
        keywords.detector,
        keywords.labels,
        step_samples=spec.hop_samples * keywords.hops_per_inference,
        sample_rate_hz=spec.sample_rate_hz,
    )
    arena, work = model.inference_arena_bytes, kernel.scratch_bytes
    return SpotterView(
        prefix=model.prefix,
        macro=model.macro,
        hops_per_inference=keywords.hops_per_inference,
        streams=model.hop is not None,
        frontend_function=kernel.function,
        frontend_params=params_name(model.prefix),
        halved_bytes=kernel.halved_bytes,
        scratch_bytes=arena + work if model.keeps_arena else max(arena, work),
        frontend_state_bytes=kernel.state_bytes,
        detector_words=config.memory_words,
        detector=tuple((name, _c_value(name, value)) for name, value in asdict(config).items()),
        work=f"(int8_t *)scratch + {arena}" if model.keeps_arena else "scratch",
        starts=model.keeps_arena,
    )


def portable_files(
    keywords: Keywords, banner: Banner, *, const_section: bool = False, extra: tuple[str, ...] = ()
) -> dict[str, str]:
    """Files of ``model/``, ``frontend/`` and ``runtime/``, the same for every target.

    Parameters
    ----------
    const_section
        The board keeps weights in a memory of their own.
    extra
        More files of the runtime that the program needs.

    Raises
    ------
    ConfigError
        The frontend does not make what the model was trained on.
    """
    view = keywords.model_view(const_section=const_section)
    files = {**model_files(view, banner), **data_files(view, keywords.model, banner)}
    wanted = [
        *runtime_sources(keywords.graph, keywords.body, keywords.hop),
        *view.all_headers,
        "kws_status.h",
        *extra,
    ]
    return {**files, **around_model(keywords, view, banner, wanted)}


def around_model(
    keywords: Keywords, model: Model, banner: Banner, wanted: list[str]
) -> dict[str, str]:
    """Return what is not the model: the finished spotter, its frontend, files of the runtime.

    ``wanted`` are those files of the runtime that the program needs beside the spotter's.
    """
    files: dict[str, str] = {}
    spotter = spotter_view(keywords, model)
    if spotter is not None:
        files.update(_spotter_files(keywords, model, spotter, banner))
        wanted = [*wanted, "kws_spotter.c", "kws_detect.c"]
    names = runtime.needed(wanted)
    files.update({f"runtime/{name}": runtime.read(name) for name in names})
    if keywords.frontend is not None:
        kernel = keywords.frontend.kernel()
        own = set(runtime.needed([*kernel.sources, kernel.header])) - set(names)
        files.update({f"frontend/{name}": runtime.read(name) for name in sorted(own)})
    return files


def _spotter_files(
    keywords: Keywords, model: Model, spotter: SpotterView, banner: Banner
) -> dict[str, str]:
    assert keywords.frontend is not None
    frontend = frontend_view(keywords.frontend, keywords.frames, model.prefix)
    views = {"model": model, "spotter": spotter}
    texts = {
        f"model/{model.prefix}_keywords.{kind}": render(f"common/keywords.{kind}.j2", banner, views)
        for kind in ("h", "c")
    }
    return {**texts, **frontend_file(frontend, banner, model)}


def _c_value(member: str, value: int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = c_integer(value)
    return f"(kws_detect_repeats){text}" if member == "repeats" else text
