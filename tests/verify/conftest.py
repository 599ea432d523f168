"""Fixtures of the verify tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.small_run import small_run

from edgekws.run import Run


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(cache))


@pytest.fixture
def run(own_cache: None, tmp_path: Path) -> Run:
    """A run folder that passes."""
    return small_run(tmp_path)
