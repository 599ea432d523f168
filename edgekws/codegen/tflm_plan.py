"""Bytes of a plan by the rule of TensorFlow Lite Micro's greedy memory planner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """A buffer of ``bytes`` that is in use from step ``first`` to step ``last``, both included."""

    bytes: int
    first: int
    last: int

    def meets(self, other: Interval) -> bool:
        """Whether there is a step in which both are in use."""
        return self.first <= other.last and other.first <= self.last


def greedy_bytes(buffers: Sequence[Interval]) -> int:
    """Return the end of the highest buffer.

    The largest comes first, of equals the one that was named first; each goes to the lowest gap
    between those placed before it that are in use at the same time.
    """
    placed: list[tuple[int, Interval]] = []
    for buffer in sorted(buffers, key=lambda one: -one.bytes):
        offset = 0
        for start, other in sorted(placed, key=lambda one: one[0]):
            if not buffer.meets(other):
                continue
            if start - offset >= buffer.bytes:
                break
            offset = max(offset, start + other.bytes)
        placed.append((offset, buffer))
    return max((start + buffer.bytes for start, buffer in placed), default=0)
