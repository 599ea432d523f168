"""Another detector in a recipe: the network stays fresh, the rest of the file as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgekws import run as runs
from edgekws.errors import ConfigError
from edgekws.recipe import DetectorSpec, Recipe
from edgekws.run import Run

OTHER = DetectorSpec(threshold=200.5, window_ms=300)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    made = runs.create(Recipe(), "a", tmp_path)
    for stage in ("train", "quantize", "verify"):
        made.record(stage, inputs={"recipe": made.path / "recipe.toml"}, outputs={})
    return made


def test_the_network_stays_fresh_and_the_verdict_does_not(run: Run) -> None:
    run.retune(OTHER)
    run.retune(DetectorSpec(threshold=1.0))
    run.retune(OTHER)
    assert run.recipe == Recipe(detector=OTHER)
    for stage in ("train", "quantize"):
        run.require(stage)
    with pytest.raises(ConfigError, match="changed since"):
        run.require("verify")


def test_a_change_of_anything_else_is_seen(run: Run) -> None:
    run.retune(OTHER)
    path = run.path / "recipe.toml"
    path.write_text(path.read_text().replace("seed = 1", "seed = 2", 1))
    with pytest.raises(ConfigError, match="without \\[detector\\] changed since `train` ran"):
        run.require("train")


def test_a_stale_network_is_not_made_fresh(run: Run) -> None:
    path = run.path / "recipe.toml"
    path.write_text(path.read_text() + "\n")
    run.retune(OTHER)
    with pytest.raises(ConfigError, match="changed since"):
        run.require("quantize")


def test_comments_and_other_tables_stay(run: Run) -> None:
    path = run.path / "recipe.toml"
    path.write_text(
        "# mine\nschema = 1\n\n[detector]\nthreshold = 9.0 # loud\n\n[audio]\nclip_ms = 900 # why\n"
    )
    run.retune(OTHER)
    assert run.recipe.detector == OTHER
    text = path.read_text()
    assert text.startswith("# mine\n")
    assert text.endswith("\n\n[audio]\nclip_ms = 900 # why\n")


def test_a_recipe_without_a_detector_gets_one(run: Run) -> None:
    (run.path / "recipe.toml").write_text('architecture = "ds_cnn"\n')
    run.retune(OTHER)
    assert run.recipe == Recipe(architecture="ds_cnn", detector=OTHER)


def test_killed_between_its_two_files_nothing_is_stale(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(runs, "write_text", killed)
        run.retune(OTHER)
    for stage in ("train", "quantize", "verify"):
        run.require(stage)
