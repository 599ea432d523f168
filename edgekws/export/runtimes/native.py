"""``native``: the C that edgekws generates; on every target, in every layout."""

from __future__ import annotations

from edgekws.export.runtime import Runtime
from edgekws.export.target import Target


class Native(Runtime):
    """Kernels with constant parameters, called in order."""

    name = "native"

    def of(self, target: Target) -> Target:
        """Return the target as it is."""
        return target


RUNTIME = Native()
