"""SPLIT, SPLIT_V and UNPACK: neighbouring parts of a tensor along one axis."""

from __future__ import annotations

from collections.abc import Sequence

from edgekws.graph.copy import Bytes, View


def parts(axis: int, sizes: Sequence[int]) -> list[View]:
    """Views of neighbouring parts with these sizes along ``axis``."""
    return [_part(axis, sum(sizes[:i]), size) for i, size in enumerate(sizes)]


def elements(axis: int, count: int) -> list[View]:
    """Views of each element along ``axis``, which is gone from them."""
    return [_element(axis, i) for i in range(count)]


def _part(axis: int, start: int, size: int) -> View:
    def take(x: Bytes) -> Bytes:
        return x[(slice(None),) * axis + (slice(start, start + size),)]

    return take


def _element(axis: int, index: int) -> View:
    def take(x: Bytes) -> Bytes:
        return x[((slice(None),) * axis + (index, ...))]

    return take
