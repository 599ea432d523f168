"""A run folder that somebody edited or damaged: the next command says what and what to run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from support.command_line import ask, refused
from support.small_run import small_model

from edgekws.run import Run

COMMANDS = ("verify", "export", "quantize", "label small .", "train --resume small")

RECIPE = {
    "no TOML": ("\nseed = 1", "\nseed = = 1", "not TOML"),
    "unknown key": ("\nseed = 1", "\nsead = 1", "schedule: unknown key 'sead'; known: "),
    "wrong type": ("\nseed = 1", '\nseed = "1"', "schedule: seed must be int, got '1'"),
    "out of range": ("\nseed = 1", "\nseed = -1", "schedule: seed must be 0 or more, got -1"),
    "another schema": ("schema = 1", "schema = 2", "schema 2 is not known here"),
    "not finite": ("threshold = 70.0", "threshold = nan", "threshold must be a finite number"),
    "lists of two lengths": ("steps = [", "steps = [7, ", "must be lists of the same length"),
    "a word with a slash": ('words = ["yes"', 'words = ["/yes"', "must be the name of a folder"),
}


@pytest.mark.parametrize("kind", RECIPE)
def test_a_recipe_edited_wrongly(run: Run, kind: str) -> None:
    old, new, words = RECIPE[kind]
    edit(run.path / "recipe.toml", old, new)
    for command in COMMANDS:
        said = refused(1, *command.split())
        assert said.startswith("runs/small/recipe.toml")
        assert words in said


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_an_edited_recipe_makes_the_stages_stale(run: Run) -> None:
    edit(run.path / "recipe.toml", "threshold = 70.0", "threshold = 71.0")
    said = refused(1, "quantize")
    assert said == (
        "runs/small: recipe.toml changed since `train` ran; "
        "run `edgekws train --resume small` again"
    )


def test_a_changed_model_is_stale(run: Run) -> None:
    run.model.write_bytes(small_model(seed=2))
    for command in ("verify", "export"):
        said = refused(1, command)
        assert said.endswith("changed since `quantize` ran; run `edgekws quantize small` again")
    assert not Path("export").exists()


def test_a_stage_that_did_not_run(run: Run) -> None:
    (run.path / "manifest.json").unlink()
    assert refused(1, "export").endswith("no quantize yet; run `edgekws quantize small`")
    assert refused(1, "quantize").endswith("no train yet; run `edgekws train --resume small`")
    assert refused(1, "label", "small", ".").endswith("run `edgekws quantize small`")


MANIFESTS = {
    "empty": "",
    "text": "hello",
    "a list": "[]",
    "no stages": "{}",
    "stages are a number": '{"stages": 3}',
    "a stage is a list": '{"stages": {"quantize": [], "train": []}}',
    "a stage is empty": '{"stages": {"quantize": {}, "train": {}}}',
    "files are a list": '{"stages": {"quantize": {"inputs": {}, "outputs": ["a"], "facts": {}}}}',
}


@pytest.mark.parametrize("kind", MANIFESTS)
def test_a_manifest_edited_wrongly(run: Run, kind: str) -> None:
    (run.path / "manifest.json").write_text(MANIFESTS[kind])
    for command in ("verify", "export"):
        said = refused(1, command)
        assert said.startswith("runs/small/manifest.json: not a manifest of edgekws")


def test_a_manifest_that_points_outside_is_only_read(run: Run) -> None:
    """Paths of a manifest are compared, never written."""
    document = json.loads((run.path / "manifest.json").read_text())
    document["stages"]["quantize"]["outputs"]["../../else"] = "0" * 64
    (run.path / "manifest.json").write_text(json.dumps(document))
    assert "../../else changed since" in refused(1, "export")


def test_damaged_scores(run: Run) -> None:
    path = run.path / "float" / "test_scores.npz"
    path.write_bytes(path.read_bytes()[:100])
    assert "changed since `train` ran" in refused(1, "quantize")
    trust(run)
    assert refused(1, "verify").startswith("runs/small/float/test_scores.npz: no float scores")


def test_scores_of_other_clips(run: Run) -> None:
    path = run.path / "float" / "test_scores.npz"
    np.savez(path, scores=np.zeros((2, 4), np.float32), labels=[0, 1], names=["a", "b"])
    trust(run)
    assert "the float scores are of 2 test clips, not of the" in refused(1, "verify")


def trust(run: Run) -> None:
    """Let the manifest take the files as they are."""
    for stage, record in run.manifest.items():
        roles = {
            role: {name: run.path / name for name in record[role]} for role in ("inputs", "outputs")
        }
        run.record(stage, **roles, facts=record["facts"])


def test_the_sounds_are_gone(run: Run) -> None:
    edit(run.path / "recipe.toml", run.recipe.data.source, "/nonexistent/data")
    trust(run)
    assert "/nonexistent/data: cannot read: No such file" in refused(1, "verify")


def test_labelling_needs_no_sounds_of_the_training(run: Run, clips: Path) -> None:
    edit(run.path / "recipe.toml", run.recipe.data.source, "/nonexistent/data")
    trust(run)
    assert ask("label", "small", clips / "yes").code == 0


def test_a_model_of_another_shape(run: Run, clips: Path) -> None:
    edit(run.path / "recipe.toml", "bands = 10", "bands = 12")
    trust(run)
    for command in ("export", "verify", f"label small {clips}"):
        assert "bands" in refused(1, *command.split()), command


def test_a_model_of_other_labels(run: Run, clips: Path) -> None:
    edit(run.path / "recipe.toml", 'words = ["yes", "no"]', 'words = ["yes", "no", "bed"]')
    trust(run)
    for command in ("export", f"label small {clips}"):
        assert "labels" in refused(1, *command.split()), command


def test_a_board_file_of_ones_own(run: Run) -> None:
    assert refused(1, "boards", "no.toml") == "no.toml: no such board file"
    Path("mine.toml").write_text("schema = 1\nname = 'x'\n")
    for command in ("boards mine.toml", "export --board mine.toml", "verify --board mine.toml"):
        assert refused(1, *command.split()) == "mine.toml: missing key 'url'"
