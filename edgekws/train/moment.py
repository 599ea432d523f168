"""How a learning stands after a step, for who watches it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

_RECENT = 50  # steps; the loss of a single batch jumps


@dataclass(frozen=True)
class Look:
    """What was seen at the validation clips just now."""

    validation_loss: float  # mean cross-entropy, nats
    validation_accuracy: float  # 0..1
    best: bool  # the best so far


@dataclass(frozen=True)
class Moment:
    """After ``step`` of ``steps``. Loss and accuracy are those of the training clips lately."""

    step: int
    steps: int
    loss: float  # mean cross-entropy, nats
    accuracy: float  # 0..1
    clips_per_second: float  # since the learning began or went on, looks included
    seconds_left: float
    look: Look | None  # None between two looks


Tell = Callable[[Moment], None]


class Watch:
    """Makes moments of a learning that goes from step ``first`` to ``steps``."""

    def __init__(self, first: int, steps: int) -> None:
        self._first = first
        self._steps = steps
        self._clips = 0
        self._start_s = time.perf_counter()

    def moment(
        self,
        step: int,
        clips: int,
        losses: Sequence[float],
        hits: Sequence[float],
        look: Look | None,
    ) -> Moment:
        """The moment after ``step``.

        Parameters
        ----------
        clips
            In the batch just learnt.
        losses, hits
            Loss and accuracy of the last batches.
        """
        self._clips += clips
        took_s = time.perf_counter() - self._start_s
        return Moment(
            step=step,
            steps=self._steps,
            loss=float(np.mean(losses[-_RECENT:])),
            accuracy=float(np.mean(hits[-_RECENT:])),
            clips_per_second=self._clips / took_s,
            seconds_left=took_s / (step - self._first) * (self._steps - step),
            look=look,
        )


def silent(moment: Moment) -> None:
    """Say nothing."""
