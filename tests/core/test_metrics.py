"""Metrics against values from elsewhere, and the bound's promise by counting every outcome."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekws import metrics

counts = st.integers(0, 400)


def test_accuracy_confusion_precision_and_recall() -> None:
    truth = np.array([0, 0, 0, 1, 1, 2])
    predicted = np.array([0, 0, 1, 1, 2, 2])
    confusion = metrics.confusion_matrix(truth, predicted, 4)
    assert metrics.accuracy(truth, predicted) == pytest.approx(4 / 6)
    assert confusion.tolist() == [[2, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    np.testing.assert_allclose(metrics.precision(confusion), [1, 0.5, 0.5, np.nan])
    np.testing.assert_allclose(metrics.recall(confusion), [2 / 3, 0.5, 1, np.nan])


answers = st.integers(1, 6).flatmap(
    lambda labels: st.tuples(
        st.just(labels),
        st.lists(
            st.tuples(st.integers(0, labels - 1), st.integers(0, labels - 1)),
            min_size=1,
            max_size=40,
        ),
    )
)


@given(answers)
def test_each_label_is_judged_as_by_counting(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    labels, pairs = drawn
    truth, predicted = np.array(pairs).T
    confusion = metrics.confusion_matrix(truth, predicted, labels)
    for label, found in enumerate(metrics.per_class(confusion)):
        hits = sum(pair == (label, label) for pair in pairs)
        given = sum(answer == label for _, answer in pairs)
        support = sum(true == label for true, _ in pairs)
        assert found.support == support
        assert found.precision == (hits / given if given else None)
        assert found.recall == (hits / support if support else None)
        if found.precision and found.recall:
            mean = 2 / (1 / found.precision + 1 / found.recall)
            assert found.f1 == pytest.approx(mean)
        else:
            assert found.f1 == (0.0 if given or support else None)


def test_f1_equals_scikit_learns_example() -> None:
    truth, predicted = np.array([0, 1, 2, 0, 1, 2]), np.array([0, 2, 1, 0, 0, 1])
    found = metrics.f1(metrics.confusion_matrix(truth, predicted, 3))
    np.testing.assert_allclose(found, [0.8, 0.0, 0.0])  # of its page on f1_score


@pytest.mark.parametrize(
    ("truth", "predicted"), [([], []), ([0, 1], [0]), ([[0]], [[0]])], ids=["none", "few", "2-d"]
)
def test_answers_that_do_not_fit_are_refused(truth: list[int], predicted: list[int]) -> None:
    with pytest.raises(ValueError, match="one answer per clip"):
        metrics.accuracy(np.array(truth, np.int64), np.array(predicted, np.int64))


@pytest.mark.parametrize("label", [-1, 2])
def test_a_label_that_is_not_there_is_refused(label: int) -> None:
    with pytest.raises(ValueError, match=r"labels must be in 0\.\.1"):
        metrics.confusion_matrix(np.array([0, 1]), np.array([0, label]), 2)


@pytest.mark.parametrize(
    ("right", "clips", "interval"),
    [
        # R. G. Newcombe, Statistics in Medicine 17, 1998, table I, method 3
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0000, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_wilson_interval_is_the_published_one(
    right: int, clips: int, interval: tuple[float, float]
) -> None:
    assert metrics.wilson_interval(right, clips) == pytest.approx(interval, abs=5e-5)


@settings(deadline=None)  # the first call imports scipy
@given(counts, st.integers(1, 400), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_interval_equals_scipy(right: int, clips: int, confidence: float) -> None:
    stats = pytest.importorskip("scipy.stats")
    right = min(right, clips)
    theirs = stats.binomtest(right, clips).proportion_ci(confidence, method="wilson")
    assert metrics.wilson_interval(right, clips, confidence) == pytest.approx(theirs, abs=1e-12)


@settings(deadline=None)
@given(counts, counts)
def test_mcnemar_equals_scipy(lost: int, gained: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    theirs = stats.binomtest(lost, lost + gained).pvalue if lost + gained else 1.0
    assert metrics.mcnemar_p(lost, gained) == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize(
    ("lost", "gained", "p"), [(0, 0, 1.0), (6, 0, 0.03125), (1, 9, 0.021484375)]
)
def test_mcnemar_by_hand(lost: int, gained: int, p: float) -> None:
    assert metrics.mcnemar_p(lost, gained) == p


def test_paired_loss_counts_clips() -> None:
    truth = np.zeros(100, np.int64)
    before, after = truth.copy(), truth.copy()
    before[:3] = 1
    after[2:10] = 1
    result = metrics.paired_loss(truth, before, after)
    assert (result.clips, result.lost, result.gained) == (100, 7, 2)
    assert result.loss == pytest.approx(0.05)
    assert result.upper_bound == metrics.loss_bound(7, 2, 100) > result.loss
    assert result.p_value == metrics.mcnemar_p(7, 2)


@given(counts, counts, st.integers(1, 2000))
def test_bound_is_above_the_loss_and_grows_with_it(lost: int, gained: int, more: int) -> None:
    clips = lost + gained + more
    bound = metrics.loss_bound(lost, gained, clips)
    assert (lost - gained) / clips < bound <= 1
    assert metrics.loss_bound(lost + 1, gained, clips) > bound
    assert metrics.loss_bound(lost, gained, clips, confidence=0.99) > bound


def test_bound_of_many_clips_is_the_normal_one() -> None:
    lost, gained, clips = 5000, 4000, 1_000_000
    deviation = math.sqrt(lost + gained - (lost - gained) ** 2 / clips) / clips
    expected = (lost - gained) / clips + 1.6448536 * deviation
    assert metrics.loss_bound(lost, gained, clips) == pytest.approx(expected, rel=1e-3)


def test_bound_at_the_edges() -> None:
    assert metrics.loss_bound(10, 0, 10) == 1
    assert metrics.loss_bound(0, 10, 10) < -0.4
    assert 3 / 1000 < metrics.loss_bound(0, 0, 1000) < 4 / 1000  # the rule of three, a bit above


@pytest.mark.parametrize(("lost", "gained", "clips"), [(-1, 0, 5), (3, 3, 5), (0, 0, 0)])
def test_counts_that_do_not_fit_are_refused(lost: int, gained: int, clips: int) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        metrics.loss_bound(lost, gained, clips)


def covered(clips: int, lost_share: float, gained_share: float, half: float) -> float:
    """Probability, over all outcomes, that the bound is not below the true loss."""
    loss = lost_share - gained_share
    covered = 0.0
    for lost, gained in np.ndindex(40, 40):
        kept = clips - lost - gained
        log = math.lgamma(clips + 1) - math.lgamma(lost + 1) - math.lgamma(gained + 1)
        log += lost * math.log(lost_share) + gained * math.log(gained_share)
        log += kept * math.log(1 - lost_share - gained_share) - math.lgamma(kept + 1)
        # The bound is at or above the loss when the loss itself is not refused.
        if metrics._score(lost + half, gained, clips, loss) >= -1.6448536:
            covered += math.exp(log)
    return covered


SHARES = [(lost, gained) for lost in (0.3, 1, 3, 8) for gained in (0.1, 1, 4, 8)]


@pytest.mark.parametrize("clips", [100, 1000])
def test_bound_keeps_its_promise(clips: int) -> None:
    shares = [(lost / clips, gained / clips) for lost, gained in SHARES]
    assert min(covered(clips, *share, half=0.5) for share in shares) >= 0.95
    assert min(covered(clips, *share, half=0.0) for share in shares) < 0.93  # the planted fault


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390), (100, 81.364, 121.627)],
)
def test_poisson_interval_is_garwoods(count: int, low: float, high: float) -> None:
    assert metrics.poisson_interval(count) == pytest.approx((low, high), abs=0.001)


@given(st.integers(0, 300))
def test_poisson_interval_leaves_a_fortieth_on_each_side(count: int) -> None:
    low, high = metrics.poisson_interval(count)
    assert _at_most(count, high) == pytest.approx(0.025, rel=1e-4)
    if count:
        assert 1 - _at_most(count - 1, low) == pytest.approx(0.025, rel=1e-4)


def _at_most(count: int, mean: float) -> float:
    share = term = math.exp(-mean)
    for number in range(1, count + 1):
        term *= mean / number
        share += term
    return share


def test_poisson_interval_of_a_negative_count() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        metrics.poisson_interval(-1)
