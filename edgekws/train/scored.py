"""The scores of a float network for the clips of a partition, which later stages compare with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from edgekws.train.checkpoint import save_arrays
from edgekws.train.loop import Examples

if TYPE_CHECKING:
    from edgekws.train.learner import Labels, Learner, Scores


@dataclass(frozen=True)
class Scored:
    """Clips without their features."""

    scores: Scores  # float32 [clips, labels]
    labels: Labels  # int64 [clips]
    names: tuple[str, ...]

    @property
    def chance(self) -> float:
        """Accuracy of always answering the commonest label, 0..1."""
        return float(np.bincount(self.labels).max() / len(self.labels))

    def write(self, path: Path) -> Path:
        """Write an ``.npz`` with ``scores``, ``labels`` and ``names``; return its path."""
        names = np.array(self.names, dtype=np.str_)
        save_arrays(path, {"scores": self.scores, "labels": self.labels, "names": names})
        return path


def scored(learner: Learner, pieces: Iterable[Examples]) -> Scored:
    """Score one piece after the other; only their scores are kept."""
    scores, labels = [], []
    names: list[str] = []
    for piece in pieces:
        scores.append(learner.scores(piece.features))
        labels.append(piece.labels)
        names += piece.names
    return Scored(np.concatenate(scores), np.concatenate(labels), tuple(names))
