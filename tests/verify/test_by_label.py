"""Agreement, McNemar's test and the labels, each counted again by hand."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

from edgekws.verify.accuracy import FloatScores, compare_accuracy
from edgekws.verify.by_label import agreement, by_label


@pytest.mark.parametrize(("lost", "gained"), [(0, 0), (1, 0), (3, 3), (7, 2), (2, 9), (0, 10)])
def test_mcnemar_by_trying_every_outcome(lost: int, gained: int) -> None:
    """Of the clips on which one network is right, each is a coin: all 2**n throws are counted."""
    distance = abs(lost - gained)
    throws = list(itertools.product((1, -1), repeat=lost + gained))
    expected = Fraction(sum(abs(sum(throw)) >= distance for throw in throws), len(throws))
    labels = np.arange(40) % 4
    float_scores, int8_scores = np.eye(4)[labels], np.eye(4)[labels]
    int8_scores[:lost] = np.roll(int8_scores[:lost], 1, axis=1)
    float_scores[lost : lost + gained] = np.roll(float_scores[lost : lost + gained], 1, axis=1)
    stored = FloatScores(float_scores.astype(np.float32), labels, tuple("x" * 40))
    found = compare_accuracy(stored, (100 * int8_scores).astype(np.int8))
    assert found.paired.p_value == pytest.approx(float(expected), abs=1e-12)


def test_agreement_counts_clips_that_both_have_wrong() -> None:
    assert agreement(np.array([0, 1, 2, 2]), np.array([0, 2, 2, 2])) == 0.75


def test_labels_counted_clip_by_clip() -> None:
    random = np.random.default_rng(3)
    truth, before, after = random.integers(0, 3, (3, 60))
    found = by_label(truth, before, after, ("a", "b", "c"))
    assert [each.label for each in found] == ["a", "b", "c"]
    for number, each in enumerate(found):
        assert each.clips == sum(label == number for label in truth)
        for answers, recall, precision in (
            (before, each.float_recall, each.float_precision),
            (after, each.int8_recall, each.int8_precision),
        ):
            pairs = list(zip(truth, answers, strict=True))
            hits = sum(t == a == number for t, a in pairs)
            assert recall == pytest.approx(hits / sum(t == number for t, _ in pairs))
            assert precision == pytest.approx(hits / sum(a == number for _, a in pairs))


def test_a_label_without_clips_has_no_shares() -> None:
    found = by_label(np.array([0, 0]), np.array([0, 0]), np.array([0, 1]), ("a", "b", "c"))
    assert (found[2].clips, found[2].float_recall, found[2].int8_f1) == (0, None, None)
    assert (found[1].float_precision, found[1].int8_precision) == (None, 0.0)
