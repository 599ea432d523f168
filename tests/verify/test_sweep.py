"""Gain, offset and saturation, sample by sample; and accuracy that falls where it must."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.small_network import recording, sound_keywords

from edgekws.graph import run_graph
from edgekws.verify.sweep import FULL_SCALE, Condition, changed, conditions, sweep
from edgekws.verify.windows import window_samples

KEYWORDS = sound_keywords()
SAMPLES = window_samples(KEYWORDS)


@given(
    st.lists(st.integers(-32768, 32767), min_size=1, max_size=30),
    st.floats(-30, 10),
    st.floats(-10, 10),
)
def test_every_sample_is_scaled_moved_and_limited(
    samples: list[int], gain_db: float, offset: float
) -> None:
    found, clipped = changed(np.array([samples], np.int16), Condition(gain_db, offset))
    wanted = [s * math.pow(10, gain_db / 20) + 327.68 * offset for s in samples]
    for given_sample, expected in zip(found[0].tolist(), wanted, strict=True):
        assert abs(given_sample - min(max(expected, -32768), 32767)) <= 0.5 + 1e-6
    beyond = sum(x < -32768.5 or x >= 32767.5 for x in wanted)
    assert abs(clipped - beyond) <= sum(abs(abs(x) - 32768) < 1 for x in wanted)


def test_no_change_is_no_change() -> None:
    clips = recording(1000)[np.newaxis]
    assert changed(clips, Condition()) == (clips, 0)


def test_the_conditions_are_those_of_the_page() -> None:
    found = [(c.gain_db, c.offset_percent) for c in conditions()]
    assert found[:9] == [(float(gain), 0.0) for gain in range(-30, 11, 5)]
    assert sorted(offset for _, offset in found[9:]) == [-10, -5, -2, -1, 1, 2, 5, 10]


def test_accuracy_is_counted_against_the_answers_of_the_unchanged_clips() -> None:
    """The right answers are made those of the network itself: unchanged, all are right."""
    clips = np.stack([recording(SAMPLES, seed) for seed in range(300)])  # more than `AT_ONCE`
    assert KEYWORDS.frontend is not None
    shape = KEYWORDS.graph.input_tensor.shape[1:]

    def answers(samples: np.ndarray) -> np.ndarray:
        assert KEYWORDS.frontend is not None
        features = KEYWORDS.frontend.reference(samples).reshape(len(samples), *shape)
        return run_graph(KEYWORDS.graph, features).argmax(axis=1)

    labels = answers(clips)
    said: list[str] = []
    found = {(p.gain_db, p.offset_percent): p for p in sweep(KEYWORDS, clips, labels, said.append)}
    assert len(said) == len(found) == 17
    assert found[0, 0].accuracy == 1.0
    assert found[0, 0].clipped == 0.0
    louder = np.clip(np.rint(clips * 10**0.5), -FULL_SCALE, FULL_SCALE - 1)
    expected = np.mean(answers(louder.astype(np.int16)) == labels)
    assert found[10, 0].accuracy == pytest.approx(expected)
    assert found[10, 0].clipped > 0
    low, high = found[10, 0].interval
    assert low < found[10, 0].accuracy < high or found[10, 0].accuracy in (low, high)
