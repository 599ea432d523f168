"""Which templates a piece of code renders."""

from __future__ import annotations

import pytest

from edgekws.codegen import environment


def watch(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return a set that fills with the name of every template rendered from now on."""
    used: set[str] = set()
    real = environment.environment

    def watched() -> object:
        env = real()
        load = env.loader.get_source  # type: ignore[union-attr]

        def get_source(env: object, name: str) -> object:
            used.add(name)
            return load(env, name)  # type: ignore[arg-type]

        env.loader.get_source = get_source  # type: ignore[union-attr,method-assign,assignment]
        return env

    monkeypatch.setattr(environment, "environment", watched)
    return used
