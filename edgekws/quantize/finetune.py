"""Let a network learn to live with int8: quantization-aware fine-tuning."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from edgekws.quantize.calibrate import activation_ranges, real_batches
from edgekws.quantize.simulate import measured_layers, simulated
from edgekws.train.checkpoint import Checkpoint
from edgekws.train.feed import Batch, Feed
from edgekws.train.learner import Learner
from edgekws.train.loop import Course, Examples, fit, look
from edgekws.train.material import Material
from edgekws.train.moment import Tell

LOOKS = 4  # at the validation clips, besides the one before learning


@dataclass(frozen=True)
class Tuned:
    """A network that simulates int8, with its best weights."""

    model: Any
    best_step: int  # 0: fine-tuning did not help, or there was none


def fine_tuned(
    model: Any, material: Material, validation: Examples, steps: int, tell: Tell
) -> Tuned:
    """Simulate int8 in a deployment network and fine-tune it for a few steps.

    It learns to give the float network's scores, not the labels: what int8 must keep are the
    answers of the float network, right or wrong, and so few answers change. The weights kept are
    those nearest to it on the validation clips, those before the first step included.
    """
    frontend, schedule = material.frontend, material.recipe.schedule
    ranges = activation_ranges(model, measured_layers(model), real_batches(material))
    twin = simulated(model, ranges, frontend.scale, frontend.zero_point)
    scale: dict[str, Any] = {"scale": frontend.scale, "zero_point": frontend.zero_point}
    learner = Learner(twin, teacher=model, **scale)
    wanted = Learner(model, **scale).scores(validation.features)
    nearness = dataclasses.replace(validation, targets=wanted)
    every = max(1, steps // LOOKS)
    course = Course((steps,), (schedule.qat_learning_rate,), every)
    checkpoint = Checkpoint(key="")
    look(learner, nearness, checkpoint, {"step": 0})
    feed = _later_batches(material, steps)
    fit(learner, feed, course, nearness, checkpoint, keep=_forget, tell=tell)
    twin.set_weights(checkpoint.best_weights)
    return Tuned(twin, checkpoint.best_step)


def _forget(checkpoint: Checkpoint) -> None:
    """Fine-tuning is short: it is not resumed."""


def _later_batches(material: Material, steps: int) -> Feed:
    """Batches behind those of the training, numbered from 0."""
    trained = sum(material.recipe.schedule.steps)

    def make(step: int) -> Batch:
        return dataclasses.replace(material.batch(trained + step), step=step)

    return Feed(make, 0, steps)
