"""How good a model is, and how sure that is: accuracy, intervals, paired comparison."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.integer[Any]]  # [clips], 0..labels-1


@dataclass(frozen=True)
class ClassScore:
    """How good a model is at one label. Shares are 0..1, None where there is nothing to divide."""

    precision: float | None  # of the clips given the label, the share that have it
    recall: float | None  # of the clips that have the label, the share given it
    f1: float | None  # harmonic mean of the two
    support: int  # clips that have the label


@dataclass(frozen=True)
class PairedLoss:
    """What a second model lost against a first on the same clips; shares are 0..1."""

    clips: int
    lost: int  # right before, wrong after
    gained: int  # wrong before, right after
    loss: float  # accuracy before minus accuracy after, -1..1
    upper_bound: float  # of the loss, one-sided, at the confidence asked for; see `loss_bound`
    p_value: float  # of no difference, two-sided; see `mcnemar_p`


def accuracy(truth: Labels, predicted: Labels) -> float:
    """Share of right answers, 0..1.

    Raises
    ------
    ValueError
        There are no clips, or not as many answers as clips.
    """
    return float(np.mean(_right(truth, predicted)))


def wilson_interval(right: int, clips: int, confidence: float = 0.95) -> tuple[float, float]:
    """Two-sided interval of an accuracy, 0..1, from ``right`` answers out of ``clips``.

    The score interval: E. B. Wilson, Journal of the American Statistical Association 22, 1927.

    Raises
    ------
    ValueError
        Not 0 <= right <= clips, or there are no clips.
    """
    if clips <= 0 or not 0 <= right <= clips:
        raise ValueError(f"need 0 <= right <= clips and clips above 0, got {right} and {clips}")
    z2 = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    middle = (right + z2 / 2) / (clips + z2)
    half = math.sqrt(z2 * (right * (clips - right) / clips + z2 / 4)) / (clips + z2)
    low = 0.0 if right == 0 else middle - half
    return low, 1.0 if right == clips else middle + half


def poisson_interval(count: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact two-sided interval of the mean of a Poisson number that came out as ``count``.

    F. Garwood, Biometrika 28, 1936. With none counted it is 0 to 3.69 at 95 %.

    Raises
    ------
    ValueError
        The count is negative.
    """
    if count < 0:
        raise ValueError(f"a count must be 0 or more, got {count}")
    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else _poisson_mean(count - 1, 1 - tail)
    return low, _poisson_mean(count, tail)


def _poisson_mean(count: int, share: float) -> float:
    """The mean at which a Poisson number is at most ``count`` in a ``share`` of cases."""
    numbers = np.arange(count + 1)
    logarithms = np.concatenate([[0.0], np.cumsum(np.log(numbers[1:]))])
    low, high = 0.0, count + 20.0 + 10.0 * math.sqrt(count)
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        terms = numbers * math.log(middle) - middle - logarithms
        low, high = (middle, high) if np.exp(terms).sum() > share else (low, middle)
    return (low + high) / 2


def confusion_matrix(truth: Labels, predicted: Labels, labels: int) -> npt.NDArray[np.int64]:
    """Clips counted by label, int64 [labels (true), labels (predicted)].

    Raises
    ------
    ValueError
        There are no clips, not as many answers as clips, or a label is not in 0..labels-1.
    """
    _right(truth, predicted)
    for values in (truth, predicted):
        if values.min() < 0 or values.max() >= labels:
            raise ValueError(f"labels must be in 0..{labels - 1}")
    places = truth.astype(np.int64) * labels + predicted.astype(np.int64)
    return np.bincount(places, minlength=labels * labels).reshape(labels, labels).astype(np.int64)


