"""What runs the network of a project, and how it is found: one file of `edgekws.export.runtimes`.

A runtime turns a target into the target whose project it runs in, or refuses it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from edgekws import plugins
from edgekws.errors import UsageError
from edgekws.export import runtimes
from edgekws.export.target import NATIVE, Target


class Runtime(ABC):
    """One engine for the network; frontend, spotter and detector are the same with each."""

    name: ClassVar[str]

    @abstractmethod
    def of(self, target: Target) -> Target:
        """Return ``target`` with this runtime.

        Raises
        ------
        UsageError
            It is not for this target or its layout; says for which it is.
        """


def runtime_names() -> tuple[str, ...]:
    """Sorted names of the runtimes there are, the usual one first."""
    names = (name.replace("_", "-") for name in plugins.module_names(runtimes))
    return tuple(sorted(names, key=lambda name: (name != NATIVE, name)))


def find_runtime(name: str) -> Runtime:
    """Return the runtime called ``name``. Raises `UsageError` listing the known ones."""
    if name not in runtime_names():
        raise UsageError(f"runtime {name!r} is not known; known: {', '.join(runtime_names())}")
    made = plugins.load(runtimes, name.replace("-", "_")).RUNTIME
    assert isinstance(made, Runtime)
    return made
