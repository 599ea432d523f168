"""Fixtures of the command-line tests: a run folder made by hand, in a folder of its own."""

from __future__ import annotations

import importlib.util
import shutil
from importlib.machinery import ModuleSpec
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
def here(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and a cache that all tests share."""
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(cache))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def made_root(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDGEKWS_CACHE_DIR", str(cache))
        small_run(root)
    return root


@pytest.fixture(scope="session")
def verified_root(made_root: Path, tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    tools.require("gcc", *tools.CROSS)
    tools.require_package("tflite_micro")
    root = tmp_path_factory.mktemp("verified")
    shutil.copytree(made_root / "runs", root / "runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDGEKWS_CACHE_DIR", str(cache))
        assert verify(Run(root / "runs" / "small"), thoroughness=QUICK).passed
    return root


@pytest.fixture
def run(made_root: Path, here: Path) -> Run:
    """A trained and quantized run ``small`` in the current folder."""
    shutil.copytree(made_root / "runs", here / "runs")
    return runs.find("small")


@pytest.fixture
def verified(verified_root: Path, here: Path) -> Run:
    """The same with a fresh verdict, so that exporting it takes little time."""
    shutil.copytree(verified_root / "runs", here / "runs")
    return runs.find("small")


@pytest.fixture
def clips(made_root: Path) -> Path:
    """Its sounds: ``yes/``, ``no/`` and ``bed/`` with 30 clips each."""
    return made_root / "data"


@pytest.fixture
def no_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without compilers, emulators and TFLite Micro."""
    found = importlib.util.find_spec

    def find(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "tflite_micro" else found(name, package)

    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("EDGEKWS_NO_COMPILER", "1")
    monkeypatch.setattr(importlib.util, "find_spec", find)
