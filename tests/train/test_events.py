"""The TensorBoard event file: what was learnt when, each step once however often it was killed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.made_up import made_up_recipe, new_run, use_made_up_material

from edgekws.errors import EdgekwsError
from edgekws.run import Run
from edgekws.train import train
from edgekws.train.moment import Moment

pytestmark = pytest.mark.tensorflow

Points = list[tuple[int, str, float]]


def points(run: Run) -> Points:
    """Every point of every curve, in the order of the file."""
    from edgekws.models.backend import tf
    from edgekws.train.events import FILE

    path = str(run.path / "float" / FILE)
    events = list(tf.compat.v1.train.summary_iterator(path))
    assert events[0].file_version == "brain.Event:2"
    return [
        (event.step, value.tag, value.simple_value)
        for event in events[1:]
        for value in event.summary.value
    ]


def rows(run: Run) -> list[dict[str, Any]]:
    return list(json.loads((run.path / "float" / "history.json").read_text()))


def expected(run: Run) -> Points:
    from edgekws.train.events import TAGS

    return [
        (row["step"], tag, pytest.approx(row[key], rel=1e-6))
        for row in rows(run)
        for key, tag in TAGS.items()
    ]


class Killed(Exception):
    """What the test throws out of the progress callback."""


def killed_after(run: Run, last: int) -> None:
    def progress(moment: Moment) -> None:
        if moment.step == last:
            raise Killed

    with pytest.raises(Killed):
        train(run, progress=progress)


def test_the_curves_are_the_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_made_up_material(monkeypatch)
    run = new_run(tmp_path, made_up_recipe())
    train(run)
    found = points(run)
    assert found == expected(run)
    assert [step for step, tag, _ in found if tag == "loss/validation"] == [4, 8, 12, 16]
    rates = [value for _, tag, value in found if tag == "learning_rate"]
    assert rates == pytest.approx([0.001, 0.001, 0.001, 0.0001])


def test_they_can_be_seen_while_it_learns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_made_up_material(monkeypatch)
    run = new_run(tmp_path, made_up_recipe())
    seen: list[int] = []
    train(run, progress=lambda moment: seen.append(len(points(run))))
    assert seen == [5 * (step // 4) for step in range(1, 17)]


def test_a_killed_training_goes_on_with_the_same_curves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_made_up_material(monkeypatch)
    whole = new_run(tmp_path, made_up_recipe(), "whole")
    killed = new_run(tmp_path, made_up_recipe(), "killed")
    train(whole)
    killed_after(killed, 5)
    files = list((killed.path / "float").glob("*tfevents*"))
    assert len(files) == 1
    with files[0].open("r+b") as stream:
        stream.truncate(files[0].stat().st_size - 7)  # a record that was half written
    killed_after(killed, 13)
    train(killed)
    assert points(killed) == points(whole)
    assert list((killed.path / "float").glob("*tfevents*")) == files


def test_a_file_that_cannot_be_written_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_made_up_material(monkeypatch)
    run = new_run(tmp_path, made_up_recipe())
    (run.path / "float" / "events.out.tfevents.edgekws").mkdir(parents=True)
    with pytest.raises(EdgekwsError, match=r"events\.out\.tfevents\.edgekws: cannot write: "):
        train(run)
