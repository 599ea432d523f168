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
from edgekws.train.moment import Look, Tell, Watch

if TYPE_CHECKING:
    from edgekws.train.learner import Features, Labels, Learner, Scores


@dataclass(frozen=True)
class Course:
    """How long to learn how fast.

    Learning rates hold for their number of steps each. With ``cosine`` each falls along half a
    cosine to the next part's, the last to 0.
    """

    steps: tuple[int, ...]
    learning_rates: tuple[float, ...]
    evaluate_every: int
    cosine: bool = False
    warm_up_steps: int = 0  # the rate rises evenly from 0 to what it would be

    @property
    def length(self) -> int:
        """Steps in all."""
        return sum(self.steps)

    def learning_rate(self, step: int) -> float:
        """Learning rate of a step, from 0."""
        warm = min(1.0, (step + 1) / (self.warm_up_steps + 1))
        following = (*self.learning_rates[1:], 0.0)
        for steps, rate, end in zip(self.steps, self.learning_rates, following, strict=True):
            if step < steps:
                share = (1 + math.cos(math.pi * step / steps)) / 2 if self.cosine else 1.0
                return warm * (end + (rate - end) * share)
            step -= steps
        raise ValueError("step is behind the end of the course")


@dataclass(frozen=True)
class Examples:
    """Clips to judge by, as features.

    With ``targets`` a network is judged by how near it comes to these scores; otherwise by how
    often it is right.
    """

    features: Features
    labels: Labels
    names: tuple[str, ...] = ()
    targets: Scores | None = None


def fit(
    learner: Learner,
    feed: Feed,
    course: Course,
    validation: Examples | None,
    checkpoint: Checkpoint,
    *,
    keep: Callable[[Checkpoint], None],
    tell: Tell,
) -> None:
    """Learn all batches of ``feed``; every so often look at validation and call ``keep``.

    ``checkpoint`` is updated in place; its best weights are those with the highest accuracy on
    the validation clips, and among equals with the lowest loss; with ``targets`` the loss alone.
    Without ``validation`` there is only learning: another process looks.

    Raises
    ------
    EdgekwsError
        The loss is no finite number any more.
    """
    losses: list[float] = []
    hits: list[float] = []
    watch = Watch(checkpoint.step, course.length)
    for batch in feed:
        rate = course.learning_rate(batch.step)
        loss, hit = learner.step(batch.step, batch.features, batch.labels, rate, batch.theirs)
        if not math.isfinite(loss):
            raise EdgekwsError(
                f"the loss is {loss} at step {batch.step}; try lower learning rates than {rate:g}"
            )
        losses.append(loss)
        hits.append(hit)
        done = batch.step + 1
        seen = None
        due = done % course.evaluate_every == 0 or done == course.length
        if due and validation:
            row = {"step": done, "learning_rate": rate}
            row |= {"training_loss": _mean(losses), "training_accuracy": _mean(hits)}
            seen = look(learner, validation, checkpoint, row)
            keep(checkpoint)
        tell(watch.moment(done, batch.whole or len(batch.labels), losses, hits, seen))
        if due:
            losses, hits = [], []


def look(
    learner: Learner, validation: Examples, checkpoint: Checkpoint, row: dict[str, float]
) -> Look:
    """Judge the network on validation clips; note it, and keep the weights when they are best."""
    scores = learner.scores(validation.features)
    hits = accuracy(scores, validation.labels)
    loss = cross_entropy(scores, _targets(scores, validation))
    checkpoint.step = int(row["step"])
    checkpoint.state = learner.state
    checkpoint.history.append(row | {"validation_accuracy": hits, "validation_loss": loss})
    found, best = (hits, -loss), (checkpoint.best_accuracy, -checkpoint.best_loss)
    better = found[1] > best[1] if validation.targets is not None else found > best
    if better:
        checkpoint.best_accuracy, checkpoint.best_loss = hits, loss
        checkpoint.best_weights = learner.weights
        checkpoint.best_step = checkpoint.step
    return Look(loss, hits, better)


def accuracy(scores: Scores, labels: Labels) -> float:
    """Share of clips whose highest score is at their label, 0..1."""
    return float(np.mean(scores.argmax(axis=1) == labels))


def cross_entropy(scores: Scores, targets: Scores) -> float:
    """Mean over clips of -sum(target * ln(score)), nats."""
    logarithms = np.log(np.maximum(scores.astype(np.float64), 1e-7))
    return float(-np.mean(np.sum(targets * logarithms, axis=1)))


def _targets(scores: Scores, examples: Examples) -> Scores:
    if examples.targets is not None:
        return examples.targets
    right: Scores = np.eye(scores.shape[1], dtype=np.float32)[examples.labels]
    return right


def _mean(values: list[float]) -> float:
    return float(np.mean(values))
