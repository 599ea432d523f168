"""What the float and the int8 network of a run answered to its test clips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekws.errors import ConfigError
from edgekws.run import Run
from edgekws.train.checkpoint import load_arrays
from edgekws.verify.accuracy import read_float_scores


@dataclass(frozen=True, eq=False)
class Answers:
    """Scores of the test partition, 0..1; all in the order of ``names``."""

    names: tuple[str, ...]
    truth: NDArray[np.int64]  # [clips], index into the labels
    float_scores: NDArray[np.float32]  # [clips, labels]
    int8_scores: NDArray[np.float32] | None  # None: int8 is not verified, or changed since

    @property
    def best_known(self) -> NDArray[np.float32]:
        """Scores of the network that ships, or of the float one while there is no other."""
        return self.float_scores if self.int8_scores is None else self.int8_scores


def read_answers(run: Run) -> Answers:
    """Read what ``train`` and ``verify`` left.

    Raises
    ------
    ConfigError
        The run is not trained, or a file changed since.
    """
    run.require("train")
    stored = read_float_scores(run.path / "float" / "test_scores.npz")
    return Answers(stored.names, stored.labels, stored.scores, _int8_scores(run, stored.scores))


def verified(run: Run) -> bool:
    """Whether there is a verdict on the files of now."""
    try:
        run.require("quantize")
        run.require("verify")
    except ConfigError:
        return False
    return True


def _int8_scores(run: Run, scores: NDArray[np.float32]) -> NDArray[np.float32] | None:
    if not verified(run) or not run.int8_scores.exists():
        return None
    found: NDArray[Any] = load_arrays(run.int8_scores)["scores"]
    if found.shape != scores.shape:
        raise ConfigError(
            f"{run.int8_scores}: not the scores of this run; run {run.command('verify')}"
        )
    return (found.astype(np.float32) + np.float32(128)) / np.float32(
        256
    )  # as every softmax of int8 is scaled
