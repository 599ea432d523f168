"""Sizes as users type them, and how far a cost is above its limit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekws.sweep.budget import Budget, Cost, said, size

COST = Cost(70_000, 20_000, 500_000, 2, 0.5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("64k", 65_536), ("64K", 65_536), ("24KiB", 24_576), ("1.5M", 1_572_864), ("900", 900)],
)
def test_sizes(text: str, expected: int) -> None:
    assert size(text) == expected


@pytest.mark.parametrize(
    "text", ["", "k", "-1k", "64kk", "1e3", "0", "0.0001", "nan", "64 bits", "9" * 5000]
)
def test_no_sizes(text: str) -> None:
    with pytest.raises(ValueError, match=r"size like 64k|between a byte"):
        size(text)


def test_what_is_above_the_budget_is_named() -> None:
    assert Budget().excess(COST) == {}
    assert Budget(70_000, 20_000, 500_000).excess(COST) == {}
    found = Budget(35_000, 19_999, None).excess(COST)
    assert found == {"flash_bytes": 1.0, "ram_bytes": pytest.approx(1 / 19_999)}
    assert said(found, COST) == "flash 70,000, RAM 20,000"
    slow = Cost(1, 1, 1, 1, 1.25)
    assert Budget().excess(slow) == {"clock_share": 0.25}


@given(st.integers(1, 2**40), st.integers(1, 2**40))
def test_a_limit_itself_is_within(limit: int, needed: int) -> None:
    found = Budget(flash_bytes=limit).excess(Cost(needed, 1, 1, 1, None))
    assert bool(found) == (needed > limit)
