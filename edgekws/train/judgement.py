"""How a network answers the clips of a partition, label by label, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekws import metrics
from edgekws.metrics import ClassScore


@dataclass(frozen=True)
class LabelScore(ClassScore):
    """How good a network is at one label. Shares are 0..1, None where there is nothing to share."""

    label: str


@dataclass(frozen=True)
class Judgement:
    """How a network answers the clips of one partition."""

    partition: str
    clips: int
    accuracy: float  # 0..1
    classes: tuple[LabelScore, ...]  # in the order of the labels
    confusion: tuple[tuple[int, ...], ...]  # clips: a row for each label, a column for each answer


def judge(
    partition: str,
    scores: npt.NDArray[np.float32],
    truth: npt.NDArray[np.int64],
    labels: Sequence[str],
) -> Judgement:
    """Compare the highest scores with the truth.

    Parameters
    ----------
    scores
        float32 [clips, labels]
    truth
        int64 [clips], index into ``labels``.
    """
    answers = scores.argmax(axis=1)
    confusion = metrics.confusion_matrix(truth, answers, len(labels))
    scored = zip(metrics.per_class(confusion), labels, strict=True)
    return Judgement(
        partition=partition,
        clips=len(truth),
        accuracy=metrics.accuracy(truth, answers),
        classes=tuple(LabelScore(**vars(found), label=label) for found, label in scored),
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
    )


def to_text(found: Judgement, width: int | None = None) -> str:
    """A table of the labels and the confusion matrix, as lines of text.

    Parameters
    ----------
    width
        Characters of a line; a matrix that is wider is left out. None: there is room for all.
    """
    title = f"{found.partition}: {found.clips} clips, accuracy {_percent(found.accuracy)} %"
    lines = [title, "", *_class_lines(found), ""]
    matrix = _confusion_lines(found)
    if width is None or max(len(line) for line in matrix) <= width:
        lines += [*matrix, ""]
    return "\n".join(lines)


def _class_lines(found: Judgement) -> list[str]:
    wide = max(len("label"), *(len(each.label) for each in found.classes))
    lines = [f"  # {'label':{wide}}  precision %  recall %    F1 %  clips"]
    for number, each in enumerate(found.classes):
        shares = (
            f"{_percent(each.precision):>11}  {_percent(each.recall):>8}  {_percent(each.f1):>6}"
        )
        lines.append(f"{number:3} {each.label:{wide}}  {shares}  {each.support:5}")
    return lines


def _confusion_lines(found: Judgement) -> list[str]:
    numbers = range(len(found.confusion))
    wide = 1 + max(2, len(str(max(count for row in found.confusion for count in row))))
    lines = ["answers across, labels down", "    " + "".join(f"{n:{wide}}" for n in numbers)]
    for number, row in enumerate(found.confusion):
        # A dot is easier to look over than a zero.
        cells = "".join(f"{count or '.':>{wide}}" for count in row)
        lines.append(f"{number:3} {cells}  {found.classes[number].label}")
    return lines


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f}"
