"""Trials, the pick by budget, and storages that are wrong or go away."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Answer, ask, refused
from support.sound_folder import make_folder

from edgekws.run import Run
from edgekws.sweep import searching
from edgekws.sweep.budget import Cost
from edgekws.sweep.storage import guarded

SWEEP = ("sweep", "s", "--arch", "tiny_conv,ds_cnn")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Trials that only compute figures from their recipe; the names of those that ran."""
    ran: list[str] = []

    def figures(_: Any, run: Run) -> tuple[float, Cost]:
        ran.append(run.name)
        recipe = run.recipe
        bands, rate = recipe.frontend.bands, recipe.schedule.learning_rates[0]
        accuracy = 0.5 + bands / 100 + (0.05 if recipe.architecture == "ds_cnn" else 0) + rate
        return accuracy, Cost(1000 * bands, 500 * bands, 10_000 * bands, 1, bands / 50)

    monkeypatch.setattr(searching._Sweeper, "_measured", figures)
    monkeypatch.setattr(searching, "plan", _plan)
    monkeypatch.setattr(searching, "open_dataset", lambda *_: None)
    return ran


def _plan(name: str, *_: object) -> Any:
    from edgekws.recipe import Recipe

    return Recipe(architecture=name)


def trials(answer: Answer) -> list[dict[str, Any]]:
    return list(answer.document["trials"])


def test_the_pick_is_the_best_within_the_budget(quick: list[str], here: Path) -> None:
    answer = ask(*SWEEP, "--trials", 8, "--flash", "20000", "--json")
    rows = trials(answer)
    assert [row["run"] for row in rows] == quick == [f"s-{n:03d}" for n in range(8)]
    fitting = [row for row in rows if row["cost"]["flash_bytes"] <= 20_000]
    assert 0 < len(fitting) < len(rows)
    assert [row["fits"] for row in rows] == [row in fitting for row in rows]
    best = max(fitting, key=lambda row: row["accuracy"])
    assert answer.document["pick"] == best["run"]
    assert best["is_best"]
    assert (here / "runs" / best["run"] / "recipe.toml").exists()
    assert (here / "sweeps" / "s.png").read_bytes()[:4] == b"\x89PNG"


def test_a_sweep_goes_on_and_picks_again(quick: list[str]) -> None:
    first = trials(ask(*SWEEP, "--trials", 3, "--json"))
    again = trials(ask(*SWEEP, "--trials", 2, "--json"))
    assert [row["number"] for row in again] == [0, 1, 2, 3, 4]
    assert [row["accuracy"] for row in again[:3]] == [row["accuracy"] for row in first]
    assert len(quick) == 5
    text = ask(*SWEEP, "--trials", 0).out
    assert len(quick) == 5
    best = max(again, key=lambda row: row["accuracy"])
    assert f"pick: {best['run']}, {100 * best['accuracy']:.2f} %" in text


def test_later_calls_and_other_machines_try_something_else(quick: list[str], here: Path) -> None:
    (here / "space.toml").write_text("[schedule]\nqat_learning_rate = { low = 1e-6, high = 1e-3 }")
    asked = (*SWEEP, "--space", "space.toml", "--json")
    at_once = trials(ask(*asked, "--trials", 3))
    (here / "sweeps" / "s.db").rename(here / "kept.db")
    for path in (here / "runs").iterdir():
        path.rename(here / f"kept-{path.name}")
    for _ in range(3):
        one_by_one = trials(ask(*asked, "--trials", 1))
    first, second = (
        [row["choices"]["schedule.qat_learning_rate"] for row in rows]
        for rows in (at_once, one_by_one)
    )
    assert first == second
    assert len(set(first)) == 3


def test_when_nothing_is_within_the_budget_the_closest_is_said(quick: list[str]) -> None:
    ask(*SWEEP, "--trials", 6, "--json")
    line = ask(*SWEEP, "--trials", 0, "--flash", "9k", "--ram", "4k").error
    assert "none of 6 trials meets flash 9,216, RAM 4,096" in line
    assert "the closest is s-0" in line
    assert "with flash 10,000, RAM 5,000; allow more" in line


