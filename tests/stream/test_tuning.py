"""Tuning chooses what it says it does, from counts that anybody can check."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekws.audio.spoken import Spoken
from edgekws.recipe import DetectorSpec
from edgekws.stream.judging import Listened, Margins, hours, judge, sweep
from edgekws.stream.scoring import Scored
from edgekws.stream.tuning import Trial, choose

LABELS = ("_silence_", "_unknown_", "yes", "no")
STEP, FIRST, RATE = 320, 16_000, 16_000

TRIALS = st.lists(
    st.builds(
        Trial,
        st.builds(
            DetectorSpec,
            window_ms=st.sampled_from([200, 500]),
            threshold=st.sampled_from([100.0, 200.0]),
            suppression_ms=st.sampled_from([500, 1000]),
        ),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    max_size=12,
)


@given(TRIALS, st.integers(0, 5) | st.floats(0, 5), st.integers(0, 5))
def test_chooses_the_fewest_misses_that_are_allowed(
    trials: list[Trial], allowed: float, spoken: int
) -> None:
    found = choose(trials, allowed, spoken)
    fit = [t for t in trials if t.false_accepts <= allowed and t.missed < spoken]
    if not fit:
        assert found is None
        return
    least = min(t.missed for t in fit)
    quietest = min(t.false_accepts for t in fit if t.missed == least)
    assert found in [t.detector for t in fit if (t.missed, t.false_accepts) == (least, quietest)]


def listened(said: tuple[Spoken, ...], loud: list[tuple[int, int, int]], minutes: int) -> Listened:
    """Scores at -128 but for ``(label, first second, seconds)`` in which a label is certain."""
    windows = (minutes * 60 * RATE - FIRST) // STEP + 1
    scores = np.full((windows, len(LABELS)), -128, np.int8)
    scores[:, 0] = 0
    for label, second, seconds in loud:
        first = (second * RATE - FIRST) // STEP
        scores[first : first + seconds * 50, label] = 127
    return Listened(Scored(scores, FIRST, STEP, minutes * 60 * RATE, RATE), said)


def word(name: str, second: int) -> Spoken:
    return Spoken(name, second * RATE, second * RATE + 8_000)


def test_counts_of_a_stream_made_by_hand() -> None:
    said = (word("yes", 10), word("no", 20), word("bed", 30), word("yes", 40))
    stream = listened(said, [(2, 10, 1), (3, 20, 1), (2, 30, 1), (3, 50, 1)], minutes=2)
    spec = DetectorSpec(window_ms=200)
    found = judge([stream, stream], spec, LABELS, Margins())
    windows = found["windows"]
    assert hours([stream, stream]) == pytest.approx(4 / 60)
    assert windows.false_accepts == 4  # "yes" while bed is said, "no" while nothing is, twice
    assert windows.per_hour == pytest.approx(60)
    assert (windows.all_words.missed, windows.all_words.spoken) == (2, 6)
    assert [(w.word, w.missed, w.spoken) for w in windows.words] == [("yes", 2, 4), ("no", 0, 2)]
    assert windows.latency is not None
    # The history passes half-way: 8 of its 11 scores, 140 ms after the first; the word is 500 ms.
    assert windows.latency.median_ms == pytest.approx(-360, abs=21)
    assert found["tolerance"].false_accepts == 4


def test_more_threshold_never_gives_more_of_everything() -> None:
    said = tuple(word("yes", second) for second in range(5, 100, 10))
    stream = listened(said, [(2, second, 1) for second in range(5, 100, 10)], minutes=2)
    points = sweep([stream], DetectorSpec(), LABELS, Margins())["windows"]
    assert (points[0].threshold, points[-1].threshold) == (0.0, 255.0)
    assert points[-1].miss_share == 1.0  # nothing is above 255
    assert min(point.miss_share for point in points) == 0.0


def test_hours_of_silence_have_an_interval_and_no_misses() -> None:
    stream = listened((), [], minutes=120)
    judged = judge([stream], DetectorSpec(), LABELS, Margins())["windows"]
    assert (judged.false_accepts, judged.all_words.share, judged.latency) == (0, None, None)
    assert judged.per_hour_interval == pytest.approx((0, 3.689 / 2), abs=0.001)


def test_a_rule_that_differs_in_its_window_gives_other_averages() -> None:
    stream = listened((word("yes", 10),), [(2, 10, 1)], minutes=1)
    late = [
        judge([stream], replace(DetectorSpec(), window_ms=ms), LABELS, Margins())["windows"].latency
        for ms in (200, 800)
    ]
    assert late[0] is not None and late[1] is not None
    assert late[0].median_ms < late[1].median_ms
