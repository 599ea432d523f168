"""The learning loop, shared by training and by fine-tuning with simulated quantization."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from edgekws.errors import EdgekwsError
from edgekws.train.checkpoint import Checkpoint
from edgekws.train.feed import Feed

if TYPE_CHECKING:
    from edgekws.train.learner import Features, Labels, Learner, Scores

Tell = Callable[[int, int, str], None]  # step, steps, a few words


@dataclass(frozen=True)
class Course:
    """How long to learn how fast. Learning rates hold for their number of steps each."""

    steps: tuple[int, ...]
    learning_rates: tuple[float, ...]
    evaluate_every: int

    @property
    def length(self) -> int:
        """Steps in all."""
        return sum(self.steps)

    def learning_rate(self, step: int) -> float:
        """Learning rate of a step, from 0."""
        for steps, rate in zip(self.steps, self.learning_rates, strict=True):
            if step < steps:
                return rate
            step -= steps
        raise ValueError("step is behind the end of the course")


@dataclass(frozen=True)
class Examples:
    """Clips to judge by, as features."""

    features: Features
    labels: Labels
    names: tuple[str, ...] = ()


def fit(
    learner: Learner,
    feed: Feed,
    course: Course,
    validation: Examples,
    checkpoint: Checkpoint,
    *,
    keep: Callable[[Checkpoint], None],
    tell: Tell,
) -> None:
    """Learn all batches of ``feed``; every so often look at validation and call ``keep``.

    ``checkpoint`` is updated in place; its best weights are those with the highest accuracy on
    the validation clips, and among equals with the lowest loss.

    Raises
    ------
    EdgekwsError
        The loss is no finite number any more.
    """
    losses: list[float] = []
    hits: list[float] = []
    for batch in feed:
        rate = course.learning_rate(batch.step)
        loss, hit = learner.step(batch.step, batch.features, batch.labels, rate)
        if not math.isfinite(loss):
            raise EdgekwsError(
                f"the loss is {loss} at step {batch.step}; try lower learning rates than {rate:g}"
            )
        losses.append(loss)
        hits.append(hit)
        done = batch.step + 1
        if done % course.evaluate_every == 0 or done == course.length:
            row = {"step": done, "learning_rate": rate}
            row |= {"training_loss": _mean(losses), "training_accuracy": _mean(hits)}
            look(learner, validation, checkpoint, row)
            keep(checkpoint)
            losses, hits = [], []
        tell(done, course.length, _words(loss, checkpoint))


def look(
    learner: Learner, validation: Examples, checkpoint: Checkpoint, row: dict[str, float]
) -> None:
    """Judge the network on validation clips; note it, and keep the weights when they are best."""
    scores = learner.scores(validation.features)
    found = accuracy(scores, validation.labels), -cross_entropy(scores, validation.labels)
    checkpoint.step = int(row["step"])
    checkpoint.state = learner.state
    judged = {"validation_accuracy": found[0], "validation_loss": -found[1]}
    checkpoint.history.append(row | judged)
    if found > (checkpoint.best_accuracy, -checkpoint.best_loss):
        checkpoint.best_accuracy, checkpoint.best_loss = found[0], -found[1]
        checkpoint.best_weights = learner.model.get_weights()
        checkpoint.best_step = checkpoint.step


def accuracy(scores: Scores, labels: Labels) -> float:
    """Share of clips whose highest score is at their label, 0..1."""
    return float(np.mean(scores.argmax(axis=1) == labels))


def cross_entropy(scores: Scores, labels: Labels) -> float:
    """Mean of -ln(score of the right label), nats."""
    right = scores[np.arange(len(labels)), labels].astype(np.float64)
    return float(np.mean(-np.log(np.maximum(right, 1e-7))))


def _mean(values: list[float]) -> float:
    return float(np.mean(values))


def _words(loss: float, checkpoint: Checkpoint) -> str:
    words = f"loss {loss:.3f}"
    if checkpoint.best_accuracy >= 0:
        words += f", best validation {100 * checkpoint.best_accuracy:.1f} %"
    return words
