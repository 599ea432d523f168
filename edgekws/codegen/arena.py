"""Place buffers in one block of memory, reusing what is no longer needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations

from edgekws.codegen.arena_search import smallest

ALIGNMENT = 16  # bytes; every buffer starts at a multiple of it, and so must the arena
MOST_TIES_TRIED = 4  # up to here, every choice of layers in place is


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


Tie = tuple[int, int]  # numbers of two buffers that begin at the same address


@dataclass(frozen=True)
class Plan:
    """Where each buffer starts, in bytes from the arena's start.

    ``lower_bound`` is the most that is in use at one step: no plan can be smaller. It is
    ``optimal`` when that is reached, or when all plans were gone through. The second buffer of a
    tie is written over the first, step by step, by a layer that works in place.
    """

    buffers: tuple[Buffer, ...]
    offsets: tuple[int, ...]
    bytes: int
    lower_bound: int
    ties: tuple[Tie, ...] = ()
    optimal: bool = False

    def offset(self, name: str) -> int:
        """Offset of the buffer called ``name``, bytes."""
        return self.offsets[[buffer.name for buffer in self.buffers].index(name)]

    @property
    def verdict(self) -> str:
        """``optimal``, or the bound that no plan goes below."""
        return "optimal" if self.optimal else f"lower bound {self.lower_bound:,}"


def plan(buffers: Sequence[Buffer], ties: Sequence[Tie] = ()) -> Plan:
    """Return a small plan: the best of a few heuristics, then of a search with a limit.

    Best fit by decreasing size is the rule of TFLite Micro's GreedyMemoryPlanner; the other
    orders win on the graphs where it leaves a gap. For a plain chain of layers, alternating
    between both ends of the arena reaches the lower bound. A tie may be given up where the
    smallest plan is one without it.
    """
    bound = lower_bound(buffers, ties)
    found: list[Plan] = []
    complete = len(ties) <= MOST_TIES_TRIED
    for kept in _choices(ties):
        offsets, exhausted = _place(buffers, kept, bound)
        complete = complete and exhausted
        found.append(_finished(buffers, kept, offsets, bound))
        if found[-1].bytes <= bound:
            break
    best = min(found, key=lambda candidate: candidate.bytes)
    best = replace(best, optimal=complete or best.bytes <= bound)
    check_plan(best)
    return best


def check_plan(plan: Plan) -> None:
    """Assert that no two buffers that live together overlap and that all lie in the arena."""
    places = list(zip(plan.buffers, plan.offsets, strict=True))
    for i, (one, start) in enumerate(places):
        assert start % ALIGNMENT == 0, f"{one.name}: offset {start} is not aligned"
        assert 0 <= start <= plan.bytes - one.bytes, f"{one.name}: outside the arena"
        for j, (other, begin) in enumerate(places[:i]):
            if (j, i) in plan.ties or (i, j) in plan.ties:
                together = max(one.first, other.first) == min(one.last, other.last)
                assert start == begin and together, f"{one.name} is not in place of {other.name}"
                continue
            apart = start + one.bytes <= begin or begin + other.bytes <= start
            assert apart or not one.lives_with(other), f"{one.name} overlaps {other.name}"


def lower_bound(buffers: Sequence[Buffer], ties: Sequence[Tie] = ()) -> int:
    """Return the most bytes in use at one step, each buffer rounded up to the alignment."""
    groups = _groups(buffers, ties)
    return max((_in_use(groups, buffer.first) for buffer in buffers), default=0)


def tensor_name(tensor: int) -> str:
    """Name of the buffer that holds a tensor."""
    return f"tensor {tensor}"


def scratch_name(step: int) -> str:
    """Name of the buffer that node ``step`` works in."""
    return f"scratch of node {step}"


Group = tuple[Buffer, ...]  # what begins at one address


def _choices(ties: Sequence[Tie]) -> Iterator[tuple[Tie, ...]]:
    """All ties, then all but one, and so on; of many ties also none, and nothing between."""
    sizes = range(len(ties), -1, -1)
    if len(ties) > MOST_TIES_TRIED:
        sizes_tried = (len(ties), len(ties) - 1, 0)
        return chain.from_iterable(combinations(ties, size) for size in sizes_tried)
    return chain.from_iterable(combinations(ties, size) for size in sizes)


def _groups(buffers: Sequence[Buffer], ties: Sequence[Tie]) -> list[Group]:
    return [tuple(buffers[i] for i in group) for group in _numbers(len(buffers), ties)]


def _numbers(count: int, ties: Sequence[Tie]) -> list[list[int]]:
    """Numbers of the buffers of each group."""
    group = list(range(count))
    for one, other in ties:
        old, new = group[other], group[one]
        group = [new if name == old else name for name in group]
    return [[i for i in range(count) if group[i] == name] for name in sorted(set(group))]


def _in_use(groups: Sequence[Group], step: int) -> int:
    alive = ([b.bytes for b in group if b.first <= step <= b.last] for group in groups)
    return sum(_aligned(max(sizes, default=0)) for sizes in alive)


def _place(buffers: Sequence[Buffer], ties: Sequence[Tie], bound: int) -> tuple[list[int], bool]:
    """Offset of each buffer, and whether no plan with these ties is smaller."""
    numbers = _numbers(len(buffers), ties)
    groups = [tuple(buffers[i] for i in group) for group in numbers]
    needs = [[_need(one, other) for other in groups] for one in groups]
    candidates = [_alternate(groups, needs, bound)]
    candidates += [_best_fit(needs, order) for order in _orders(groups)]
    sizes = [_aligned(max(b.bytes for b in group)) for group in groups]
    best = min(candidates, key=lambda offsets: _end(sizes, offsets))
    best, exhausted = smallest(needs, sizes, best, bound)
    placed = [0] * len(buffers)
    for group, offset in zip(numbers, best, strict=True):
        for i in group:
            placed[i] = offset
    return placed, exhausted


def _need(one: Group, other: Group) -> int:
    """Bytes of ``one`` that ``other`` must keep off, while both live."""
    return _aligned(max((a.bytes for a in one if any(a.lives_with(b) for b in other)), default=0))


def _orders(groups: Sequence[Group]) -> list[list[int]]:
    everything = range(len(groups))
    size = [max(b.bytes for b in group) for group in groups]
    first = [min(b.first for b in group) for group in groups]
    last = [max(b.last for b in group) for group in groups]
    return [
        sorted(everything, key=lambda i: (-size[i], first[i])),
        sorted(everything, key=lambda i: (first[i], -size[i])),
        sorted(everything, key=lambda i: (first[i] - last[i], -size[i])),
    ]


def _alternate(groups: Sequence[Group], needs: Sequence[Sequence[int]], bound: int) -> list[int]:
    """In running order, each at the start or at the end of the smallest arena; else in a gap."""
    offsets: dict[int, int] = {}
    for i in sorted(range(len(groups)), key=lambda i: min(b.first for b in groups[i])):
        size = _aligned(max(b.bytes for b in groups[i]))
        ends = (start for start in (0, bound - size) if _fits(needs, offsets, i, start))
        offsets[i] = next(ends, -1)
        if offsets[i] < 0:
            del offsets[i]
            offsets[i] = _best_gap(needs, offsets, i)
    return [offsets[i] for i in range(len(groups))]


def _best_fit(needs: Sequence[Sequence[int]], order: Sequence[int]) -> list[int]:
    offsets: dict[int, int] = {}
    for i in order:
        offsets[i] = _best_gap(needs, offsets, i)
    return [offsets[i] for i in range(len(order))]


def _best_gap(needs: Sequence[Sequence[int]], offsets: dict[int, int], i: int) -> int:
    """Start of the smallest gap that group ``i`` fits in; the end when there is none."""
    ends = {0} | {start + needs[j][i] for j, start in offsets.items() if needs[j][i]}
    above = [start for j, start in offsets.items() if needs[j][i]]
    free = [start for start in ends if _fits(needs, offsets, i, start)]
    top = max(above, default=0) + 1
    return min(free, key=lambda s: (min((a for a in above if a > s), default=s + top) - s, s))


def _fits(needs: Sequence[Sequence[int]], offsets: dict[int, int], i: int, start: int) -> bool:
    return start >= 0 and all(
        start + needs[i][j] <= begin or begin + needs[j][i] <= start
        for j, begin in offsets.items()
        if needs[j][i]
    )


def _finished(
    buffers: Sequence[Buffer], ties: tuple[Tie, ...], offsets: Sequence[int], bound: int
) -> Plan:
    end = _end([buffer.bytes for buffer in buffers], offsets)
    return Plan(tuple(buffers), tuple(offsets), _aligned(end), bound, ties)


def _end(sizes: Sequence[int], offsets: Sequence[int]) -> int:
    return max((size + start for size, start in zip(sizes, offsets, strict=True)), default=0)


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT
