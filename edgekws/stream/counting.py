"""What was heard against what was said: two published ways to count, see docs/evaluation.md."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from edgekws.audio.spoken import Spoken
from edgekws.recipe import SILENCE, UNKNOWN, words_of
from edgekws.stream.replay import Heard

RULES = ("windows", "tolerance")


@dataclass(frozen=True)
class Tally:
    """Detections of words, sorted into right and wrong; those of silence and unknown are none."""

    hits: tuple[tuple[Spoken, Heard], ...]
    missed: tuple[Spoken, ...]  # words to spot that no detection was counted for
    false_accepts: tuple[Heard, ...]
    repeats: int  # further detections of a word that was hit; ``windows`` only


def count_windows(
    said: Sequence[Spoken], heard: Sequence[Heard], labels: tuple[str, ...], slack: int
) -> Tally:
    """Count as MLPerf Tiny's streaming wake word does: a detection window for each word.

    The window is from the word's first sample to ``slack`` samples after its last one. The first
    detection of the word in it is a hit; more of them are repeats, neither right nor wrong.
    Everything else is a false accept. Of two windows that overlap the earlier one is served first.
    """
    targets = [each for each in said if each.word in words_of(labels)]
    longest = max((each.end - each.start for each in targets), default=0) + slack
    starts = [each.start for each in targets]
    taken: dict[int, Heard] = {}
    wrong, repeats = [], 0
    for each in _words(heard, labels):
        name = labels[each.label]
        fitting = []
        for at in range(bisect_left(starts, each.time - longest), len(targets)):
            if starts[at] > each.time:
                break
            if targets[at].word == name and each.time <= targets[at].end + slack:
                fitting.append(at)
        free = [at for at in fitting if at not in taken]
        if free:
            taken[free[0]] = each
        elif fitting:
            repeats += 1
        else:
            wrong.append(each)
    return _tally(targets, taken, wrong, repeats)


def count_tolerance(
    said: Sequence[Spoken], heard: Sequence[Heard], labels: tuple[str, ...], tolerance: int
) -> Tally:
    """Count as TensorFlow's ``test_streaming_accuracy`` does: by the distance from the beginning.

    A detection is held against the first word, known or not, that begins within ``tolerance``
    samples of it: a hit when that is its word and not hit before, else a false accept, as when
    there is none.
    """
    starts = [each.start for each in said]
    taken: dict[int, Heard] = {}
    wrong = []
    for each in _words(heard, labels):
        at = bisect_left(starts, each.time - tolerance)
        near = at < len(said) and starts[at] <= each.time + tolerance
        if near and said[at].word == labels[each.label] and at not in taken:
            taken[at] = each
        else:
            wrong.append(each)
    targets = [each for each in said if each.word in words_of(labels)]
    numbers = [at for at, each in enumerate(said) if each.word in words_of(labels)]
    return _tally(targets, {numbers.index(at): one for at, one in taken.items()}, wrong, 0)


def _words(heard: Sequence[Heard], labels: tuple[str, ...]) -> list[Heard]:
    return [each for each in heard if labels[each.label] not in (SILENCE, UNKNOWN)]


def _tally(
    targets: list[Spoken], taken: dict[int, Heard], wrong: list[Heard], repeats: int
) -> Tally:
    return Tally(
        hits=tuple((targets[at], taken[at]) for at in sorted(taken)),
        missed=tuple(each for at, each in enumerate(targets) if at not in taken),
        false_accepts=tuple(wrong),
        repeats=repeats,
    )
