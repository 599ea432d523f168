"""A network judged label by label: numbers, text, JSON and pictures."""

from __future__ import annotations

import builtins
import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edgekws.train.judgement import Judgement, judge, to_text
from edgekws.train.report import write_report

LABELS = ("_silence_", "yes", "no", "never")


def judged(partition: str = "test") -> Judgement:
    truth = np.array([0, 1, 1, 1, 2, 2])
    scores = np.eye(4, dtype=np.float32)[[0, 1, 1, 2, 2, 0]]
    return judge(partition, scores, truth, LABELS)


def test_each_label_gets_its_numbers() -> None:
    found = judged()
    assert (found.clips, found.accuracy) == (6, pytest.approx(4 / 6))
    assert found.confusion == ((1, 0, 0, 0), (0, 2, 1, 0), (1, 0, 1, 0), (0, 0, 0, 0))
    assert [each.label for each in found.classes] == list(LABELS)
    yes, never = found.classes[1], found.classes[3]
    assert (yes.precision, yes.recall, yes.f1, yes.support) == (1, 2 / 3, pytest.approx(0.8), 3)
    assert (never.precision, never.recall, never.f1, never.support) == (None, None, None, 0)


def test_text() -> None:
    assert (
        to_text(judged())
        == """\
test: 6 clips, accuracy 66.67 %

  # label      precision %  recall %    F1 %  clips
  0 _silence_        50.00    100.00   66.67      1
  1 yes             100.00     66.67   80.00      3
  2 no               50.00     50.00   50.00      2
  3 never                -         -       -      0

answers across, labels down
      0  1  2  3
  0   1  .  .  .  _silence_
  1   .  2  1  .  yes
  2   1  .  1  .  no
  3   .  .  .  .  never
"""
    )


def test_a_matrix_that_is_too_wide_is_left_out() -> None:
    assert "answers across" in to_text(judged(), 27)
    narrow = to_text(judged(), 26)
    assert "answers across" not in narrow
    assert "_silence_" in narrow


def test_the_report_is_there_for_people_and_programs(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    write_report(tmp_path, judged("validation"), judged())
    document = json.loads((tmp_path / "report.json").read_text())
    assert document["test"] == json.loads(json.dumps(dataclasses.asdict(judged())))
    text = (tmp_path / "report.txt").read_text()
    assert text == f"{to_text(judged('validation'))}\n{to_text(judged())}"
    for partition in ("validation", "test"):
        png = (tmp_path / f"{partition}_confusion.png").read_bytes()
        assert png.startswith(b"\x89PNG")
        assert len(png) > 5000


def test_without_matplotlib_there_are_no_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = builtins.__import__

    def importing(name: str, *rest: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return imported(name, *rest)

    monkeypatch.setattr(builtins, "__import__", importing)
    write_report(tmp_path, judged())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.json", "report.txt"]


@pytest.mark.parametrize("labels", [1, 61])
def test_few_and_many_labels_can_be_drawn(tmp_path: Path, labels: int) -> None:
    pytest.importorskip("matplotlib")
    names = ["$\\frac$", *(f"wört {number}" * 9 for number in range(1, labels))]
    scores = np.eye(labels, dtype=np.float32)
    write_report(tmp_path, judge("test", scores, np.arange(labels), names))
    assert (tmp_path / "test_confusion.png").stat().st_size > 5000
