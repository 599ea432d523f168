"""Fixtures of the export tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support import tools
from support.small_run import QUICK, small_run

from edgekws import run as runs
from edgekws.run import Run
from edgekws.verify import verify


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(cache))


@pytest.fixture(scope="session")
def verified_root(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a small run that passed verification."""
    tools.require("gcc", *tools.CROSS)
    pytest.importorskip("tflite_micro")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDGEKWS_CACHE_DIR", str(cache))
        root = tmp_path_factory.mktemp("verified")
        assert verify(small_run(root), thoroughness=QUICK).passed
        return root


@pytest.fixture
def run(verified_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A copy of that run in the current folder; its sounds stay where they are."""
    shutil.copytree(verified_root / "runs", tmp_path / "runs")
    monkeypatch.chdir(tmp_path)
    return runs.find("small")
