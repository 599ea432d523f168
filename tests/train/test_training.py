"""Training on made-up clips: what is written, and that a killed training goes on exactly."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from support.made_up import SIZES, made_up_recipe, new_run, use_made_up_material

from edgekws.errors import AudioError, ConfigError, EdgekwsError
from edgekws.files import sha256
from edgekws.run import Run
from edgekws.train import train
from edgekws.train.checkpoint import load_arrays
from edgekws.train.moment import Moment

pytestmark = pytest.mark.tensorflow


@pytest.fixture(autouse=True)
def _made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    use_made_up_material(monkeypatch)


class Killed(Exception):
    """What the test throws out of the progress callback."""


def killed_after(run: Run, last: int) -> None:
    """Train until ``last`` steps are done, then stop in the middle."""

    def progress(moment: Moment) -> None:
        if moment.step == last:
            raise Killed

    with pytest.raises(Killed):
        train(run, progress=progress)


def test_it_learns_and_says_what_came_out(tmp_path: Path) -> None:
    run = new_run(tmp_path, made_up_recipe(steps=(80, 20), evaluate_every=20))
    result = train(run)
    assert result.test_accuracy > 0.9 > 2 * result.chance
    assert (result.test_clips, result.validation_clips) == (SIZES["testing"], SIZES["validation"])
    assert result.chance == pytest.approx(9 / 36)
    assert result.steps == 100
    assert 0 <= result.wait_fraction < 1
    assert result.clips_per_second > 0
    history = json.loads((run.path / "float" / "history.json").read_text())
    assert [row["step"] for row in history] == [20, 40, 60, 80, 100]
    assert history[-1]["training_loss"] < history[0]["training_loss"]
    best = next(row for row in history if row["step"] == result.best_step)
    assert best["validation_accuracy"] == result.validation_accuracy
    assert best["validation_accuracy"] == max(row["validation_accuracy"] for row in history)


def test_the_best_weights_are_kept_not_the_last(tmp_path: Path) -> None:
    recipe = made_up_recipe(steps=(60, 8), learning_rates=(0.001, 0.5), evaluate_every=4)
    run = new_run(tmp_path, recipe)
    result = train(run)
    assert result.best_step <= 60 < result.steps  # the rest of the way was much too fast
    history = json.loads((run.path / "float" / "history.json").read_text())
    assert history[-1]["validation_accuracy"] < result.validation_accuracy
    assert result.validation.accuracy == result.validation_accuracy
    short = new_run(
        tmp_path, made_up_recipe(steps=(result.best_step,), learning_rates=(0.001,)), "short"
    )
    train(short)
    last = load_arrays(short.path / "float" / "checkpoint.npz")
    kept = load_arrays(run.path / "float" / "weights.npz")
    for number, name in enumerate(sorted(kept)):
        np.testing.assert_array_equal(kept[name], last[f"state_{number:04d}"])


def test_scores_and_record_are_for_later_stages(tmp_path: Path) -> None:
    run = new_run(tmp_path, made_up_recipe())
    result = train(run)
    with np.load(run.path / "float" / "test_scores.npz", allow_pickle=False) as stored:
        scores, labels, names = stored["scores"], stored["labels"], stored["names"]
    assert (scores.dtype, scores.shape) == (np.float32, (36, 4))
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)
    assert (scores.argmax(axis=1) == labels).mean() == result.test_accuracy
    assert names.tolist() == [f"testing/{i}" for i in range(36)]
    record = run.require("train")
    assert set(record["outputs"]) == {
        f"float/{name}"
        for name in ("weights.npz", "history.json", "test_scores.npz", "validation_scores.npz")
    }
    assert record["facts"]["dataset"] == "made-up"
    assert record["facts"]["test_accuracy"] == result.test_accuracy


@pytest.mark.parametrize(
    ("architecture", "last"),
    [
        ("tiny_conv", 3),
        ("tiny_conv", 4),
        ("tiny_conv", 14),
        pytest.param("ds_cnn", 9, marks=pytest.mark.slow),
        pytest.param("low_latency_svdf", 9, marks=pytest.mark.slow),
    ],
)
def test_a_killed_training_ends_with_the_same_bytes(
    tmp_path: Path, architecture: str, last: int
) -> None:
    recipe = made_up_recipe(architecture)
    whole, killed = new_run(tmp_path, recipe, "whole"), new_run(tmp_path, recipe, "killed")
    train(whole)
    killed_after(killed, last)
    result = train(killed)
    assert result.resumed_from == 4 * (last // 4)
    for name in ("weights.npz", "history.json", "test_scores.npz", "checkpoint.npz"):
        first, second = (sha256(run.path / "float" / name) for run in (whole, killed))
        assert first == second, name


def test_a_finished_training_is_only_judged_again(tmp_path: Path) -> None:
    run = new_run(tmp_path, made_up_recipe())
    first = train(run)
    again = train(run)
    assert again.resumed_from == again.steps == 16
    assert again.test_accuracy == first.test_accuracy


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path: Path) -> None:
    first = new_run(tmp_path, made_up_recipe(), "first")
    killed_after(first, 9)
    other = new_run(tmp_path, made_up_recipe(seed=2), "other")
    (other.path / "float").mkdir()
    checkpoint = (first.path / "float" / "checkpoint.npz").read_bytes()
    (other.path / "float" / "checkpoint.npz").write_bytes(checkpoint)
    with pytest.raises(ConfigError, match=r"checkpoint\.npz: is of another recipe"):
        train(other)


def test_a_damaged_checkpoint_is_one_clear_line(tmp_path: Path) -> None:
    run = new_run(tmp_path, made_up_recipe())
    killed_after(run, 9)
    path = run.path / "float" / "checkpoint.npz"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ConfigError, match=r"checkpoint\.npz: cannot read"):
        train(run)


def test_a_loss_that_is_no_number_stops_with_the_step(tmp_path: Path) -> None:
    run = new_run(tmp_path, made_up_recipe(learning_rates=(1e38, 1e38)))
    with pytest.raises(EdgekwsError, match=r"the loss is nan at step \d+; try lower"):
        train(run)
    assert not (run.path / "float" / "weights.npz").exists()


@pytest.mark.parametrize("partition", ["validation", "testing"])
def test_an_empty_partition_is_refused_before_learning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, partition: str
) -> None:
    use_made_up_material(monkeypatch, empty=partition)
    run = new_run(tmp_path, made_up_recipe())
    with pytest.raises(AudioError, match=f"no clip is in the {partition} partition"):
        train(run)
