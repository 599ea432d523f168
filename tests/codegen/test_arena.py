"""No two buffers that live together overlap, and little memory is wasted."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekws.codegen.arena import ALIGNMENT, Buffer, Plan, check_plan, lower_bound, plan

STEPS = 12


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
