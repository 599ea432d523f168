"""A graph as C: one const struct per node and one function that calls the kernels in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from edgekws.codegen.arena import ALIGNMENT, scratch_name, tensor_name
from edgekws.codegen.edges import EdgesView, edges_view
from edgekws.codegen.environment import Banner, c_type, render
from edgekws.codegen.hop import HopView, hop_view
from edgekws.codegen.hop import kernels as hop_kernels
from edgekws.codegen.params import ParamsView, TableView, constants
from edgekws.codegen.storage import Storage, plan_graph
from edgekws.errors import ModelError, UsageError
from edgekws.graph.types import Graph, Tensor
from edgekws.kernel import Body, Kernel
from edgekws.stream.hop_graph import HopGraph


@dataclass(frozen=True)
class StepView:
    """One node: a comment, the call (none when it only renames its input), what it wrote."""

    comment: str
    function: str
    arguments: str
    index: int
    data: str
    bytes: int


@dataclass(frozen=True)
class StateView:
    """What one layer remembers: ``int32_t name[words]``."""

    name: str
    comment: str
    words: int


@dataclass(frozen=True)
class ModelView:
    """What the templates may know about a model. Every value is final."""

    prefix: str
    macro: str
    headers: tuple[str, ...]
    tables: tuple[TableView, ...]
    params: tuple[ParamsView, ...]
    steps: tuple[StepView, ...]
    labels: tuple[str, ...]
    input_shape: str
    input_bytes: int
    arena_bytes: int
    macs: str
    arena_verdict: str  # see `edgekws.codegen.arena.Plan.verdict`
    uses_arena: bool
    const_section: bool
    hop: HopView | None  # what streams, where it does
    edges: EdgesView
    states: tuple[StateView, ...]  # of layers that remember

    @property
    def inference_arena_bytes(self) -> int:
        """Scratch of one inference in the exported program: of one hop where it streams."""
        return (self.hop or self).arena_bytes

    @property
    def inference_arena_verdict(self) -> str:
        """How near that is to the least."""
        return (self.hop or self).arena_verdict

    @property
    def keeps_arena(self) -> bool:
        """Nothing in the arena outlives an inference."""
        return False

    @property
    def state_bytes(self) -> int:
        """Bytes that a model keeps from hop to hop, or from run to run."""
        return self.hop.state_bytes if self.hop else self.layer_state_bytes

    @property
    def layer_state_bytes(self) -> int:
        """Bytes of what its layers remember from run to run."""
        return 4 * sum(view.words for view in self.states)

    @property
    def all_headers(self) -> tuple[str, ...]:
        """Sorted headers that the code includes."""
        own = (*self.hop.headers, "kws_history.h") if self.hop else ()
        return tuple(sorted({*self.headers, *own}))


def model_view(
    graph: Graph,
    labels: tuple[str, ...],
    *,
    body: Body = Body.PORTABLE,
    prefix: str = "kws",
    const_section: bool = False,
    hop: HopGraph | None = None,
) -> ModelView:
    """Plan the arena and write down the calls.

    Parameters
    ----------
    labels
        Names of the scores, in order.
    body
        What the kernels are written for.
    prefix
        Begins every public name, so that two models fit in one program.
    const_section
        The board keeps weights in a memory of their own.
    hop
        The graph of one hop, for a model that streams.

    Raises
    ------
    UsageError
        The prefix is no C name.
    ModelError
        There is not one label for each score, or the graph computes nothing.
    """
    check_prefix(prefix)
    if graph.output_tensor.size != len(labels):
        raise ModelError(
            f"the model has {graph.output_tensor.size} scores but {len(labels)} labels are given: "
            f"{', '.join(labels)}"
        )
    storage = plan_graph(graph, body)
    if storage.roots[graph.output] == graph.input:
        raise ModelError("the model computes nothing: its output is its input")
    kernels = [(i, node.op.kernel(body)) for i, node in enumerate(graph.nodes)]
    parts = [constants(kernel, f"node{i}") for i, kernel in kernels if kernel is not None]
    tables = tuple(table for tables, _ in parts for table in tables)
    return ModelView(
        prefix=prefix,
        macro=prefix.upper(),
        headers=tuple(sorted({kernel.header for _, kernel in kernels if kernel})),
        tables=tables,
        params=tuple(params for _, params in parts),
        steps=tuple(_step(graph, storage, i, body) for i in range(len(graph.nodes))),
        labels=labels,
        input_shape=_shape(graph.input_tensor),
        input_bytes=graph.input_tensor.bytes,
        arena_bytes=max(storage.plan.bytes, ALIGNMENT),  # C has no array of 0 bytes
        macs=f"{graph.macs:,}",
        arena_verdict=storage.plan.verdict,
        uses_arena=storage.plan.bytes > 0,
        const_section=const_section,
        hop=None if hop is None else hop_view(hop, body, tables),
        edges=edges_view(graph, prefix),
        states=tuple(_states(graph, body)),
    )


def check_prefix(prefix: str) -> None:
    """Raise `UsageError` unless C names can begin with ``prefix``."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", prefix):
        raise UsageError(
            f"prefix {prefix!r}: use a small letter, then small letters, digits and '_'"
        )


