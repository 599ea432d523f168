"""Faster kernels: one file for each body, which packs the weights for its inner loops.

Such a file has ``KERNELS``, from an op's name to a function that returns the `Kernel` of one op,
or None where the portable one is as good. It may have ``ROWS`` too, of the same kind: kernels that
read their input as rows, int8 [channels, columns] instead of [columns, channels].
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from edgekws import plugins
from edgekws.kernel import Body, Kernel

Maker = Callable[[Any], Kernel | None]

READ_BEHIND_ROWS = 19  # bytes that a kernel of ``ROWS`` may read behind the last row


def find(op: Any, body: Body) -> Kernel | None:
    """Return what ``body`` has for an `Op`; None when it has nothing of its own."""
    make = _makers(body, "KERNELS").get(op.name)
    return make(op) if make else None


def find_on_rows(op: Any, body: Body) -> Kernel | None:
    """Return what ``body`` has for an `Op` whose input lies in rows, if it has."""
    make = _makers(body, "ROWS").get(op.name)
    return make(op) if make else None


@cache
def _makers(body: Body, table: str) -> Mapping[str, Maker]:
    package = sys.modules[__name__]
    if body.value not in plugins.module_names(package):
        return {}
    found: Mapping[str, Maker] = getattr(plugins.load(package, body.value), table, {})
    return found
