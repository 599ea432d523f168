"""Runs side by side."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from support.command_line import ask, refused
from support.small_run import small_run

from edgekws.metrics import mcnemar_p
from edgekws.run import Run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("compared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDGEKWS_CACHE_DIR", str(root / "cache"))
        small_run(root)
    return root


@pytest.fixture
def pair(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Run, Run]:
    """Two runs; the second answers the first three clips with label 3."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(made / "runs", tmp_path / "runs")
    shutil.copytree(made / "runs" / "small", tmp_path / "runs" / "other")
    other = Run(Path("runs") / "other")
    stored = other.path / "float" / "test_scores.npz"
    with np.load(stored) as file:
        kept = {key: file[key] for key in file.files}
    kept["scores"][:3] = np.eye(4, dtype=np.float32)[3]
    np.savez(stored, **kept)
    other.record("train", inputs={"recipe": other.path / "recipe.toml"}, outputs={"test": stored})
    other.record("quantize", inputs={"test": stored}, outputs={"model": other.model})
    return Run(Path("runs") / "small"), other


def answers(run: Run) -> tuple[np.ndarray, np.ndarray]:
    with np.load(run.path / "float" / "test_scores.npz") as file:
        return file["scores"].argmax(axis=1), file["labels"]


def test_the_clips_that_one_has_right(pair: tuple[Run, Run]) -> None:
    (before, truth), (after, _) = (answers(run) for run in pair)
    lost = int(np.sum((before == truth) & (after != truth)))
    gained = int(np.sum((before != truth) & (after == truth)))
    first, second = ask("compare", "small", "other", "--json").document["runs"]
    assert first["difference"] is None
    assert second["difference"] == {
        "lost": lost, "gained": gained, "p_value": mcnemar_p(lost, gained),
    }  # fmt: skip
    assert first["float_accuracy"] == np.mean(before == truth)
    assert second["float_accuracy"] == np.mean(after == truth)
    assert (first["parameters"], first["arena_bytes"]) == (
        second["parameters"], second["arena_bytes"],
    )  # fmt: skip
    text = ask("compare", "small", "other").out
    assert f"{gained} gained, {lost} lost" in text


def test_runs_of_other_clips_are_compared_without_pairs(pair: tuple[Run, Run]) -> None:
    other = pair[1]
    stored = other.path / "float" / "test_scores.npz"
    with np.load(stored) as file:
        kept = {key: file[key][1:] for key in file.files}
    np.savez(stored, **kept)
    other.record("train", inputs={"recipe": other.path / "recipe.toml"}, outputs={"test": stored})
    other.record("quantize", inputs={"test": stored}, outputs={"model": other.model})
    assert ask("compare", "small", "other", "--json").document["runs"][1]["difference"] is None


def test_what_cannot_be_compared(pair: tuple[Run, Run]) -> None:
    assert "name at least two runs" in refused(2, "compare", "small")
    assert "each once" in refused(2, "compare", "small", "small")
    assert "gone: no such run; known under runs/: other, small" in refused(
        2, "compare", "small", "gone"
    )
    (pair[1].path / "float" / "test_scores.npz").write_bytes(b"")
    assert "test_scores.npz changed since `train` ran" in refused(1, "compare", "small", "other")
