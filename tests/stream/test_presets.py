"""The presets give the answers of the published rules, stated here once more on their own."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from support.score_streams import LABELS, Stream, seeded, streams

from edgekws.recipe import DetectorSpec
from edgekws.stream.detect import Detection, Detector
from edgekws.stream.presets import PRESETS

SAMPLES_PER_MS = 16
Row = npt.NDArray[np.float64]


@dataclass
class Answer:
    """What the published rules answer: the label's name, its mean score, whether it is new."""

    command: str
    score: Fraction | float
    is_new: bool
    tied: bool = False  # labels or threshold are equal in exact arithmetic: rounding decides


Pairs = list[tuple[Detection, Answer]]


@dataclass
class Published:
    """RecognizeCommands of TensorFlow's speech_commands example: real scores 0..1, times in ms.

    ``number`` is the arithmetic: `Fraction` is what the rule means, `numpy.float64` and
    `numpy.float32` are what its Python and its C++ do.
    """

    window_ms: int
    threshold: str
    suppression_ms: int
    minimum_count: int
    number: type = Fraction
    history: deque[tuple[float, Row]] = field(default_factory=deque)
    previous: str = "_silence_"
    previous_time: float | None = None

    def answer(self, time_ms: float, scores: Row) -> Answer:
        self.history.append((time_ms, scores))
        while self.history[0][0] < time_ms - self.window_ms:
            self.history.popleft()
        few = len(self.history) < self.minimum_count
        if few or time_ms - self.history[0][0] < self.window_ms / 4:
            return Answer(self.previous, 0, False)
        means = self.means()
        top = max(range(len(LABELS)), key=lambda label: means[label])  # the first of equal ones
        new = self.passes(means[top]) and self.is_free(LABELS[top], time_ms)
        if new:
            self.previous, self.previous_time = LABELS[top], time_ms
        return Answer(LABELS[top], means[top], new, self.is_tied())

    def exact_means(self) -> list[Fraction]:
        total = sum(row for _, row in self.history)  # exact: whole multiples of 1/256
        return [Fraction(value) / len(self.history) for value in np.asarray(total)]

    def means(self) -> list[Fraction] | list[float]:
        if self.number is Fraction:
            return self.exact_means()
        mean = np.zeros(len(LABELS), self.number)
        for _, row in self.history:
            mean += row.astype(self.number) / self.number(len(self.history))
        return list(mean)

    def passes(self, mean: Fraction | float) -> bool:
        return bool(mean > self.number(self.threshold))

    def is_free(self, label: str, time_ms: float) -> bool:
        return label != self.previous and self.since(time_ms) > self.suppression_ms

    def since(self, time_ms: float) -> float:
        if self.previous_time is None or self.previous == "_silence_":
            return math.inf
        return time_ms - self.previous_time

    def is_tied(self) -> bool:
        means = sorted(self.exact_means(), reverse=True)
        return means[0] in (means[1], Fraction(self.threshold))


class PublishedMicro(Published):
    """The micro_speech example: whole scores 0..255, means rounded down, another free rule."""

    def means(self) -> list[Fraction] | list[float]:
        return [math.floor(256 * mean) for mean in self.exact_means()]

    def is_free(self, label: str, time_ms: float) -> bool:
        return label != self.previous or self.since(time_ms) > self.suppression_ms

    def is_tied(self) -> bool:
        means = sorted(self.means(), reverse=True)
        return means[0] == means[1]


def both(spec: DetectorSpec, published: Published, stream: Stream) -> Pairs:
    """Our answer and theirs to every step. Times in ms are exact: samples are 1/16 of one."""
    detector = Detector(spec, LABELS, hop_ms=20)
    return [
        (
            detector.step(row, int(time)),
            published.answer(int(time) / SAMPLES_PER_MS, (row.astype(np.float64) + 128) / 256),
        )
        for time, row in zip(*stream, strict=True)
    ]


def published_of(preset: str, number: type = Fraction) -> Published:
    return {
        "recognize_commands": Published(1000, "0.2", 500, 3, number),
        "streaming_accuracy": Published(500, "0.7", 500, 4, number),
        "micro_speech": PublishedMicro(1000, "200", 1500, 3, number),
    }[preset]


@pytest.mark.parametrize("preset", ["recognize_commands", "streaming_accuracy"])
@settings(max_examples=100, deadline=None)
@given(stream=streams(step=320))
def test_every_answer_is_the_published_one(preset: str, stream: Stream) -> None:
    for ours, theirs in both(PRESETS[preset], published_of(preset), stream):
        mean = Fraction(ours.score_sum, ours.count * 256)
        assert (ours.name, mean, ours.is_new) == (theirs.command, theirs.score, theirs.is_new)


@pytest.mark.parametrize("number", [np.float64, np.float32])
@pytest.mark.parametrize("preset", ["recognize_commands", "streaming_accuracy"])
@settings(max_examples=50, deadline=None)
@given(stream=streams(step=320))
def test_published_floats_differ_only_where_exact_numbers_tie(
    preset: str, number: type, stream: Stream
) -> None:
    for ours, theirs in both(PRESETS[preset], published_of(preset, number), stream):
        if theirs.tied:
            return  # rounding of their floats decides here, and what follows hangs on it
        assert (ours.name, ours.is_new) == (theirs.command, theirs.is_new)
        assert math.isclose(ours.score_sum / ours.count / 256, theirs.score, abs_tol=1e-5)


@settings(max_examples=100, deadline=None)
@given(stream=streams(step=320))
def test_micro_speech_is_the_published_one_without_the_silence(stream: Stream) -> None:
    for ours, theirs in both(PRESETS["micro_speech"], published_of("micro_speech"), stream):
        if theirs.tied:
            return  # two means that round down to the same: their first wins, our higher
        new = theirs.is_new and theirs.command != "_silence_"
        assert (ours.name, ours.score, ours.is_new) == (theirs.command, theirs.score, new)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_streams_are_worth_comparing(preset: str) -> None:
    pairs = both(PRESETS[preset], published_of(preset), seeded(3, 3000, 320))
    assert sum(ours.is_new for ours, _ in pairs) >= 5
    assert {ours.name for ours, _ in pairs} == set(LABELS)


@pytest.mark.parametrize(
    "change",
    [{"threshold": 51.0}, {"suppression_ms": 520}, {"unknown": "ignore"}, {"window_ms": 980}],
    ids=str,
)
def test_a_planted_difference_is_seen(change: dict[str, object]) -> None:
    near = DetectorSpec(**{**vars(PRESETS["recognize_commands"]), **change})  # type: ignore[arg-type]
    pairs = both(near, published_of("recognize_commands"), seeded(5, 6000, 320))
    assert any(
        (ours.name, ours.is_new) != (theirs.command, theirs.is_new) for ours, theirs in pairs
    )
