"""Faster kernels: one file for each body, which packs the weights for its inner loops.

Such a file has ``KERNELS``, from an op's name to a function that returns the `Kernel` of one op,
or None where the portable one is as good.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from edgekws import plugins
from edgekws.kernel import Body, Kernel

Maker = Callable[[Any], Kernel | None]


def find(op: Any, body: Body) -> Kernel | None:
    """Return what ``body`` has for an `Op`; None when it has nothing of its own."""
    make = _makers(body).get(op.name)
    return make(op) if make else None


@cache
def _makers(body: Body) -> Mapping[str, Maker]:
    package = sys.modules[__name__]
    if body.value not in plugins.module_names(package):
        return {}
    found: Mapping[str, Maker] = plugins.load(package, body.value).KERNELS
    return found
