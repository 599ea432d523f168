"""The compiled library: cached by content, written whole, and done without where it must be."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from support import tools

from edgekws.errors import BuildError
from edgekws.features import Frontend, find_frontend, hostlib
from edgekws.recipe import FrontendSpec
from edgekws.resources import templates_folder


@pytest.fixture
def frontend() -> Frontend:
    return find_frontend(FrontendSpec())


@pytest.fixture
def pcm() -> np.ndarray:
    return np.random.default_rng(0).normal(0, 3000, (3, 8_000)).astype(np.int16)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache folder."""
    tools.require("cc")
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def forget() -> None:
    """As a new process would."""
    hostlib._library.cache_clear()


def test_a_library_is_made_once_and_anew_for_other_sources(
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    frontend: Frontend,
    pcm: np.ndarray,
) -> None:
    frontend.compute(pcm)
    (made,) = (cache / "libraries").iterdir()
    time = made.stat().st_mtime_ns
    forget()
    frontend.compute(pcm)
    assert [made] == list((cache / "libraries").iterdir())
    assert made.stat().st_mtime_ns == time

    templates = tmp_path / "templates"
    shutil.copytree(templates_folder(), templates)
    with (templates / "runtime" / "kws_log2.h").open("a") as header:
        header.write("/* changed */\n")
    monkeypatch.setattr(hostlib, "templates_folder", lambda: templates)
    forget()
    frontend.compute(pcm)
    assert len(list((cache / "libraries").iterdir())) == 2


@pytest.mark.parametrize("switch", ["EDGEKWS_NO_COMPILER", "PATH"])
def test_without_a_compiler_numpy_gives_the_same_bits(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    frontend: Frontend,
    pcm: np.ndarray,
    switch: str,
) -> None:
    tools.require("cc")
    compiled = frontend.compute(pcm)
    monkeypatch.setenv(switch, "1" if switch == "EDGEKWS_NO_COMPILER" else str(tmp_path))
    assert hostlib.find_compiler() is None
    monkeypatch.setattr(hostlib, "FrontendLibrary", None)
    np.testing.assert_array_equal(frontend.compute(pcm), compiled)


def test_a_broken_compiler_is_one_clear_line(
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    frontend: Frontend,
    pcm: np.ndarray,
) -> None:
    (tmp_path / "cc").write_text("#!/bin/sh\necho out of order >&2\nexit 1\n")
    (tmp_path / "cc").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(BuildError, match=r"cannot compile .*: out of order; .*NO_COMPILER=1"):
        frontend.compute(pcm)
    assert list((cache / "libraries").iterdir()) == []


def test_python_and_c_must_agree_on_the_struct(
    frontend: Frontend, monkeypatch: pytest.MonkeyPatch, pcm: np.ndarray
) -> None:
    tools.require("cc")
    kernel = frontend.kernel()
    object.__setattr__(kernel, "fields", kernel.fields[:-2])
    monkeypatch.setattr(frontend, "kernel", lambda: kernel)
    with pytest.raises(BuildError, match="fields of Python and C differ"):
        frontend.compute(pcm)


def test_any_layout_of_clips_will_do(frontend: Frontend, pcm: np.ndarray) -> None:
    np.testing.assert_array_equal(frontend.compute(np.asfortranarray(pcm)), frontend.reference(pcm))
    np.testing.assert_array_equal(frontend.compute(pcm[:, ::2]), frontend.reference(pcm[:, ::2]))
