"""What a network is and takes, in figures: layers, constants, and the plan of its arena."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from edgekws.boards import Board
from edgekws.codegen.arena import scratch_name, tensor_name
from edgekws.codegen.spotter import Keywords
from edgekws.codegen.storage import Storage, plan_graph
from edgekws.graph.describe import Layer, describe
from edgekws.graph.types import Graph
from edgekws.kernel import Kernel


@dataclass(frozen=True)
class Place:
    """A buffer of the arena. It is in use from layer ``first`` to layer ``last``, both included."""

    what: str  # output of layer 0 CONV_2D
    offset: int  # from the arena's start, bytes
    bytes: int
    first: int
    last: int
    in_place: bool  # written over what the layer reads, value by value


@dataclass(frozen=True)
class Room:
    """What a board has for what is sure to be needed; code comes on top. Sizes are bytes."""

    board: str
    flash_needed: int
    flash_there: int
    ram_needed: int  # arena, feature window or what streaming keeps, and stack
    ram_there: int

    @property
    def fits(self) -> bool:
        """Whether there may be room; only `edgekws export` measures it."""
        return self.flash_needed <= self.flash_there and self.ram_needed <= self.ram_there


@dataclass(frozen=True)
class Recomputed:
    """A layer that every inference computes for the whole window, or for what is left of it."""

    layer: int
    op: str
    macs: int


@dataclass(frozen=True)
class Streaming:
    """What an inference computes when the old columns are kept. Sizes are bytes."""

    hops_per_inference: int
    milliseconds: float  # of sound, from one inference to the next
    macs: int  # of one inference
    recomputed: tuple[Recomputed, ...]
    state_bytes: int  # kept from one inference to the next
    arena_bytes: int  # in place of the arena of a whole window
    arena_plan: str  # optimal, or the bound that no plan goes below
    input_bytes: int  # the new frames, in place of the feature window


@dataclass(frozen=True)
class Summary:
    """One network. Sizes are bytes, on the device."""

    model_sha256: str
    model_bytes: int  # the .tflite file
    input_shape: tuple[int, ...]
    labels: tuple[str, ...]
    layers: tuple[Layer, ...]
    in_use: tuple[int, ...]  # arena bytes while each layer runs
    places: tuple[Place, ...]
    arena_bytes: int
    lower_bound_bytes: int  # most that is in use at once: no plan can be smaller
    arena_is_optimal: bool  # reached, or all plans were gone through
    input_bytes: int  # the feature window, outside the arena
    state_bytes: int  # of layers that remember from run to run, outside the arena
    frontend_work_bytes: int | None  # takes turns with the arena; None without a frontend
    frontend_state_bytes: int | None  # what it keeps from frame to frame
    frontend_constant_bytes: int | None  # its tables, in flash
    parameters: int
    macs: int
    constant_bytes: int  # tables of all layers, in flash
    streaming: Streaming | None  # None: every inference computes the whole window

    def room_on(self, board_id: str, board: Board) -> Room:
        """Compare with the memories of a board."""
        memory = board.memory
        arena, held = self.arena_bytes, self.input_bytes + self.state_bytes
        if self.streaming is not None:
            arena = self.streaming.arena_bytes
            held = self.streaming.input_bytes + self.streaming.state_bytes
        held += self.frontend_state_bytes or 0
        working = max(arena, self.frontend_work_bytes or 0)
        return Room(
            board_id,
            self.constant_bytes + (self.frontend_constant_bytes or 0),
            memory.flash_bytes + memory.const_bytes,
            working + held + memory.stack_bytes,
            memory.ram_bytes,
        )


def summarize(keywords: Keywords) -> Summary:
    """Return the figures of the code that would be generated.

    Raises
    ------
    ConfigError
        The frontend does not make what the model was trained on.
    ModelError
        The graph computes nothing.
    """
    graph = keywords.graph
    view = keywords.model_view()  # refuses what has no code
    kernel = None
    if keywords.frontend is not None:
        assert keywords.frames  # refuses a frontend that does not fit
        kernel = keywords.frontend.kernel()
    storage, layers = plan_graph(graph, keywords.body), describe(graph, keywords.body)
    places = _places(graph, storage)
    return Summary(
        model_sha256=graph.sha256,
        model_bytes=len(keywords.model),
        input_shape=graph.input_tensor.shape,
        labels=keywords.labels,
        layers=layers,
        in_use=tuple(_in_use(places, step) for step in range(len(layers))),
        places=places,
        arena_bytes=storage.plan.bytes,
        lower_bound_bytes=storage.plan.lower_bound,
        arena_is_optimal=storage.plan.optimal,
        input_bytes=graph.input_tensor.bytes,
        state_bytes=view.layer_state_bytes,
        frontend_work_bytes=kernel.scratch_bytes if kernel else None,
        frontend_state_bytes=kernel.state_bytes if kernel else None,
        frontend_constant_bytes=_table_bytes(kernel) if kernel else None,
        parameters=sum(layer.parameters for layer in layers),
        macs=graph.macs,
        constant_bytes=sum(layer.table_bytes for layer in layers),
        streaming=_streaming(keywords),
    )


def _streaming(keywords: Keywords) -> Streaming | None:
    hop, view = keywords.hop, keywords.model_view().hop
    if hop is None or view is None or keywords.frontend is None:
        return None
    numbers = {id(node): number for number, node in enumerate(keywords.graph.nodes)}
    return Streaming(
        hops_per_inference=hop.hop,
        milliseconds=hop.hop * keywords.frontend.spec.hop_ms,
        macs=hop.macs,
        recomputed=tuple(
            Recomputed(numbers[id(step.clip)], step.node.op.name, step.node.op.macs)
            for step in hop.recomputed
        ),
        state_bytes=view.state_bytes,
        arena_bytes=view.arena_bytes,
        arena_plan=view.arena_verdict,
        input_bytes=view.input_bytes,
    )


def _table_bytes(kernel: Kernel) -> int:
    return sum(value.nbytes for _, value in kernel.fields if isinstance(value, np.ndarray))


def _places(graph: Graph, storage: Storage) -> tuple[Place, ...]:
    """Buffers in the order of their first use."""
    said = {}
    for step, node in enumerate(graph.nodes):
        said[tensor_name(node.output)] = f"output of layer {step} {node.op.name}"
        said[scratch_name(step)] = f"scratch of layer {step} {node.op.name}"
    written_over = {tensor_name(graph.nodes[step].output) for step in storage.in_place}
    end = len(graph.nodes) - 1
    found = [
        # The last layer's output is read by nobody inside the graph.
        Place(said[b.name], offset, b.bytes, b.first, min(b.last, end), b.name in written_over)
        for b, offset in zip(storage.plan.buffers, storage.plan.offsets, strict=True)
    ]
    return tuple(sorted(found, key=lambda place: (place.first, place.offset)))


def _in_use(places: tuple[Place, ...], step: int) -> int:
    taken: dict[int, int] = {}  # by offset: a layer in place has two tensors there
    for place in places:
        if place.first <= step <= place.last:
            taken[place.offset] = max(place.bytes, taken.get(place.offset, 0))
    return sum(taken.values())
