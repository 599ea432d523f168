"""How good a detector is on streams: rates with intervals, latencies, curves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from edgekws.audio.spoken import Spoken
from edgekws.metrics import poisson_interval, wilson_interval
from edgekws.recipe import DetectorSpec, words_of
from edgekws.stream.counting import RULES, Tally, count_tolerance, count_windows
from edgekws.stream.replay import Averages, averages, replay
from edgekws.stream.scoring import Scored

# Closer where networks are sure: their scores crowd at the top.
THRESHOLDS = (*range(0, 200, 4), *range(200, 250), *(step / 10 for step in range(2500, 2551)))


@dataclass(frozen=True)
class Margins:
    """How near a detection must be to its word."""

    slack_ms: int = 1000  # after the word's end, by detection windows
    tolerance_ms: int = 1500  # from the word's beginning, by TensorFlow's tolerance


@dataclass(frozen=True, eq=False)
class Listened:
    """One stream: its scores and what is said in it."""

    scored: Scored
    said: tuple[Spoken, ...]


@dataclass(frozen=True)
class WordMisses:
    """How often one word was said and not heard."""

    word: str
    spoken: int
    missed: int
    share: float | None  # 0..1; None when it is never said
    interval: tuple[float, float] | None  # Wilson, 95 %


@dataclass(frozen=True)
class Latency:
    """From the end of a word to its detection."""

    median_ms: float
    p90_ms: float


@dataclass(frozen=True)
class Judged:
    """One detector on some streams by one rule of counting. Intervals are at 95 %."""

    rule: str
    false_accepts: int
    per_hour: float
    per_hour_interval: tuple[float, float]  # Poisson, exact
    repeats: int
    all_words: WordMisses
    words: tuple[WordMisses, ...]
    latency: Latency | None  # None when nothing was heard


@dataclass(frozen=True)
class Point:
    """One threshold of a sweep."""

    threshold: float
    false_accepts: int
    per_hour: float
    missed: int
    miss_share: float


def hours(streams: Iterable[Listened]) -> float:
    """Length of all streams together."""
    return sum(each.scored.hours for each in streams)


def judge(
    streams: Sequence[Listened], spec: DetectorSpec, labels: tuple[str, ...], margins: Margins
) -> dict[str, Judged]:
    """Judge one detector by every rule of counting.

    Raises
    ------
    ConfigError
        The detector's window cannot hold its minimum count at this distance of scores.
    """
    means = prepared(streams, spec, labels)
    found = {}
    for rule in RULES:
        counted = tallies(streams, means, spec, labels, margins=margins, rule=rule)
        found[rule] = _judged(rule, counted, streams, labels)
    return found


def sweep(
    streams: Sequence[Listened], spec: DetectorSpec, labels: tuple[str, ...], margins: Margins
) -> dict[str, tuple[Point, ...]]:
    """Let the threshold go from 0 to 255 and count, by every rule."""
    means = prepared(streams, spec, labels)
    curves: dict[str, list[Point]] = {rule: [] for rule in RULES}
    for threshold in THRESHOLDS:
        at = replace(spec, threshold=float(threshold))
        for rule in RULES:
            found = tallies(streams, means, at, labels, margins=margins, rule=rule)
            curves[rule].append(point(float(threshold), found, hours(streams)))
    return {rule: tuple(points) for rule, points in curves.items()}


def prepared(
    streams: Sequence[Listened], spec: DetectorSpec, labels: tuple[str, ...]
) -> list[Averages]:
    """The averages of each stream, which do not depend on the threshold."""
    return [averages(each.scored, spec, labels) for each in streams]


def tallies(
    streams: Sequence[Listened],
    means: Sequence[Averages],
    spec: DetectorSpec,
    labels: tuple[str, ...],
    *,
    margins: Margins,
    rule: str,
) -> list[Tally]:
    """Count each stream; the detector begins anew in each."""
    found = []
    for stream, mean in zip(streams, means, strict=True):
        heard = replay(mean, stream.scored, spec, labels)
        rate = stream.scored.sample_rate_hz
        if rule == "windows":
            slack = margins.slack_ms * rate // 1000
            found.append(count_windows(stream.said, heard, labels, slack))
        else:
            tolerance = margins.tolerance_ms * rate // 1000
            found.append(count_tolerance(stream.said, heard, labels, tolerance))
    return found


def point(threshold: float, found: Sequence[Tally], length_h: float) -> Point:
    """The numbers of one threshold."""
    wrong = sum(len(each.false_accepts) for each in found)
    missed = sum(len(each.missed) for each in found)
    spoken = missed + sum(len(each.hits) for each in found)
    return Point(threshold, wrong, wrong / length_h, missed, missed / spoken if spoken else 0.0)


def _judged(
    rule: str, found: Sequence[Tally], streams: Sequence[Listened], labels: tuple[str, ...]
) -> Judged:
    length_h = hours(streams)
    wrong = sum(len(each.false_accepts) for each in found)
    low, high = poisson_interval(wrong)
    missed = Counter(each.word for tally in found for each in tally.missed)
    hit = Counter(each.word for tally in found for each, _ in tally.hits)
    return Judged(
        rule=rule,
        false_accepts=wrong,
        per_hour=wrong / length_h,
        per_hour_interval=(low / length_h, high / length_h),
        repeats=sum(each.repeats for each in found),
        all_words=_misses("", missed.total(), missed.total() + hit.total()),
        words=tuple(
            _misses(word, missed[word], missed[word] + hit[word]) for word in words_of(labels)
        ),
        latency=_latency(found, streams),
    )


def _misses(word: str, missed: int, spoken: int) -> WordMisses:
    if not spoken:
        return WordMisses(word, 0, 0, None, None)
    return WordMisses(word, spoken, missed, missed / spoken, wilson_interval(missed, spoken))


def _latency(found: Sequence[Tally], streams: Sequence[Listened]) -> Latency | None:
    late_ms = [
        (heard.time - said.end) * 1000 / stream.scored.sample_rate_hz
        for tally, stream in zip(found, streams, strict=True)
        for said, heard in tally.hits
    ]
    if not late_ms:
        return None
    return Latency(float(np.median(late_ms)), float(np.percentile(late_ms, 90)))
