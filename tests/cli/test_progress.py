"""What a learning says of itself, on a terminal and in a log."""

from __future__ import annotations

import pytest

from edgekws.cli import progress
from edgekws.cli.progress import LearningBar
from edgekws.train.moment import Look, Moment, Watch


def moment(step: int, look: Look | None = None, left_s: float = 3671.2) -> Moment:
    return Moment(step, 40, 0.5123, 0.84, 1234.4, left_s, look)


def test_a_log_gets_a_line_for_each_look(capsys: pytest.CaptureFixture[str]) -> None:
    with LearningBar("training") as bar:
        bar(moment(1))
        bar(moment(20, Look(0.4, 0.8125, best=True)))
        bar(moment(21))
        bar(moment(40, Look(0.4, 0.8, best=False), left_s=0.0))
    answer = capsys.readouterr()
    assert answer.out == ""
    assert answer.err.splitlines() == [
        "step 20 of 40: loss 0.512, accuracy 84.00 %, 1,234 clips/s, validation 81.25 % (best), "
        "1:01:12 left",
        "step 40 of 40: loss 0.512, accuracy 84.00 %, 1,234 clips/s, validation 80.00 %, "
        "0:00:00 left",
    ]


def test_a_log_is_not_silent_for_long(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now_s[0])
    bar = LearningBar("training")
    for step in range(1, 8):
        now_s[0] += 11
        bar(moment(step))
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["step 3 of 40", "step 6 of 40"]


def test_a_terminal_gets_a_bar_and_the_same_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then takes stderr for a terminal
    monkeypatch.setenv("COLUMNS", "80")
    with LearningBar("training") as bar:
        bar(moment(19))
        bar(moment(20, Look(0.4, 0.8125, best=True)))
    text = capsys.readouterr().err
    assert "20/40" in text
    assert "loss 0.512, accuracy 84.00 %, 1,234 clips/s" in text
    assert "step 20 of 40: loss 0.512" in text
    assert "step 19 of 40" not in text


def test_speed_and_time_left_count_from_where_it_went_on(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [100.0]
    monkeypatch.setattr("time.perf_counter", lambda: now_s[0])
    watch = Watch(first=50, steps=100)
    now_s[0] += 2.0
    watch.moment(59, 20, [9.0], [0.0], None)
    now_s[0] += 3.0
    found = watch.moment(60, 20, [4.0, 2.0], [0.0, 1.0], None)
    assert (found.loss, found.accuracy) == (3.0, 0.5)
    assert found.clips_per_second == pytest.approx(40 / 5)
    assert found.seconds_left == pytest.approx(5 / 10 * 40)
