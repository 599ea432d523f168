"""From clips to int8 frames: one file per frontend in `edgekws.features.frontends`."""

from __future__ import annotations

from dataclasses import replace

from edgekws import plugins
from edgekws.errors import UsageError
from edgekws.features import frontends
from edgekws.features.base import Frontend
from edgekws.features.halve import Halved
from edgekws.recipe import FrontendSpec

__all__ = ["Frontend", "find_frontend", "frontend_names"]


def frontend_names() -> tuple[str, ...]:
    """Sorted names of the frontends there are."""
    return plugins.module_names(frontends)


def find_frontend(spec: FrontendSpec) -> Frontend:
    """Return the frontend that ``spec`` asks for.

    Raises
    ------
    UsageError
        No frontend has this name; lists the known ones.
    ConfigError
        Its numbers do not go together; says what to change.
    """
    if spec.name not in frontend_names():
        known = ", ".join(frontend_names())
        raise UsageError(f"frontend {spec.name!r} is not known; known: {known}")
    if spec.halved:
        half = replace(spec, sample_rate_hz=spec.seen_rate_hz, halved=False)
        return Halved(spec, find_frontend(half))
    made = plugins.load(frontends, spec.name).make(spec)
    assert isinstance(made, Frontend)
    return made