def model_files(view: ModelView, banner: Banner) -> dict[str, str]:
    """``model/<prefix>_model.h`` and ``.c``."""
    return {
        f"model/{view.prefix}_model.{kind}": render(
            f"common/model.{kind}.j2", banner, {"model": view}
        )
        for kind in ("h", "c")
    }


def runtime_sources(graph: Graph, body: Body, hop: HopGraph | None = None) -> tuple[str, ...]:
    """Sorted ``.c`` files of the runtime that the kernels need, of the clip and of one hop."""
    kernels = [node.op.kernel(body) for node in graph.nodes]
    if hop is not None:
        kernels += hop_kernels(hop, body)
        return tuple(sorted({"kws_history.c", *_sources(kernels)}))
    return tuple(sorted(_sources(kernels)))


def _sources(kernels: Iterable[Kernel | None]) -> set[str]:
    return {source for kernel in kernels if kernel for source in kernel.sources}


def _step(graph: Graph, storage: Storage, index: int, body: Body) -> StepView:
    node = graph.nodes[index]
    kernel = node.op.kernel(body)
    inputs = [graph.tensors[i] for i in node.inputs]
    output = graph.tensors[node.output]
    place = _place(graph, storage, node.output)
    return StepView(
        comment=f"{node.op.name}: {', '.join(map(_shape, inputs))} -> {_shape(output)}",
        function=kernel.function if kernel else "",
        arguments=_arguments(graph, storage, index, kernel) if kernel else "",
        index=index,
        data=place,
        bytes=output.bytes,
    )


def _arguments(graph: Graph, storage: Storage, index: int, kernel: Kernel) -> str:
    node = graph.nodes[index]
    words = [f"&node{index}", *(_place(graph, storage, i) for i in (*node.inputs, node.output))]
    if kernel.scratch_bytes:
        words.append(_at(storage.plan.offset(scratch_name(index))))
    if kernel.state_bytes:
        words.append(f"state->{_state_name(index)}")
    return ", ".join(words)


def _states(graph: Graph, body: Body) -> Iterator[StateView]:
    for index, node in enumerate(graph.nodes):
        kernel = node.op.kernel(body)
        if kernel is not None and kernel.state_bytes:
            comment = f"{node.op.name} -> {_shape(graph.tensors[node.output])}"
            yield StateView(_state_name(index), comment, -(-kernel.state_bytes // 4))


def _state_name(index: int) -> str:
    return f"layer{index}"


def _place(graph: Graph, storage: Storage, tensor: int) -> str:
    """C expression of where a tensor's values start."""
    root = storage.roots[tensor]
    if root == storage.roots[graph.input]:
        return "features"
    if root == storage.roots[graph.output]:
        return "scores"
    place = _at(storage.plan.offset(tensor_name(root)))
    kind = c_type(np.dtype(graph.tensors[tensor].dtype))
    return place if kind == "int8_t" else f"({kind} *)(void *){place}"


def _at(offset: int) -> str:
    return f"&memory[{offset}]"


def _shape(tensor: Tensor) -> str:
    return f"{tensor.dtype} [{', '.join(str(side) for side in tensor.shape)}]"
