"""The two rules of counting, against restatements written from their descriptions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edgekws.audio.spoken import Spoken
from edgekws.stream.counting import count_tolerance, count_windows
from edgekws.stream.replay import Heard

LABELS = ("_silence_", "_unknown_", "yes", "no")

SAID = st.lists(
    st.tuples(st.sampled_from(["yes", "no", "bed"]), st.integers(0, 6), st.integers(1, 5)),
    max_size=12,
)
HEARD = st.lists(st.tuples(st.integers(0, 70), st.integers(0, 3)), max_size=20)


def spoken(parts: list[tuple[str, int, int]]) -> tuple[Spoken, ...]:
    """Words after each other: name, gap before, length."""
    at, found = 0, []
    for word, gap, length in parts:
        found.append(Spoken(word, at + gap, at + gap + length))
        at += gap + length
    return tuple(found)


def in_order(parts: list[tuple[int, int]]) -> list[Heard]:
    return [Heard(time, label) for time, label in sorted(parts)]


@given(SAID, HEARD, st.integers(0, 12))
def test_windows(
    parts: list[tuple[str, int, int]], found: list[tuple[int, int]], slack: int
) -> None:
    said, heard = spoken(parts), in_order(found)
    tally = count_windows(said, heard, LABELS, slack)
    # Every word holds its window open until it is used.
    unused = {(s.word, s.start): s for s in said if s.word in ("yes", "no")}
    windows = list(unused.values())
    hits, repeats, wrong = [], 0, []
    for each in heard:
        name = LABELS[each.label]
        if name in ("yes", "no"):
            around = [
                w for w in windows if w.word == name and w.start <= each.time <= w.end + slack
            ]
            waiting = [w for w in around if (w.word, w.start) in unused]
            if waiting:
                first = min(waiting, key=lambda w: w.start)
                del unused[first.word, first.start]
                hits.append((first, each))
            elif around:
                repeats += 1
            else:
                wrong.append(each)
    assert sorted(hits, key=lambda pair: pair[0].start) == list(tally.hits)
    assert (list(unused.values()), repeats) == (list(tally.missed), tally.repeats)
    assert wrong == list(tally.false_accepts)


@given(SAID, HEARD, st.integers(0, 12))
def test_tolerance(
    parts: list[tuple[str, int, int]], found: list[tuple[int, int]], tolerance: int
) -> None:
    said, heard = spoken(parts), in_order(found)
    tally = count_tolerance(said, heard, LABELS, tolerance)
    matched: set[int] = set()
    correct, wrong = [], []
    for each in heard:
        name = LABELS[each.label]
        if name in ("yes", "no"):
            near = [s for s in said if abs(s.start - each.time) <= tolerance]
            if near and near[0].word == name and near[0].start not in matched:
                matched.add(near[0].start)
                correct.append((near[0], each))
            else:
                wrong.append(each)
    assert sorted(correct, key=lambda pair: pair[0].start) == list(tally.hits)
    assert wrong == list(tally.false_accepts)
    words = [s for s in said if s.word != "bed"]
    assert [s for s in words if s.start not in matched] == list(tally.missed)
    assert tally.repeats == 0


def test_the_two_rules_differ_where_they_are_known_to() -> None:
    said = (Spoken("bed", 0, 10), Spoken("yes", 15, 25))
    twice = [Heard(26, 2), Heard(28, 2)]
    windows = count_windows(said, twice, LABELS, 10)
    assert (len(windows.hits), windows.repeats, windows.false_accepts) == (1, 1, ())
    tolerance = count_tolerance(said, twice, LABELS, 30)  # the word before is nearer the front
    assert (len(tolerance.hits), len(tolerance.false_accepts)) == (0, 2)


def test_a_window_is_open_from_the_first_sample_to_the_last_of_its_slack() -> None:
    said = (Spoken("yes", 10, 20),)
    found = {at: len(count_windows(said, [Heard(at, 2)], LABELS, 5).hits) for at in (9, 10, 25, 26)}
    assert found == {9: 0, 10: 1, 25: 1, 26: 0}


def test_of_two_open_windows_the_earlier_is_served_first() -> None:
    said = (Spoken("yes", 0, 5), Spoken("yes", 8, 12))
    tally = count_windows(said, [Heard(10, 2)], LABELS, 10)
    assert (tally.hits, tally.missed) == (((said[0], Heard(10, 2)),), (said[1],))


def test_reports_of_silence_and_unknown_are_no_words() -> None:
    heard = [Heard(5, 0), Heard(6, 1)]
    for tally in (count_windows((), heard, LABELS, 5), count_tolerance((), heard, LABELS, 5)):
        assert (tally.hits, tally.missed, tally.false_accepts) == ((), (), ())


def test_words_alone_are_all_counted() -> None:
    said = (Spoken("yes", 0, 10), Spoken("no", 50, 60), Spoken("bed", 90, 99))
    heard = [Heard(9, 0), Heard(55, 1), Heard(95, 0)]
    for tally in (
        count_windows(said, heard, ("yes", "no"), 5),
        count_tolerance(said, heard, ("yes", "no"), 10),
    ):
        assert (len(tally.hits), len(tally.missed), len(tally.false_accepts)) == (2, 0, 1)
