"""Learning the answers of another run's network beside the labels."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.made_up import EnergyFrontend, made_up_recipe, new_run, use_made_up_material

from edgekws.errors import ConfigError, UsageError
from edgekws.files import sha256
from edgekws.recipe import Recipe, TeacherSpec
from edgekws.run import Run
from edgekws.train import train
from edgekws.train.plan import Wishes, plan
from edgekws.train.teacher import Tutor, keep_teacher, take_teacher, taught_by

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    recipe = made_up_recipe("conv")
    own = dataclasses.replace(recipe.frontend, bands=16)  # another frontend than the learner's
    recipe = dataclasses.replace(recipe, frontend=own)
    run = new_run(tmp_path_factory.mktemp("runs"), recipe, "master")
    with pytest.MonkeyPatch.context() as patch:
        use_made_up_material(patch)
        train(run)
    return run


@pytest.fixture
def master(trained: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    use_made_up_material(monkeypatch)
    monkeypatch.setattr("edgekws.train.teacher.find_frontend", EnergyFrontend)
    shutil.copytree(trained.path, tmp_path / "master")
    return Run(tmp_path / "master")


def learning(master: Run, recipe: Recipe, name: str = "learner") -> Run:
    taught = dataclasses.replace(recipe, teacher=taught_by(master, recipe))
    keep_teacher(master, master.path.parent / name)
    return new_run(master.path.parent, taught, name)


class Killed(Exception):
    """What the test throws out of the progress callback."""


def test_it_resumes_to_the_same_bytes_also_when_the_teacher_is_gone(master: Run) -> None:
    recipe = made_up_recipe(mixup=0.3)
    recipe = dataclasses.replace(
        recipe, augment=dataclasses.replace(recipe.augment, masked_frames=3)
    )
    whole, killed = (learning(master, recipe, name) for name in ("whole", "killed"))
    alone = new_run(master.path.parent, recipe, "alone")
    shutil.rmtree(master.path)
    train(whole)
    train(alone)

    def stop(moment: Any) -> None:
        if moment.step == 9:
            raise Killed

    with pytest.raises(Killed):
        train(killed, progress=stop)
    assert train(killed).resumed_from == 8
    for name in ("weights.npz", "history.json", "test_scores.npz", "checkpoint.npz"):
        first, second, other = (sha256(run.path / "float" / name) for run in (whole, killed, alone))
        assert first == second != other, name
    assert "float/teacher.npz" in whole.manifest["train"]["inputs"]


def test_the_loss_is_that_of_labels_and_answers_in_their_shares(master: Run) -> None:
    import tensorflow as tf

    spec = dataclasses.replace(taught_by(master, made_up_recipe()), share=0.25, temperature=3.0)
    theirs = np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]], np.float32)
    own = np.array([[0.3, 0.3, 0.4], [0.05, 0.9, 0.05]], np.float32)
    seen = []

    def model(real: Any, training: bool) -> Any:
        seen.append(real.numpy())
        return tf.constant(theirs)

    frontend: Any = EnergyFrontend(made_up_recipe().frontend)
    tutor = Tutor(model, frontend, spec)
    features = np.full((2, 4, 3), 16, np.int8)
    found = tutor.loss(features, tf.constant(own), None, tf.constant(2.0)).numpy()

    def softened(scores: np.ndarray) -> np.ndarray:
        powers = scores ** (1 / 3)
        return powers / powers.sum(axis=1, keepdims=True)

    p, q = softened(theirs), softened(own)
    apart = (p * np.log(p / q)).sum(axis=1).mean()
    assert found == pytest.approx(0.75 * 2.0 + 0.25 * 9 * apart, rel=1e-5)
    assert seen[0].shape == (2, 4, 3, 1) and (seen[0] == 1.0).all()  # 0.125 * (16 - 8)
    share = np.array([[0.0], [0.5]], np.float32)
    p[1] = (p[1] + p[0]) / 2
    apart = (p * np.log(p / q)).sum(axis=1).mean()
    found = tutor.loss(features, tf.constant(own), tf.constant(share), tf.constant(2.0)).numpy()
    assert found == pytest.approx(0.75 * 2.0 + 0.25 * 9 * apart, rel=1e-5)


def test_it_is_rebuilt_as_it_was(master: Run) -> None:
    found = take_teacher(learning(master, made_up_recipe()))
    assert found and found.spec.architecture == "conv"
    assert found.frontend.spec == master.recipe.frontend != made_up_recipe().frontend
    assert found.model.input_shape[1:3] == master.recipe.input_shape
    assert take_teacher(master) is None


def test_what_cannot_be_a_teacher(master: Run) -> None:
    recipe = made_up_recipe()
    other = dataclasses.replace(recipe, data=dataclasses.replace(recipe.data, words=("high",)))
    with pytest.raises(
        UsageError, match=r"teacher master: its labels are .* give --words low,high"
    ):
        taught_by(master, other)
    longer = dataclasses.replace(recipe, audio=dataclasses.replace(recipe.audio, clip_ms=500))
    with pytest.raises(UsageError, match="its clips are 250 ms, 16000 Hz, here 500 ms"):
        taught_by(master, longer)
    unfinished = new_run(master.path.parent, recipe, "unfinished")
    with pytest.raises(ConfigError, match="unfinished: no train yet"):
        taught_by(unfinished, recipe)
    with pytest.raises(UsageError, match="share must be above 0, at most 1, got 0"):
        taught_by(master, recipe, share=0.0)
    with pytest.raises(UsageError, match="need --teacher"):
        plan(None, Wishes(teacher_share=0.3))


def test_numbers_of_a_recipe_hold_and_its_weights_must_be_the_same(master: Run) -> None:
    recipe = made_up_recipe()
    spec = taught_by(master, recipe, share=0.3, temperature=4.0)
    named = dataclasses.replace(recipe, teacher=spec)
    assert taught_by(master, named) == spec
    assert taught_by(master, named, share=0.9).temperature == 4.0
    changed = dataclasses.replace(spec, weights_sha256="0" * 64)
    with pytest.raises(ConfigError, match=r"not the weights that the recipe's \[teacher\] names"):
        taught_by(master, dataclasses.replace(recipe, teacher=changed))


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"other")])
def test_a_copy_that_is_gone_or_changed(master: Run, damage: Any) -> None:
    run = learning(master, made_up_recipe())
    damage(run.path / "float" / "teacher.npz")
    with pytest.raises(ConfigError, match=r"teacher\.npz: missing, or not .* --teacher master"):
        train(run)


def test_weights_of_another_network_under_the_right_hash(master: Run) -> None:
    run = learning(master, made_up_recipe())
    path = run.path / "float" / "teacher.npz"
    np.savez(path, **{"000:a": np.zeros(3)})
    assert run.recipe.teacher
    spec = dataclasses.replace(run.recipe.teacher, weights_sha256=sha256(path))
    assert isinstance(spec, TeacherSpec)
    other = new_run(
        master.path.parent, dataclasses.replace(made_up_recipe(), teacher=spec), "other"
    )
    (other.path / "float").mkdir()
    shutil.copy(path, other.path / "float")
    with pytest.raises(ConfigError, match=r"teacher\.npz: not weights of conv"):
        train(other)