def test_choices_that_do_not_go_together_are_one_failed_trial(quick: list[str], here: Path) -> None:
    (here / "space.toml").write_text("[frontend]\nhop_ms = [50]")
    line = ask(*SWEEP, "--trials", 1, "--space", "space.toml").error
    assert "no trial was finished" in line
    (here / "good.toml").write_text("[frontend]\nbands = [10]")
    rows = trials(ask(*SWEEP, "--trials", 1, "--space", "good.toml", "--json"))
    assert "hop_ms 50 must be at most" in rows[0]["failed"]
    assert rows[1]["failed"] == ""
    assert rows[1]["choices"]["frontend.bands"] == 10
    assert len(quick) == 1


def test_another_board_is_another_sweep(quick: list[str]) -> None:
    ask(*SWEEP, "--trials", 1)
    line = refused(1, *SWEEP, "--trials", 0, "--board", "mps2_an500")
    assert "sweeps/s.db: sweep s was begun with another board; choose another name" in line


def test_the_same_seed_chooses_the_same(quick: list[str]) -> None:
    one, two, other = (
        [
            row["choices"]
            for row in trials(ask("sweep", name, "--trials", 4, "--seed", seed, "--json"))
        ]
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert one == two != other


def test_storages_that_cannot_be_used(quick: list[str], here: Path) -> None:
    assert "--storage: not a database's URL" in refused(2, *SWEEP, "--storage", "nonsense")
    line = refused(1, *SWEEP, "--storage", "sqlite:////nowhere/at/all.db")
    assert "sqlite:////nowhere/at/all.db: the sweep's storage cannot be used" in line
    (here / "sweeps").mkdir()
    (here / "sweeps" / "s.db").write_bytes(b"no database at all" * 100)
    assert "file is not a database; what was trained is under runs/" in refused(1, *SWEEP)


def test_a_missing_driver_is_named(quick: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    line = refused(4, *SWEEP, "--storage", "postgresql://me:secret@127.0.0.1:9/none")
    assert "psycopg" in line and "install this database's driver" in line
    assert "secret" not in line


def test_a_fault_of_a_trial_is_no_missing_driver() -> None:
    with pytest.raises(ImportError, match="a broken TensorFlow"), guarded(None):
        raise ImportError("a broken TensorFlow")


def test_data_that_cannot_be_used_begins_no_trial(here: Path) -> None:
    make_folder(here / "clips", {"yes": 20, "no": 20})
    line = refused(1, *SWEEP, "--data", "clips", "--testing-percentage", 0)
    assert "the testing partition is empty" in line
    assert not (here / "runs").exists()
    assert not (here / "sweeps").exists()


def test_a_storage_that_goes_away_loses_nothing(
    quick: list[str], here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = searching._Sweeper._measured

    def and_break(self: Any, run: Run) -> tuple[float, Cost]:
        if run.name == "s-002":
            database = sqlite3.connect(here / "sweeps" / "s.db")
            database.execute("ALTER TABLE trials RENAME TO gone")
            database.commit()
        return figures(self, run)

    monkeypatch.setattr(searching._Sweeper, "_measured", and_break)
    line = refused(1, *SWEEP, "--trials", 4)
    assert "storage cannot be used" in line
    assert "the same command goes on once it is back" in line
    database = sqlite3.connect(here / "sweeps" / "s.db")
    database.execute("ALTER TABLE gone RENAME TO trials")
    database.commit()
    monkeypatch.setattr(searching._Sweeper, "_measured", figures)
    rows = trials(ask(*SWEEP, "--trials", 1, "--json"))
    assert [row["number"] for row in rows if row["cost"]] == [0, 1, 3]


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.qemu
def test_real_trials(here: Path) -> None:
    (here / "space.toml").write_text("[frontend]\nbands = [10, 20]")
    answer = ask(
        "sweep", "real", "--steps", "20", "--learning-rate", "0.001", "--trials", "2",
        "--space", "space.toml", "--flash", "200k", "--json",
    )  # fmt: skip
    rows = trials(answer)
    assert answer.document["pick"] in {row["run"] for row in rows}
    run = Run(here / "runs" / rows[0]["run"])
    facts = run.require("quantize")["facts"]
    assert rows[0]["accuracy"] == facts["int8_accuracy"]
    assert run.recipe.frontend.bands == rows[0]["choices"]["frontend.bands"]
    counted = ask(
        "benchmark", run.name, "--hops-per-inference", rows[0]["cost"]["hops_per_inference"],
        "--json",
    ).document  # fmt: skip
    assert rows[0]["cost"]["flash_bytes"] == counted["flash_bytes"]
    assert rows[0]["cost"]["instructions_per_hop"] == counted["instructions_per_hop"]
