"""``edgekws train`` as a user types it: a short training, and another one that begins with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import ask, refused

from edgekws import run as runs
from edgekws.files import sha256
from edgekws.recipe import AugmentSpec
from edgekws.train.plan import Wishes, plan

pytestmark = pytest.mark.tensorflow

RECIPE = "no recipe was asked for; --recipe tiny_conv has what was measured to help"
SHORT = ("--bands", "10", "--batch-size", "8", "--testing-percentage", "30")


def test_a_training_and_one_from_it(clips: Path) -> None:
    answer = ask("train", "--data", clips, "--words", "yes,no", "--steps", "4", *SHORT)
    assert answer.code == 0, answer
    base = runs.find("tiny_conv-1")
    assert "step 4 of 4: loss" in answer.err
    assert RECIPE in answer.err
    folder = base.path / "float"
    said, more, following = answer.out.splitlines()[-3:]
    assert said.startswith(f"{base.path}: float accuracy ")
    assert more == f"more in {folder}: report.txt, report.json, *_confusion.png"
    assert following == "next: edgekws quantize"
    shown = answer.out[: answer.out.index(f"\n{base.path}")]
    assert (folder / "report.txt").read_text().endswith(shown)

    tuned = ("train", "--data", clips, "--words", "bed", "--from", "tiny_conv-1", "--epochs", "1")
    begun = ask(*tuned, "--name", "tuned", "--batch-size", "8", "--json")
    assert "starting from runs/tiny_conv-1: all weights but the last layer's" in begun.err
    assert RECIPE not in begun.err
    document = begun.document
    run = runs.find("tuned")
    assert [each["label"] for each in document["test"]["classes"]] == list(run.recipe.labels)
    report = json.loads((run.path / "float" / "report.json").read_text())
    assert report["test"] == document["test"]
    assert report["validation"] == document["validation"]
    assert run.recipe.frontend.bands == 10  # as in the other run
    assert document["steps"] == sum(run.recipe.schedule.steps)
    digest = run.require("train")["inputs"]["float/start.npz"]
    assert digest == sha256(folder / "weights.npz")

    taught = ("train", "--words", "yes,no", "--steps", "2", *SHORT)
    numbers = ("--teacher-share", "0.3", "--teacher-temperature", "3")
    keys = (
        "--snr-db 5:25 --gain-db 6 --speed-percentage 10 --spliced-unknown 0.1 --masked-frames 3 "
        "--masked-bands 2 --colored-silence 0.4 --class-balance 0.5 --decay cosine "
        "--warm-up-steps 1 --unknown-balance 0.25 --label-smoothing 0.1 --mixup 0.2 "
        "--weight-averaging 0.9"
    )
    options = (*numbers, *keys.split(), "--name", "pupil")
    begun = ask(*taught, "--data", clips, "--teacher", "tiny_conv-1", *options)
    assert "learning from runs/tiny_conv-1 too: tiny_conv" in begun.err
    recipe = runs.find("pupil").recipe
    assert recipe.teacher and recipe.teacher.weights_sha256 == digest
    assert (recipe.teacher.share, recipe.teacher.temperature) == (0.3, 3.0)
    assert recipe.augment == AugmentSpec(
        snr_db=(5.0, 25.0), gain_db=6.0, speed_percentage=10.0, spliced_unknown=0.1,
        masked_frames=3, masked_bands=2, colored_silence=0.4,
    )  # fmt: skip
    asked = {"class_balance": 0.5, "decay": "cosine", "warm_up_steps": 1, "label_smoothing": 0.1}
    asked |= {"mixup": 0.2, "weight_averaging": 0.9, "unknown_balance": 0.25}
    assert {name: getattr(recipe.schedule, name) for name in asked} == asked
    again = ask(*taught, "--recipe", "runs/pupil/recipe.toml", "--name", "again")
    assert again.code == 0 and RECIPE not in again.err
    assert runs.find("again").recipe.teacher == recipe.teacher
    assert "its labels are" in refused(2, *taught[:1], "--data", clips, "--teacher", "tuned")


def test_what_cannot_be_begun_with_leaves_nothing(clips: Path, here: Path) -> None:
    assert "nowhere: no such run" in refused(2, "train", "--data", clips, "--from", "nowhere")
    runs.create(plan("tiny_conv", Wishes(data=clips)), "untrained")
    said = refused(1, "train", "--data", clips, "--from", "untrained")
    assert said == "runs/untrained: no train yet; run `edgekws train --resume untrained`"
    assert "--from cannot go with --resume" in refused(
        2, "train", "--resume", "untrained", "--from", "untrained"
    )
    assert [path.name for path in (here / "runs").iterdir()] == ["untrained"]
