"""Run folders: made, found, recorded, and stale when a file changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from edgekws import run as runs
from edgekws.errors import ConfigError, UsageError
from edgekws.files import write_text
from edgekws.recipe import Recipe


def test_names_count_up_and_newest_is_found(tmp_path: Path) -> None:
    first = runs.create(Recipe(), root=tmp_path)
    second = runs.create(Recipe(), root=tmp_path)
    assert (first.name, second.name) == ("tiny_conv-1", "tiny_conv-2")
    os.utime(second.path / "recipe.toml", ns=(1, 1))
    assert runs.find(None, tmp_path) == first
    assert runs.find("tiny_conv-2", tmp_path) == second
    assert runs.find(str(second.path), tmp_path / "elsewhere") == second


def test_bad_names(tmp_path: Path) -> None:
    runs.create(Recipe(), "a", tmp_path)
    with pytest.raises(UsageError, match="exists already"):
        runs.create(Recipe(), "a", tmp_path)
    for name in ("../a", "a/b", ".hidden", "a b", "x" * 200):
        with pytest.raises(UsageError, match="run name"):
            runs.create(Recipe(), name, tmp_path)


def test_no_run_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="start with `edgekws train`"):
        runs.find(None, tmp_path)
    runs.create(Recipe(), "a", tmp_path)
    with pytest.raises(UsageError, match=r"b: no such run; known under .*: a"):
        runs.find("b", tmp_path)


def test_a_changed_file_makes_a_stage_stale(tmp_path: Path) -> None:
    run = runs.create(Recipe(), "a", tmp_path)
    weights = run.path / "float" / "weights"
    write_text(weights, "1")
    inputs = {"recipe": run.path / "recipe.toml"}
    run.record("train", inputs=inputs, outputs={"weights": weights}, facts={"clips": 3})
    assert run.require("train")["facts"] == {"clips": 3}
    write_text(weights, "2")
    with pytest.raises(ConfigError, match="float/weights changed since `train` ran"):
        run.require("train")
    weights.unlink()
    with pytest.raises(ConfigError, match="run `edgekws train --resume a` again"):
        run.require("train")


def test_a_stage_that_never_ran(tmp_path: Path) -> None:
    run = runs.create(Recipe(), "a", tmp_path)
    with pytest.raises(ConfigError, match="no quantize yet; run `edgekws quantize a`"):
        run.require("quantize")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"stages": 3}', "\x00"])
def test_a_broken_manifest_is_one_line(tmp_path: Path, text: str) -> None:
    run = runs.create(Recipe(), "a", tmp_path)
    (run.path / "manifest.json").write_text(text)
    with pytest.raises(ConfigError, match=r"manifest\.json: not a manifest of edgekws"):
        run.require("train")
