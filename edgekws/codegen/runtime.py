"""Which hand-written files a program needs: kernels, and whatever they include."""

from __future__ import annotations

import re
from collections.abc import Iterable

from edgekws.resources import templates_folder

_INCLUDE = re.compile(r'^#include "(kws_\w+\.h)"', re.MULTILINE)


def needed(names: Iterable[str]) -> tuple[str, ...]:
    """Sorted ``names`` and every header of the runtime that they include, at any depth."""
    folder = templates_folder() / "runtime"
    found: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in found and (folder / name).exists():
            found.add(name)
            left += _INCLUDE.findall(read(name))
    return tuple(sorted(found))


def read(name: str) -> str:
    """Text of one file of the runtime."""
    return (templates_folder() / "runtime" / name).read_text(encoding="utf-8")
