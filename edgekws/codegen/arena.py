"""Place activations and scratch in one block of memory, reusing what is no longer needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from edgekws.graph.types import Graph
from edgekws.kernel import Body

ALIGNMENT = 16  # bytes; every buffer starts at a multiple of it, and so must the arena


@dataclass(frozen=True)
class Buffer:
    """Memory that is in use from step ``first`` to step ``last``, both included."""

    name: str
    bytes: int
    first: int
    last: int

    def lives_with(self, other: Buffer) -> bool:
        """Whether both are in use at some step."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Plan:
    """Where each buffer starts, in bytes from the arena's start.

    ``lower_bound`` is the most that is in use at one step: no plan can be smaller.
    """

    buffers: tuple[Buffer, ...]
    offsets: tuple[int, ...]
    bytes: int
    lower_bound: int

    def offset(self, name: str) -> int:
        """Offset of the buffer called ``name``, bytes."""
        return self.offsets[[buffer.name for buffer in self.buffers].index(name)]


def plan(buffers: Sequence[Buffer]) -> Plan:
    """Return a small plan: best fit, tried in a few orders, the smallest wins.

    Best fit by decreasing size is the rule of TFLite Micro's GreedyMemoryPlanner; the other
    orders win on the graphs where it leaves a gap. For a plain chain of layers, alternating
    between both ends of the arena reaches the lower bound.
    """
    keys = [
        [(-b.bytes, b.first) for b in buffers],
        [(b.first, -b.bytes) for b in buffers],
        [(b.first - b.last, -b.bytes) for b in buffers],
    ]
    candidates = [_finished(buffers, _alternate(buffers))]
    candidates += [_finished(buffers, _best_fit(buffers, key)) for key in keys]
    best = min(candidates, key=lambda candidate: candidate.bytes)
    check_plan(best)
    return best


def check_plan(plan: Plan) -> None:
    """Assert that no two buffers that live together overlap and that all lie in the arena."""
    places = list(zip(plan.buffers, plan.offsets, strict=True))
    for i, (one, start) in enumerate(places):
        assert start % ALIGNMENT == 0, f"{one.name}: offset {start} is not aligned"
        assert 0 <= start <= plan.bytes - one.bytes, f"{one.name}: outside the arena"
        for other, begin in places[:i]:
            apart = start + one.bytes <= begin or begin + other.bytes <= start
            assert apart or not one.lives_with(other), f"{one.name} overlaps {other.name}"


def lower_bound(buffers: Sequence[Buffer]) -> int:
    """Return the most bytes in use at one step, each buffer rounded up to the alignment."""
    steps = {buffer.first for buffer in buffers}
    return max(
        (sum(_aligned(b.bytes) for b in buffers if b.first <= s <= b.last) for s in steps),
        default=0,
    )


@dataclass(frozen=True)
class Storage:
    """What each tensor of a graph is kept in.

    ``roots`` maps a tensor to the tensor whose memory it shares: itself, or the one that a
    reshape renamed. The graph's input and output belong to the caller and are not in ``plan``.
    """

    plan: Plan
    roots: dict[int, int]


def plan_graph(graph: Graph, body: Body) -> Storage:
    """Plan the arena of one inference."""
    roots = _roots(graph, body)
    last_use = {roots[graph.output]: len(graph.nodes)}
    for step, node in enumerate(graph.nodes):
        for tensor in node.inputs:
            last_use[roots[tensor]] = max(step, last_use.get(roots[tensor], 0))
    outside = {roots[graph.input], roots[graph.output]}
    buffers = []
    for step, node in enumerate(graph.nodes):
        kernel = node.op.kernel(body)
        if kernel is None:
            continue
        if node.output not in outside:
            last = last_use.get(node.output, step)
            size = graph.tensors[node.output].bytes
            buffers.append(Buffer(tensor_name(node.output), size, step, last))
        if kernel.scratch_bytes:
            buffers.append(Buffer(scratch_name(step), kernel.scratch_bytes, step, step))
    return Storage(plan(buffers), roots)


def tensor_name(tensor: int) -> str:
    """Name of the buffer that holds a tensor."""
    return f"tensor {tensor}"


def scratch_name(step: int) -> str:
    """Name of the buffer that node ``step`` works in."""
    return f"scratch of node {step}"


def _roots(graph: Graph, body: Body) -> dict[int, int]:
    roots = {graph.input: graph.input}
    for node in graph.nodes:
        shares = node.op.kernel(body) is None
        roots[node.output] = roots[node.inputs[0]] if shares else node.output
    return roots


def _finished(buffers: Sequence[Buffer], offsets: dict[int, int]) -> Plan:
    end = max((offsets[i] + buffer.bytes for i, buffer in enumerate(buffers)), default=0)
    placed = tuple(offsets[i] for i in range(len(buffers)))
    return Plan(tuple(buffers), placed, _aligned(end), lower_bound(buffers))


def _alternate(buffers: Sequence[Buffer]) -> dict[int, int]:
    """In running order, each at the start or at the end of the smallest arena; else in a gap."""
    offsets: dict[int, int] = {}
    bound = lower_bound(buffers)
    for index in sorted(range(len(buffers)), key=lambda i: buffers[i].first):
        size = _aligned(buffers[index].bytes)
        taken = _taken(buffers, offsets, index)
        ends = (start for start in (0, bound - size) if _is_free(taken, start, size))
        offsets[index] = next(ends, _best_gap(taken, size))
    return offsets


def _best_fit(buffers: Sequence[Buffer], keys: Sequence[tuple[int, int]]) -> dict[int, int]:
    offsets: dict[int, int] = {}
    for index in sorted(range(len(buffers)), key=keys.__getitem__):
        taken = _taken(buffers, offsets, index)
        offsets[index] = _best_gap(taken, _aligned(buffers[index].bytes))
    return offsets


def _taken(buffers: Sequence[Buffer], offsets: dict[int, int], index: int) -> list[tuple[int, int]]:
    """Sorted start and end of what is placed already and lives with the buffer."""
    return sorted(
        (start, start + _aligned(buffers[i].bytes))
        for i, start in offsets.items()
        if buffers[i].lives_with(buffers[index])
    )


def _is_free(taken: Sequence[tuple[int, int]], start: int, size: int) -> bool:
    return all(start + size <= begin or end <= start for begin, end in taken)


def _best_gap(taken: Sequence[tuple[int, int]], size: int) -> int:
    """Start of the smallest gap of at least ``size`` bytes; the end when there is none."""
    free, best = 0, None
    for start, end in taken:
        gap = start - free
        if gap >= size and (best is None or gap < best[0]):
            best = (gap, free)
        free = max(free, end)
    return free if best is None else best[1]


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT
