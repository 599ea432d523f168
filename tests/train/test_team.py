"""Learning together: in two processes of this machine, and on two devices of one process."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.made_up import made_up_recipe, new_run, use_made_up_material
from support.teams import free_ports, start_training

from edgekws.errors import ConfigError, UsageError
from edgekws.models import find_architecture
from edgekws.run import Run
from edgekws.train import train
from edgekws.train.checkpoint import load_arrays
from edgekws.train.cluster import Cluster
from edgekws.train.team import Team, open_team

NETWORK = "ds_cnn"  # with batch normalization
# Later the smallest difference grows: a sum in another order moves some ReLU over its edge.
SCHEDULE: dict[str, Any] = {"steps": (8,), "learning_rates": (0.001,)}
CLOSE = 1e-5  # nats, of a loss


@dataclass(frozen=True)
class Devices:
    """Stands in for a strategy: so many devices, some of them here."""

    num_replicas_in_sync: int
    worker_devices: tuple[str, ...]

    @property
    def extended(self) -> Devices:
        return self


def team(workers: int, here: int, number: int) -> Team:
    addresses = tuple(f"host:{port + 1}" for port in range(workers))
    devices: Any = Devices(workers * here, ("CPU:0",) * here)
    return Team(devices, Cluster((("worker", addresses),), number))


@pytest.mark.parametrize("batch", [6, 7, 100])
@pytest.mark.parametrize(("workers", "here"), [(1, 1), (2, 1), (3, 2), (1, 4)])
def test_every_clip_is_learnt_once(batch: int, workers: int, here: int) -> None:
    learnt = []
    for number in range(workers):
        own = team(workers, here, number)
        own.require(batch)
        parts = own.parts(batch)
        assert len(parts) == here
        assert [clip for part in parts for clip in part] == list(own.rows(batch))
        assert {len(part) for part in parts} <= {
            batch // (workers * here),
            -(-batch // (workers * here)),
        }
        learnt += own.rows(batch)
    assert learnt == list(range(batch))


def test_a_batch_smaller_than_the_devices_is_refused() -> None:
    with pytest.raises(UsageError, match="a batch of 5 cannot be divided among 6 devices; use"):
        team(3, 2, 0).require(5)


def test_without_a_strategy_there_is_no_team() -> None:
    assert open_team("none", print) is None


@pytest.mark.tensorflow
def test_mirrored_without_a_gpu_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    with pytest.raises(ConfigError, match=r"mirrored: TensorFlow sees no GPU here .*leave it out"):
        open_team("mirrored", print)


def history(run: Path) -> list[dict[str, float]]:
    return list(json.loads((run / "float" / "history.json").read_text()))


def alone(monkeypatch: pytest.MonkeyPatch, root: Path) -> Path:
    """Train in this process without dropout, or go on so; return the run's folder."""
    kit = "edgekws.models.kit.Kit.dropout"
    monkeypatch.setattr(kit, lambda self, x, rate, **options: x)
    use_made_up_material(monkeypatch)
    path = root / "run"
    train(Run(path) if path.exists() else new_run(root, made_up_recipe(NETWORK, **SCHEDULE), "run"))
    return path


def pair(chief: Path, other: Path, **options: Any) -> list[subprocess.Popen[str]]:
    ports = free_ports(2)
    return [
        start_training(
            chief, "multi_worker", architecture=NETWORK, schedule=SCHEDULE, task=(ports, 0)
        ),
        start_training(
            other,
            "multi_worker",
            architecture=NETWORK,
            schedule=SCHEDULE,
            task=(ports, 1),
            **options,
        ),
    ]


def assert_equal_but_for_sums(run: Path, wanted: Path) -> None:
    rows, expected = history(run), history(wanted)
    assert [row["step"] for row in rows] == [row["step"] for row in expected]
    for row, other in zip(rows, expected, strict=True):
        for name in ("training_loss", "validation_loss"):
            assert row[name] == pytest.approx(other[name], abs=CLOSE), (row["step"], name)
    own, theirs = (
        load_arrays(path / "float" / "test_scores.npz")["scores"] for path in (run, wanted)
    )
    np.testing.assert_allclose(own, theirs, atol=1e-4)


@pytest.mark.slow
@pytest.mark.tensorflow
def test_two_workers_one_of_which_dies_learn_what_one_process_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    chief, worker = pair(first, second, die_at=6)
    wanted = alone(monkeypatch, tmp_path / "alone")
    said = chief.communicate(timeout=300)[1]
    worker.communicate(timeout=30)
    lines = said.splitlines()
    assert (chief.returncode, worker.returncode, len(lines)) == (1, -9, 1), said
    assert "worker 1 (localhost:" in lines[0]
    assert "--resume to go on from the last checkpoint" in lines[0]
    checkpoint = load_arrays(first / "run" / "float" / "checkpoint.npz")
    assert json.loads(str(checkpoint["checkpoint"]))["step"] == 4
    shutil.copytree(first, tmp_path / "fewer")
    for process in pair(first, second):
        said = process.communicate(timeout=300)[1]
        assert (process.returncode, said) == (0, "")
    assert_equal_but_for_sums(first / "run", wanted)
    assert_equal_but_for_sums(alone(monkeypatch, tmp_path / "fewer"), wanted)
    assert not (second / "run" / "float").exists()  # only the chief writes


@pytest.mark.slow
@pytest.mark.tensorflow
def test_two_devices_of_one_process_learn_what_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = start_training(
        tmp_path / "two", "two_processors", architecture=NETWORK, schedule=SCHEDULE
    )
    wanted = alone(monkeypatch, tmp_path / "alone")
    said = process.communicate(timeout=300)[1]
    assert (process.returncode, said) == (0, "")
    assert_equal_but_for_sums(tmp_path / "two" / "run", wanted)
    facts = json.loads((tmp_path / "two" / "run" / "manifest.json").read_text())["stages"]
    assert facts["train"]["facts"]["devices"] == "2"


@pytest.mark.tensorflow
def test_alone_normalization_is_not_summed_over_devices() -> None:
    recipe = made_up_recipe(NETWORK)
    model = find_architecture(NETWORK).build(recipe.input_shape, len(recipe.labels))
    norms = [layer for layer in model.layers if "norm" in layer.name]
    assert norms
    assert not any(layer.synchronized for layer in norms)
