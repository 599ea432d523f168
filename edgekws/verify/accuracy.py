"""Does the int8 network know what the float one knew: on the same test clips, clip by clip."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from edgekws.errors import ConfigError
from edgekws.metrics import PairedLoss, paired_loss, wilson_interval
from edgekws.verify.check import MEASURED, Check, judged


@dataclass(frozen=True, eq=False)
class FloatScores:
    """What the float network answered when it was trained.

    scores : float32 [clips, labels]
    labels : int64 [clips], the right answers
    names : one per clip
    """

    scores: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Accuracy:
    """Float and int8 on one test partition; shares are 0..1."""

    float_accuracy: float
    int8_accuracy: float
    float_interval: tuple[float, float]  # Wilson's, 95 %
    int8_interval: tuple[float, float]
    chance: float  # of always answering the commonest label
    paired: PairedLoss


def read_float_scores(path: Path) -> FloatScores:
    """Read the ``test_scores.npz`` of a run.

    Raises
    ------
    ConfigError
        The file is missing or is something else.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            scores, labels, names = (file[key] for key in ("scores", "labels", "names"))
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as exc:
        raise ConfigError(f"{path}: no float scores in it: {exc}; run `edgekws train`") from exc
    if scores.ndim != 2 or not len(scores) == len(labels) == len(names) or not len(scores):
        raise ConfigError(f"{path}: its scores, labels and names do not fit together")
    return FloatScores(scores, labels.astype(np.int64), tuple(str(name) for name in names))


def compare_accuracy(stored: FloatScores, scores: npt.NDArray[np.int8]) -> Accuracy:
    """Compare the stored float scores with ``scores`` int8 [clips, labels] of the same clips."""
    truth = stored.labels
    before, after = stored.scores.argmax(axis=1), scores.argmax(axis=1)
    clips = len(truth)
    right_before, right_after = int(np.sum(before == truth)), int(np.sum(after == truth))
    return Accuracy(
        float_accuracy=right_before / clips,
        int8_accuracy=right_after / clips,
        float_interval=wilson_interval(right_before, clips),
        int8_interval=wilson_interval(right_after, clips),
        chance=float(np.bincount(truth).max() / clips),
        paired=paired_loss(truth, before, after),
    )


def check_accuracy(found: Accuracy, tolerance_points: float, weak_layers: str) -> Check:
    """Decide by the loss itself; its one-sided 95 % bound is told beside it.

    The bound of a small test partition is wide whatever the network does, so it is no reason to
    refuse one. Where a single clip weighs more than the tolerance, one clip may be lost, unless
    the tolerance is 0.

    Parameters
    ----------
    tolerance_points
        Percentage points, 0 or more.
    weak_layers
        What to say about the layers when the loss is too large.
    """
    paired = found.paired
    allowed = tolerance_points / 100 * paired.clips
    if tolerance_points > 0:
        allowed = max(1.0, allowed)
    said = _said(found, tolerance_points)
    too_much = paired.lost - paired.gained > allowed + 1e-9
    return judged("accuracy", MEASURED, f"{said}; {weak_layers}" if too_much else None, said)


def _said(found: Accuracy, tolerance_points: float) -> str:
    paired = found.paired
    bound = 100 * paired.upper_bound
    note = ""
    if 100 * paired.loss <= tolerance_points < bound:
        note = "; the bound is above the tolerance, more test clips would narrow it"
    return (
        f"float {100 * found.float_accuracy:.2f} %, int8 {100 * found.int8_accuracy:.2f} % of "
        f"{paired.clips} test clips: {paired.lost} lost, {paired.gained} gained, loss "
        f"{100 * paired.loss:.2f} points (95 % bound {bound:.2f}), tolerance "
        f"{tolerance_points:g}{note}"
    )
