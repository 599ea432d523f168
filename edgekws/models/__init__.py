"""Shape: frames to scores, one file per architecture."""

from __future__ import annotations

from edgekws import plugins
from edgekws.errors import UsageError
from edgekws.models import architectures
from edgekws.models.architecture import Architecture

__all__ = ["Architecture", "architecture_names", "find_architecture"]


def architecture_names() -> tuple[str, ...]:
    """Names that `find_architecture` knows, sorted."""
    return plugins.module_names(architectures)


def find_architecture(name: str) -> Architecture:
    """Return the architecture of that name; TensorFlow is not imported before ``build``.

    Raises
    ------
    UsageError
        There is no such architecture; lists those there are.
    """
    known = architecture_names()
    if name not in known:
        raise UsageError(f"unknown architecture {name!r}; known: {', '.join(known)}")
    architecture = plugins.load(architectures, name).ARCHITECTURE
    assert isinstance(architecture, Architecture)
    return architecture
