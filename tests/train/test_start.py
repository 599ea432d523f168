"""Training that begins with the weights of another run."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.made_up import made_up_recipe, new_run, use_made_up_material
from support.sound_folder import make_folder

from edgekws import run as runs
from edgekws.errors import ConfigError, EdgekwsError, UsageError
from edgekws.files import sha256
from edgekws.recipe import Recipe, StartSpec
from edgekws.run import Run
from edgekws.train import train
from edgekws.train.checkpoint import load_arrays
from edgekws.train.moment import Moment
from edgekws.train.plan import Wishes, plan
from edgekws.train.start import keep_start, start_from, take_start

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = new_run(tmp_path_factory.mktemp("runs"), made_up_recipe(), "base")
    with pytest.MonkeyPatch.context() as patch:
        use_made_up_material(patch)
        train(run)
    return run


@pytest.fixture
def base(trained: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    use_made_up_material(monkeypatch)
    shutil.copytree(trained.path, tmp_path / "base")
    return Run(tmp_path / "base")


def from_base(base: Run, recipe: Recipe, name: str = "tuned") -> Run:
    folder = base.path.parent
    begun = dataclasses.replace(recipe, start=start_from(base, recipe))
    keep_start(base, folder / name)
    return new_run(folder, begun, name)


def in_other_order(recipe: Recipe) -> Recipe:
    return dataclasses.replace(recipe, data=dataclasses.replace(recipe.data, words=("high", "low")))


def first_weights(run: Run) -> dict[str, np.ndarray]:
    """Weights by name after `take_start`, in a network of another seed."""
    from edgekws.models import find_architecture
    from edgekws.train.learner import Learner

    recipe = run.recipe
    model = find_architecture(recipe.architecture).build(
        recipe.input_shape, len(recipe.labels), seed=77
    )
    take_start(run, Learner(model, scale=1.0, zero_point=0))
    return {variable.name: variable.numpy() for variable in model.weights}


def stored(run: Run) -> dict[str, np.ndarray]:
    arrays = load_arrays(run.path / "float" / "weights.npz")
    return {name.split(":", 1)[1]: array for name, array in arrays.items()}


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> set[str]:
    assert one.keys() == other.keys()
    return {name for name in one if np.array_equal(one[name], other[name])}


def test_the_same_labels_take_all_weights(base: Run) -> None:
    tuned = from_base(base, made_up_recipe(seed=2))
    assert tuned.recipe.start == StartSpec("base", sha256(base.path / "float/weights.npz"), True)
    assert same(first_weights(tuned), stored(base)) == set(stored(base))


def test_other_labels_begin_the_last_layer_anew(base: Run) -> None:
    tuned = from_base(base, in_other_order(made_up_recipe()))
    assert tuned.recipe.start is not None
    assert not tuned.recipe.start.last_layer
    taken = same(first_weights(tuned), stored(base))
    assert set(stored(base)) - taken == {"logits/kernel:0", "logits/bias:0"}
    three = dataclasses.replace(made_up_recipe().data, words=("low",))
    fewer = from_base(base, dataclasses.replace(made_up_recipe(), data=three), "fewer")
    assert first_weights(fewer)["logits/kernel:0"].shape[1] == 3


class Killed(Exception):
    """What the test throws out of the progress callback."""


@pytest.mark.parametrize("last", [1, 9])
@pytest.mark.parametrize("change", [lambda recipe: recipe, in_other_order], ids=["all", "body"])
def test_it_can_be_killed_like_any_other_also_when_the_base_is_gone(
    base: Run, last: int, change: Any
) -> None:
    recipe = change(made_up_recipe(seed=3))
    whole, killed = from_base(base, recipe, "whole"), from_base(base, recipe, "killed")
    shutil.rmtree(base.path)
    train(whole)

    def progress(moment: Moment) -> None:
        if moment.step == last:
            raise Killed

    with pytest.raises(Killed):
        train(killed, progress=progress)
    train(killed)
    for name in ("weights.npz", "history.json", "checkpoint.npz", "test_scores.npz"):
        first, second = (sha256(run.path / "float" / name) for run in (whole, killed))
        assert first == second, name


def test_it_begins_where_the_other_ended(base: Run) -> None:
    losses: dict[str, float] = {}
    for name, run in (
        ("anew", new_run(base.path.parent, made_up_recipe(seed=5), "anew")),
        ("tuned", from_base(base, made_up_recipe(seed=5))),
    ):

        def progress(moment: Moment, name: str = name) -> None:
            losses.setdefault(name, moment.loss)

        train(run, progress=progress)
    assert losses["tuned"] < losses["anew"] - 0.1


def test_a_copy_without_a_recipe_is_no_run_yet(base: Run) -> None:
    """What is left when it is killed between the two; the name is still free."""
    root = base.path.parent
    keep_start(base, root / "half")
    with pytest.raises(EdgekwsError, match="half: no such run"):
        runs.find("half", root)
    assert runs.new_path("tiny_conv", "half", root) == root / "half"
    assert runs.find(None, root).path == base.path


def test_where_it_came_from_is_on_record(base: Run) -> None:
    tuned = from_base(base, made_up_recipe())
    train(tuned)
    record = tuned.require("train")
    assert tuned.recipe.start is not None
    assert record["inputs"]["float/start.npz"] == tuned.recipe.start.weights_sha256
    assert record["inputs"]["float/start.npz"] == sha256(base.path / "float" / "weights.npz")


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (made_up_recipe("ds_cnn"), "--from base: the network there is tiny_conv, here ds_cnn"),
        (
            dataclasses.replace(
                made_up_recipe(),
                frontend=dataclasses.replace(made_up_recipe().frontend, bands=12),
            ),
            "the input shape there is 12 frames of 10 bands, here 12 frames of 12 bands",
        ),
    ],
    ids=["network", "shape"],
)
def test_what_does_not_fit(base: Run, recipe: Recipe, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        start_from(base, recipe)


def test_a_run_that_is_not_trained_or_was_changed(base: Run) -> None:
    untrained = new_run(base.path.parent, made_up_recipe(), "untrained")
    with pytest.raises(ConfigError, match="untrained: no train yet; run `edgekws train --resume"):
        start_from(untrained, made_up_recipe())
    weights = base.path / "float" / "weights.npz"
    weights.write_bytes(weights.read_bytes() + b"0")
    with pytest.raises(ConfigError, match=r"float/weights\.npz changed since `train` ran"):
        start_from(base, made_up_recipe())


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"other")])
def test_first_weights_that_are_gone_or_changed(base: Run, damage: Any) -> None:
    tuned = from_base(base, made_up_recipe())
    damage(tuned.path / "float" / "start.npz")
    with pytest.raises(
        ConfigError, match=r"start\.npz: missing, or not the weights .* --from base"
    ):
        train(tuned)


def test_weights_of_another_network_under_the_right_hash(base: Run) -> None:
    tuned = from_base(base, made_up_recipe())
    path = tuned.path / "float" / "start.npz"
    np.savez(path, **{"000:a": np.zeros(3)})
    start = StartSpec("base", sha256(path), True)
    other = new_run(base.path.parent, dataclasses.replace(made_up_recipe(), start=start), "other")
    (other.path / "float").mkdir()
    shutil.copy(path, other.path / "float")
    with pytest.raises(ConfigError, match=r"start\.npz: not weights of tiny_conv"):
        train(other)


def test_network_and_features_are_those_of_the_other_run(base: Run, tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "data", {"yes": 2, "no": 2})
    recipe = plan(None, Wishes(data=folder), source=base)
    theirs = base.recipe
    assert (recipe.architecture, recipe.audio) == (theirs.architecture, theirs.audio)
    assert recipe.frontend == theirs.frontend
    assert recipe.start is not None
    assert not recipe.start.last_layer
    with pytest.raises(UsageError, match="leave out --sample-rate-hz"):
        plan(None, Wishes(data=folder, bands=20), source=base)
    assert plan(None, Wishes(data=folder)).start is None


def test_a_recipe_with_a_wrong_hash() -> None:
    with pytest.raises(ValueError, match="64 hex digits, got 'abc'"):
        StartSpec("base", "abc", True)
