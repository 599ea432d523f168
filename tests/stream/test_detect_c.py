"""kws_detect.c gives the answer of its Python twin to every step, under the sanitizers."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import sanitized
from support.score_streams import LABELS, Stream, seeded, streams

from edgekws.recipe import POLICIES, REPEATS, DetectorSpec
from edgekws.stream.detect import Detection, Detector
from edgekws.stream.presets import PRESETS

DRIVER = Path(__file__).with_name("detect_driver.c")
STEP = 320
BAD_ARGUMENT = 1


@pytest.fixture(scope="module")
def program(require_tool: Callable[[str], str]) -> Iterator[Path]:
    built = sanitized.build(require_tool("gcc"), DRIVER, ("kws_detect.c",))
    yield built
    sanitized.remove(built)


def case(detector: Detector, stream: Stream, resets: tuple[int, ...] = ()) -> bytes:
    """Input of the driver; ``resets`` are the steps before which the detector is reset."""
    times, scores = stream
    config = np.array(dataclasses.astuple(detector.config), np.int32)
    parts = [config.tobytes(), np.int32(len(times)).tobytes()]
    for index, (time, row) in enumerate(zip(times, scores, strict=True)):
        parts += [np.int32(index in resets).tobytes(), np.int64(time).tobytes(), row.tobytes()]
    return b"".join(parts)


def line(d: Detection) -> str:
    numbers = (0, d.time, d.label, d.score, d.score_sum, d.count, int(d.is_new))
    return " ".join(map(str, numbers))


def twin(detector: Detector, stream: Stream) -> list[str]:
    return [line(detector.step(row, int(time))) for time, row in zip(*stream, strict=True)]


specs = st.builds(
    DetectorSpec,
    window_ms=st.sampled_from([60, 100, 333, 1000]),
    threshold=st.sampled_from([0.0, 51.2, 128.0, 178.0, 200.0, 200.999, 255.0]),
    suppression_ms=st.sampled_from([0, 20, 100, 750, 1500]),
    minimum_count=st.integers(1, 4),
    silence=st.sampled_from(POLICIES),
    unknown=st.sampled_from(POLICIES),
    repeats=st.sampled_from(REPEATS),
)
label_sets = st.sampled_from([LABELS, ("a",), ("no", "_silence_", "yes"), tuple("abcde")])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_c_equals_the_twin(program: Path, data: st.DataObject) -> None:
    labels = data.draw(label_sets)
    detector = Detector(data.draw(specs), labels, hop_ms=20)
    stream = data.draw(streams(STEP, len(labels)))
    printed = sanitized.run(program, case(detector, stream))
    assert printed == [f"init 0 {detector.config.memory_words}", *twin(detector, stream)]


def test_reset_equals_fresh(program: Path) -> None:
    stream = seeded(1, 700, STEP)
    detector = Detector(PRESETS["recognize_commands"], LABELS, hop_ms=20)
    twice = tuple(np.concatenate([part, part]) for part in stream)
    printed = sanitized.run(program, case(detector, twice, resets=(700,)))  # type: ignore[arg-type]
    once = twin(detector, stream)
    assert any(text.endswith(" 1") for text in once)
    detector.reset()
    assert printed[1:] == once + twin(detector, stream)
    assert printed[1:701] == printed[701:]


def test_time_that_runs_back_or_steps_too_close_are_refused(program: Path) -> None:
    detector = Detector(DetectorSpec(window_ms=60), LABELS, hop_ms=20)
    times = np.array([-1, 1000, 999, 1000, 1000, 1000, 1000, 1961, 1962, 3000])
    scores = np.full((len(times), 4), 1, np.int8)
    printed = sanitized.run(program, case(detector, (times, scores)))[1:]
    refused = [index for index, text in enumerate(printed) if text.startswith(f"{BAD_ARGUMENT} ")]
    assert refused == [0, 2, 6]
    assert all("-9 -9 -9 -9 -9 0" in printed[index] for index in refused)
    for index, text in enumerate(printed):
        if index in refused:
            with pytest.raises(ValueError, match=r"is before|closer than"):
                detector.step(scores[index], int(times[index]))
        else:
            assert line(detector.step(scores[index], int(times[index]))) == text


@pytest.mark.parametrize(
    "change",
    [
        {"capacity": 50},
        {"label_count": 0},
        {"step_samples": 0},
        {"window_samples": -1},
        {"minimum_count": 0},
        {"minimum_count": 52},
        {"suppression_samples": -1},
        {"threshold_milli": -1},
    ],
    ids=str,
)
def test_a_config_that_cannot_be_is_refused(program: Path, change: dict[str, int]) -> None:
    detector = Detector(DetectorSpec(window_ms=1000), LABELS, hop_ms=20)
    assert detector.config.capacity == 51
    detector.config = dataclasses.replace(detector.config, **change)  # type: ignore[arg-type]
    nothing = (np.zeros(0, np.int64), np.zeros((0, 4), np.int8))
    assert sanitized.run(program, case(detector, nothing))[0].startswith(f"init {BAD_ARGUMENT}")


FAULTS = {
    "at the threshold": ("* 1000 <= (int64_t)", "* 1000 < (int64_t)"),
    "suppression one early": ("> config->suppression_samples", ">= config->suppression_samples"),
    "window one short": (
        "> (uint32_t)config->window_samples",
        ">= (uint32_t)config->window_samples",
    ),
    "span one long": (">= (uint32_t)config->minimum", "> (uint32_t)config->minimum"),
    "count one more": ("count >= config->minimum_count", "count > config->minimum_count"),
    "last of equal labels": ("> state->sums[top]", ">= state->sums[top]"),
    "ignored label suppresses": ("suppressing = detection->is_new", "suppressing = true"),
    "silence holds back": ("label != config->silence_label) {", "label < 0) {"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(require_tool: Callable[[str], str], fault: str) -> None:
    right, wrong = FAULTS[fault]
    broken = sanitized.build(require_tool("gcc"), DRIVER, ("kws_detect.c",), faults={right: wrong})
    differs = False
    policies = itertools.product(POLICIES, REPEATS, (100, 600))
    for number, (silence, repeats, suppression_ms) in enumerate(policies):
        spec = DetectorSpec(160, 200.0, suppression_ms, silence=silence, repeats=repeats)
        detector = Detector(spec, LABELS, hop_ms=20)
        stream = seeded(number, 2000, STEP)
        differs |= sanitized.run(broken, case(detector, stream))[1:] != twin(detector, stream)
    sanitized.remove(broken)
    assert differs
