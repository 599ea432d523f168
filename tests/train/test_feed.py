"""Batches come in order, ahead of need but not far, and errors come through."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from edgekws.train.feed import AHEAD, Batch, Feed


def batch(step: int) -> Batch:
    """An empty batch."""
    return Batch(step, np.zeros((0, 1, 1), np.int8), np.zeros(0, np.int64))


@pytest.mark.parametrize(("first", "last"), [(0, 30), (5, 6), (7, 7), (3, 3 + AHEAD)])
def test_each_step_comes_once_in_order(first: int, last: int) -> None:
    assert [item.step for item in Feed(batch, first, last)] == list(range(first, last))


def test_it_works_ahead_in_another_thread_but_not_without_bound() -> None:
    made: list[int] = []
    here = threading.get_ident()

    def make(step: int) -> Batch:
        assert threading.get_ident() != here
        made.append(step)
        return batch(step)

    items = iter(Feed(make, 0, 1000))
    next(items)
    time.sleep(0.1)
    assert 2 <= len(made) <= AHEAD + 1
    items.close()  # type: ignore[attr-defined]
    count = len(made)
    time.sleep(0.05)
    assert len(made) == count


def test_what_making_raises_is_raised_where_it_is_read() -> None:
    def make(step: int) -> Batch:
        if step == 3:
            raise OSError("disk is gone")
        return batch(step)

    items = iter(Feed(make, 0, 10))
    assert [next(items).step for _ in range(3)] == [0, 1, 2]
    with pytest.raises(OSError, match="disk is gone"):
        next(items)


def test_waiting_is_measured() -> None:
    def slow(step: int) -> Batch:
        time.sleep(0.02)
        return batch(step)

    feed = Feed(slow, 0, 5)
    start = time.perf_counter()
    list(feed)
    assert 0.04 < feed.waited_s <= time.perf_counter() - start
