"""Replaying stored scores equals the detector, step by step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.score_streams import LABELS, Stream, seeded, streams

from edgekws.recipe import POLICIES, REPEATS, DetectorSpec
from edgekws.stream import replay as replaying
from edgekws.stream.detect import Detector
from edgekws.stream.presets import PRESETS
from edgekws.stream.replay import Heard, averages, replay
from edgekws.stream.scoring import Scored

STEP = 320
SPECS = st.builds(
    DetectorSpec,
    window_ms=st.integers(20, 900),
    threshold=st.sampled_from([0.0, 50.0, 51.5, 128.0, 178.0, 200.0, 255.0]),
    suppression_ms=st.integers(0, 1500),
    minimum_count=st.just(1),
    silence=st.sampled_from(POLICIES),
    unknown=st.sampled_from(POLICIES),
    repeats=st.sampled_from(REPEATS),
)


def scored(scores: np.ndarray, first: int = 16_000) -> Scored:
    return Scored(scores, first, STEP, first + len(scores) * STEP, 16_000)


def by_detector(stream: Scored, spec: DetectorSpec, labels: tuple[str, ...]) -> list[Heard]:
    detector = Detector(spec, labels, STEP // 16)
    times = stream.first + np.arange(len(stream.scores)) * STEP
    steps = (detector.step(row, int(t)) for row, t in zip(stream.scores, times, strict=True))
    return [Heard(each.time, each.label) for each in steps if each.is_new]


@given(streams(STEP, exact=True), SPECS, st.integers(1, 60))
def test_equals_the_detector(stream: Stream, spec: DetectorSpec, count: int) -> None:
    capacity = 1 + spec.window_ms * 16 // STEP
    spec = replace(spec, minimum_count=min(count, capacity))
    sound = scored(stream[1])
    found = replay(averages(sound, spec, LABELS), sound, spec, LABELS)
    assert found == by_detector(sound, spec, LABELS)


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("threshold", [20.0, 90.0, 180.0])
def test_equals_the_detector_by_published_rules(name: str, threshold: float) -> None:
    spec = replace(PRESETS[name], threshold=threshold)
    sound = scored(seeded(5, 3000, STEP)[1])
    found = replay(averages(sound, spec, LABELS), sound, spec, LABELS)
    assert found == by_detector(sound, spec, LABELS)
    assert found


def test_the_pieces_of_a_long_stream_join(monkeypatch: pytest.MonkeyPatch) -> None:
    sound, spec = scored(seeded(6, 3000, STEP)[1]), DetectorSpec(threshold=100.0)
    whole = averages(sound, spec, LABELS)
    monkeypatch.setattr(replaying, "WINDOWS_AT_ONCE", 7)
    pieces = averages(sound, spec, LABELS)
    for name in ("times", "labels", "sums", "counts"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(pieces, name))


def test_no_scores_no_words() -> None:
    sound, spec = scored(np.zeros((0, 4), np.int8)), DetectorSpec()
    assert replay(averages(sound, spec, LABELS), sound, spec, LABELS) == []


def test_labels_without_silence_and_unknown() -> None:
    sound, spec = scored(seeded(7, 2000, STEP)[1]), DetectorSpec(threshold=100.0)
    labels = ("a", "b", "c", "d")
    found = replay(averages(sound, spec, labels), sound, spec, labels)
    assert found == by_detector(sound, spec, labels)