def precision(confusion: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Of the clips given a label, the share that have it: float64 [labels], NaN for none."""
    return _share(np.diagonal(confusion), confusion.sum(axis=0))


def recall(confusion: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Of the clips that have a label, the share given it: float64 [labels], NaN for none."""
    return _share(np.diagonal(confusion), confusion.sum(axis=1))


def f1(confusion: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Harmonic mean of precision and recall: float64 [labels], NaN for a label without clips.

    It is 2 * hits / (clips that have the label + clips given it), so it is 0, not NaN, where one
    of the two is not defined and the other is.
    """
    return _share(2 * np.diagonal(confusion), confusion.sum(axis=0) + confusion.sum(axis=1))


def per_class(confusion: npt.NDArray[np.int64]) -> tuple[ClassScore, ...]:
    """How good a model is at each label, in the order of the labels."""
    given, had, both = precision(confusion), recall(confusion), f1(confusion)
    support = confusion.sum(axis=1)
    return tuple(
        ClassScore(
            precision=_or_none(given[label]),
            recall=_or_none(had[label]),
            f1=_or_none(both[label]),
            support=int(support[label]),
        )
        for label in range(len(confusion))
    )


def paired_loss(
    truth: Labels, before: Labels, after: Labels, confidence: float = 0.95
) -> PairedLoss:
    """Compare the answers of two models to the same clips.

    Raises
    ------
    ValueError
        There are no clips, or not as many answers as clips.
    """
    right_before, right_after = _right(truth, before), _right(truth, after)
    lost = int(np.sum(right_before & ~right_after))
    gained = int(np.sum(right_after & ~right_before))
    return PairedLoss(
        clips=len(truth),
        lost=lost,
        gained=gained,
        loss=(lost - gained) / len(truth),
        upper_bound=loss_bound(lost, gained, len(truth), confidence),
        p_value=mcnemar_p(lost, gained),
    )


def loss_bound(lost: int, gained: int, clips: int, confidence: float = 0.95) -> float:
    """Largest loss of accuracy, up to 1, that the paired counts leave believable.

    One-sided: whatever the true loss is, the bound is below it in at most ``1 - confidence`` of
    repetitions. It is the score bound of a difference of paired proportions (T. Tango, Statistics
    in Medicine 17, 1998) with half a clip added to ``lost``: without it the bound is too low for
    few discordant clips (91 % instead of 95 % at worst), with it the share was 95 % or more
    wherever all outcomes were enumerated (``tests/core/test_metrics.py``).

    Raises
    ------
    ValueError
        The counts are negative or exceed ``clips``, or there are no clips.
    """
    if clips <= 0 or min(lost, gained) < 0 or lost + gained > clips:
        raise ValueError(f"lost {lost} and gained {gained} do not fit into {clips} clips")
    z = NormalDist().inv_cdf(confidence)
    low, high = (lost - gained) / clips, 1.0
    while high - low > 1e-9:  # the score falls as the loss grows
        middle = (low + high) / 2
        if _score(lost + 0.5, gained, clips, middle) > -z:
            low = middle
        else:
            high = middle
    return high


def mcnemar_p(lost: int, gained: int) -> float:
    """Exact two-sided p-value of "both models are right equally often", 0..1.

    Of the discordant clips each is as likely lost as gained: Q. McNemar, Psychometrika 12, 1947,
    in its binomial form.
    """
    discordant = lost + gained
    tail = sum(math.comb(discordant, k) for k in range(min(lost, gained) + 1))
    return min(1.0, 2 * tail / (1 << discordant))


def _score(lost: float, gained: float, clips: int, loss: float) -> float:
    """Standardized difference between the counts and a supposed ``loss``, 0 < 1 + loss < 2.

    The variance takes the likeliest share of gained clips under that loss.
    """
    linear = (2 * clips - lost + gained) * loss - lost - gained
    constant = -gained * loss * (1 - loss)
    root = math.sqrt(max(0.0, linear * linear - 8 * clips * constant))
    gained_share = (root - linear) / (4 * clips)
    variance = clips * (2 * gained_share + loss * (1 - loss))
    difference = lost - gained - clips * loss
    return difference / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, difference)


def _right(truth: Labels, predicted: Labels) -> npt.NDArray[np.bool_]:
    if truth.ndim != 1 or truth.shape != predicted.shape or not len(truth):
        raise ValueError(
            f"need one answer per clip and at least one clip, got {predicted.shape} answers for "
            f"{truth.shape} clips"
        )
    return np.asarray(truth == predicted)


def _share(part: npt.NDArray[np.int64], whole: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    share = np.full(len(whole), np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share


def _or_none(share: float) -> float | None:
    return None if math.isnan(share) else float(share)
