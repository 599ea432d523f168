"""No two buffers that live together overlap, and little memory is wasted."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekws.codegen import arena_search
from edgekws.codegen.arena import ALIGNMENT, Buffer, Plan, check_plan, lower_bound, plan
from edgekws.codegen.storage import Storage, plan_graph
from edgekws.graph.types import Graph, Node, Op, Tensor
from edgekws.kernel import Array, Body, Kernel

STEPS = 12
BODY = Body.PORTABLE


@st.composite
def buffers(draw: st.DrawFn) -> list[Buffer]:
    count = draw(st.integers(0, 14))
    found = []
    for i in range(count):
        first = draw(st.integers(0, STEPS))
        last = draw(st.integers(first, STEPS))
        found.append(Buffer(f"b{i}", draw(st.integers(1, 5000)), first, last))
    return found


def in_use(found: Plan) -> int:
    """Highest byte under a live buffer, found by painting the arena, apart from the plan's own
    check; fails when a byte is painted twice."""
    most = 0
    for step in range(STEPS + 1):
        painted: set[int] = set()
        for buffer, offset in zip(found.buffers, found.offsets, strict=True):
            if buffer.first <= step <= buffer.last:
                span = set(range(offset, offset + buffer.bytes))
                assert not painted & span, f"{buffer.name} paints what is painted"
                painted |= span
        most = max(most, max(painted, default=-1) + 1)
    return most


@given(buffers())
def test_live_buffers_never_overlap(wanted: list[Buffer]) -> None:
    found = plan(wanted)
    assert list(found.buffers) == wanted
    assert in_use(found) <= found.bytes
    assert found.lower_bound == lower_bound(wanted)
    assert found.lower_bound <= found.bytes <= sum(b.bytes + ALIGNMENT for b in wanted)
    assert found.bytes % ALIGNMENT == 0


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=12))
def test_a_chain_of_layers_takes_no_more_than_the_lower_bound(sizes: list[int]) -> None:
    chain = [Buffer(f"t{i}", size, i, i + 1) for i, size in enumerate(sizes)]
    found = plan(chain)
    assert found.bytes == found.lower_bound


@given(buffers(), st.data())
def test_a_planted_overlap_is_found(wanted: list[Buffer], data: st.DataObject) -> None:
    found = plan(wanted)
    pairs = [
        (i, j)
        for i in range(len(wanted))
        for j in range(len(wanted))
        if i != j and wanted[i].lives_with(wanted[j])
    ]
    if not pairs:
        return
    i, j = data.draw(st.sampled_from(pairs))
    offsets = list(found.offsets)
    offsets[i] = offsets[j]
    with pytest.raises(AssertionError, match=r"overlaps|outside"):
        check_plan(dataclasses.replace(found, offsets=tuple(offsets)))


def test_a_buffer_outside_the_arena_is_found() -> None:
    found = plan([Buffer("a", 100, 0, 1)])
    with pytest.raises(AssertionError, match="outside"):
        check_plan(dataclasses.replace(found, offsets=(16,)))
    with pytest.raises(AssertionError, match="not aligned"):
        check_plan(dataclasses.replace(found, offsets=(4,)))


def test_memory_is_used_again() -> None:
    a, b, c = (Buffer(name, 64, i, i + 1) for i, name in enumerate("abc"))
    found = plan([a, b, c])
    assert found.bytes == 128
    assert found.offset("a") == found.offset("c") != found.offset("b")


def test_nothing_needs_nothing() -> None:
    assert plan([]).bytes == 0


def test_small_plans_are_the_smallest() -> None:
    random = np.random.default_rng(5)
    for _ in range(100):
        wanted = made_up(random)
        found = plan(wanted)
        assert found.optimal
        assert found.bytes == exhaustive(wanted)


def test_the_search_finds_what_no_heuristic_does(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = [(3, 1, 4), (1, 3, 5), (2, 2, 2), (2, 2, 3), (3, 0, 1), (1, 0, 3), (1, 4, 6)]
    wanted = [Buffer(str(i), 16 * n, first, last) for i, (n, first, last) in enumerate(sizes)]
    found = plan(wanted)
    assert (found.bytes, found.verdict) == (128, "optimal")
    monkeypatch.setattr(arena_search, "NODES", 1)
    given_up = plan(wanted)
    assert (given_up.bytes, given_up.verdict) == (144, "lower bound 128")


def made_up(random: np.random.Generator) -> list[Buffer]:
    found = []
    for i in range(6):
        first, length = random.integers(0, 5), random.integers(0, 3)
        size = int(random.integers(1, 5)) * ALIGNMENT
        found.append(Buffer(f"b{i}", size, int(first), int(first + length)))
    return found


def exhaustive(buffers: list[Buffer]) -> int:
    """Bytes of the smallest plan, found by trying every offset of every buffer."""

    def go_on(placed: list[tuple[Buffer, int]], best: int) -> int:
        if len(placed) == len(buffers):
            return min(best, max(start + buffer.bytes for buffer, start in placed))
        one = buffers[len(placed)]
        for start in range(0, best - one.bytes, ALIGNMENT):
            apart = (
                start + one.bytes <= begin or begin + other.bytes <= start
                for other, begin in placed
                if one.lives_with(other)
            )
            if all(apart):
                best = go_on([*placed, (one, start)], best)
        return best

    return go_on([], plan(buffers).bytes + ALIGNMENT)


class Stage(Op):
    """Reads its inputs; what it computes does not matter here."""

    name = "STAGE"

    def __init__(self, in_place: bool = True, scratch: int = 0, renames: bool = False) -> None:
        self.made = Kernel("f", "p", "h", (), (), scratch, in_place)
        self.renames = renames

    def run(self, *inputs: Array) -> Array:
        return inputs[0]

    def portable_kernel(self) -> Kernel | None:
        return None if self.renames else self.made


def storage(sizes: list[int], *nodes: tuple[Op, tuple[int, ...]]) -> Storage:
    """Node ``i`` writes tensor ``i + 1``."""
    tensors = tuple(Tensor(str(i), (1, size), "int8") for i, size in enumerate(sizes))
    steps = tuple(Node(op, inputs, i + 1) for i, (op, inputs) in enumerate(nodes))
    return plan_graph(Graph(tensors, steps, 0, len(nodes), "0" * 64), BODY)


def test_layers_in_place_share_the_memory_of_their_input() -> None:
    found = storage(
        [640, 640, 640, 320, 16],
        (Stage(), (0,)), (Stage(scratch=64), (1,)), (Stage(), (2,)), (Stage(), (3,)),
    )  # fmt: skip
    assert found.in_place == {1, 2}  # the graph's input and output are the caller's
    assert found.plan.bytes == found.plan.lower_bound == 640 + 64
    assert found.plan.optimal
    assert len({found.plan.offset(f"tensor {i}") for i in (1, 2, 3)}) == 1


def test_a_layer_in_place_may_write_more_than_it_reads() -> None:
    found = storage([64, 64, 640, 16], (Stage(), (0,)), (Stage(), (1,)), (Stage(), (2,)))
    assert found.in_place == {1}
    assert found.plan.bytes == 640


def test_what_is_read_again_is_not_written_over() -> None:
    again = storage([64] * 5, (Stage(), (0,)), (Stage(), (1,)), (Stage(), (2, 1)), (Stage(), (3,)))
    assert again.in_place == {2}
    assert again.plan.bytes == 128
    twice = storage([64] * 4, (Stage(), (0,)), (Stage(), (1, 1)), (Stage(), (2,)))
    assert not twice.in_place
    not_able = storage([64] * 4, (Stage(), (0,)), (Stage(False), (1,)), (Stage(), (2,)))
    assert not not_able.in_place


def test_renamed_memory_is_one() -> None:
    renames, stage = Stage(renames=True), Stage()
    found = storage([64] * 5, (stage, (0,)), (renames, (1,)), (stage, (2,)), (stage, (3,)))
    assert found.in_place == {2}
    kept = storage([64] * 5, (stage, (0,)), (renames, (1,)), (stage, (2,)), (stage, (3, 1)))
    assert not kept.in_place  # tensor 1 is read after tensor 2, which is the same memory


@given(buffers(), st.data())
def test_a_planted_tie_of_two_that_go_on_is_found(
    wanted: list[Buffer], data: st.DataObject
) -> None:
    found = plan(wanted)
    pairs = [
        (i, j)
        for i in range(len(wanted))
        for j in range(i)
        if min(wanted[i].last, wanted[j].last) > max(wanted[i].first, wanted[j].first)
    ]
    if not pairs:
        return
    tie = data.draw(st.sampled_from(pairs))
    with pytest.raises(AssertionError, match="not in place"):
        check_plan(dataclasses.replace(found, ties=(tie,)))


@given(st.lists(st.tuples(st.integers(1, 2000), st.booleans()), min_size=3, max_size=9))
def test_a_chain_in_place_is_never_larger(layers: list[tuple[int, bool]]) -> None:
    sizes = [64, *(size for size, _ in layers)]
    found = storage(sizes, *((Stage(in_place), (i,)) for i, (_, in_place) in enumerate(layers)))
    without = storage(sizes, *((Stage(False), (i,)) for i in range(len(layers))))
    assert found.plan.lower_bound <= found.plan.bytes <= without.plan.bytes
    assert found.plan.optimal or found.plan.bytes > found.plan.lower_bound


@given(st.integers(1, 2000), st.integers(2, 9))
def test_a_chain_of_one_size_in_place_takes_one_tensor(size: int, layers: int) -> None:
    found = storage([size] * (layers + 2), *((Stage(), (i,)) for i in range(layers + 1)))
    assert found.plan.bytes == -(-size // ALIGNMENT) * ALIGNMENT
    assert found.plan.optimal
