"""Float and int8 label by label, and how often they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekws.metrics import ClassScore, Labels, confusion_matrix, per_class


@dataclass(frozen=True)
class LabelLoss:
    """One label in both networks. Shares are 0..1, None where there is nothing to divide."""

    label: str
    clips: int  # of the test partition that have the label
    float_precision: float | None
    int8_precision: float | None
    float_recall: float | None
    int8_recall: float | None
    float_f1: float | None
    int8_f1: float | None


def agreement(before: Labels, after: Labels) -> float:
    """Share of clips that both networks give the same label, right or wrong, 0..1."""
    return float(np.mean(before == after))


def by_label(
    truth: npt.NDArray[np.int64], before: Labels, after: Labels, labels: Sequence[str]
) -> tuple[LabelLoss, ...]:
    """Compare the answers int64 [clips] of float and int8, in the order of the labels."""
    both = [per_class(confusion_matrix(truth, given, len(labels))) for given in (before, after)]
    return tuple(_loss(label, *pair) for label, *pair in zip(labels, *both, strict=True))


def _loss(label: str, before: ClassScore, after: ClassScore) -> LabelLoss:
    return LabelLoss(
        label=label,
        clips=before.support,
        float_precision=before.precision,
        int8_precision=after.precision,
        float_recall=before.recall,
        int8_recall=after.recall,
        float_f1=before.f1,
        int8_f1=after.f1,
    )
