"""What the detector does with words, silence and unknown, told by small examples."""

from __future__ import annotations

import numpy as np
import pytest

from edgekws import strict
from edgekws.errors import ConfigError
from edgekws.recipe import DetectorSpec
from edgekws.stream.detect import Detector, detector_config, most_hops_per_inference

LABELS = ("_silence_", "_unknown_", "yes", "no")


def heard(spec: DetectorSpec, *runs: tuple[str, int]) -> list[tuple[str, int]]:
    """Name and step of every word heard when each run's label is certain for so many steps."""
    detector = Detector(spec, LABELS, hop_ms=20)
    winners = [LABELS.index(name) for name, steps in runs for _ in range(steps)]
    rows = np.where(np.arange(4) == np.array(winners)[:, None], 127, -128).astype(np.int8)
    answers = [detector.step(row) for row in rows]
    return [(answer.name, step) for step, answer in enumerate(answers) if answer.is_new]


# Two scores are averaged, so one more step of a label than of another makes it the top.
QUICK = {"window_ms": 20, "threshold": 200.0, "minimum_count": 2, "suppression_ms": 100}


@pytest.mark.parametrize(
    ("repeats", "expected"),
    [
        ("after_suppression", [("yes", 1), ("yes", 7), ("no", 13)]),
        ("after_other_label", [("yes", 1), ("no", 11)]),
        ("other_at_once", [("yes", 1), ("yes", 7), ("no", 11)]),
    ],
)
def test_repeats(repeats: str, expected: list[tuple[str, int]]) -> None:
    assert heard(DetectorSpec(**QUICK, repeats=repeats), ("yes", 10), ("no", 6)) == expected


def test_same_word_again_after_silence() -> None:
    spec = DetectorSpec(**QUICK, repeats="after_other_label")
    runs = (("yes", 8), ("_silence_", 3), ("yes", 8))
    assert heard(spec, *runs) == [("yes", 1), ("yes", 12)]
    reported = DetectorSpec(**QUICK, repeats="after_other_label", silence="report")
    assert heard(reported, *runs) == [("yes", 1), ("_silence_", 9), ("yes", 12)]


def test_unknown_holds_the_next_word_back_only_when_reported() -> None:
    runs = (("_unknown_", 3), ("yes", 8))
    assert heard(DetectorSpec(**QUICK), *runs) == [("yes", 4), ("yes", 10)]
    reported = DetectorSpec(**QUICK, unknown="report")
    assert heard(reported, *runs) == [("_unknown_", 1), ("yes", 7)]


def test_too_little_to_judge_gives_the_previous_label() -> None:
    detector = Detector(DetectorSpec(), LABELS, hop_ms=20)
    answer = detector.step(np.full(4, 127, np.int8))
    assert (answer.name, answer.score, answer.is_new) == ("_silence_", 0, False)
    nameless = Detector(DetectorSpec(), ("a", "b"), hop_ms=20)
    answer = nameless.step(np.zeros(2, np.int8))
    assert (answer.label, answer.name) == (-1, "")


def test_history_is_as_large_as_the_window_needs() -> None:
    config = detector_config(
        DetectorSpec(window_ms=1000), LABELS, step_samples=320, sample_rate_hz=16_000
    )
    assert (config.capacity, config.window_samples, config.minimum_span_samples) == (
        51,
        16000,
        4000,
    )
    assert config.memory_words == 4 + 51 + 51


def test_minimum_count_that_is_never_reached_is_refused() -> None:
    with pytest.raises(ConfigError, match="minimum_count 3 is never reached: window_ms 30 holds 2"):
        Detector(DetectorSpec(window_ms=30), LABELS, hop_ms=20)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"threshold": 256}, r"threshold must be in 0\.\.255, got 256"),
        ({"repeats": "never"}, "repeats 'never' is not known; known: after_suppression, "),
        ({"unknown": "yes"}, "unknown 'yes' is not known; known: ignore, report"),
        ({"window_ms": 0}, "window_ms and minimum_count must be above 0"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(table: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=f"recipe.toml:detector: {message}"):
        strict.from_table(DetectorSpec, table, "recipe.toml:detector")


def test_a_whole_threshold_is_read_as_a_number() -> None:
    assert strict.from_table(DetectorSpec, {"threshold": 178}, "x") == DetectorSpec()


@pytest.mark.parametrize("minimum_count", [1, 2, 3, 5])
@pytest.mark.parametrize("window_ms", [20, 100, 500, 990])
def test_more_hops_than_the_most_are_refused(minimum_count: int, window_ms: int) -> None:
    spec = DetectorSpec(window_ms=window_ms, minimum_count=minimum_count)
    most = most_hops_per_inference(spec, 20)

    def config(hops: int) -> None:
        detector_config(spec, LABELS, step_samples=320 * hops, sample_rate_hz=16_000)

    if minimum_count == 1 or window_ms >= 20 * (minimum_count - 1):
        config(most)
    if minimum_count > 1:
        with pytest.raises(ConfigError, match="minimum_count"):
            config(most + 1)
