"""From recipe and data to float weights, with the scores that later stages compare with."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from edgekws.files import sha256, write_json
from edgekws.models import find_architecture
from edgekws.recipe import DetectorSpec
from edgekws.run import Run
from edgekws.train import checkpoint as checkpoints
from edgekws.train.checkpoint import Checkpoint
from edgekws.train.feed import Feed
from edgekws.train.judgement import Judgement, judge
from edgekws.train.loop import Course, Examples, fit
from edgekws.train.material import Material, open_material
from edgekws.train.moment import Tell, silent
from edgekws.train.report import write_report
from edgekws.train.scored import scored
from edgekws.train.start import FILE as START
from edgekws.train.start import take_start
from edgekws.train.teacher import FILE as TEACHER
from edgekws.train.teacher import take_teacher
from edgekws.train.team import Team, watched

if TYPE_CHECKING:
    from edgekws.train.learner import Learner


@dataclass(frozen=True)
class TrainResult:
    """What came out of a training. Accuracies and shares are 0..1."""

    parameters: int  # numbers learnt
    steps: int
    best_step: int  # after which the kept weights were reached
    validation_accuracy: float
    validation_clips: int
    test_accuracy: float
    test_clips: int
    chance: float  # accuracy of always answering the commonest label of the test clips
    resumed_from: int  # step; 0 when begun anew
    wait_fraction: float  # share of the loop's time in which no features were ready
    clips_per_second: float  # learnt, evaluations included; 0 when there was nothing to learn
    validation: Judgement  # of the kept weights, label by label
    test: Judgement


def train(run: Run, *, progress: Tell | None = None, team: Team | None = None) -> TrainResult:
    """Train the network of ``run`` from its last checkpoint, or from its first weights.

    Writes into ``float/``: ``weights.npz`` (the best on the validation clips), ``history.json``,
    ``test_scores.npz`` and ``validation_scores.npz`` (``scores`` float32 [clips, labels],
    ``labels`` int64 [clips], ``names``), and ``checkpoint.npz``, from which a killed training
    goes on to the very weights that it would have reached undisturbed. The curves are there for
    TensorBoard too, and what `write_report` writes.

    Parameters
    ----------
    progress
        Called after each step with how the learning stands.
    team
        With whom to learn, as its chief; the others call `assist`. None: alone.

    Raises
    ------
    ToolMissing
        TensorFlow is not installed.
    AudioError, ConfigError
        The data cannot be used; a checkpoint is of another recipe; see `take_start` and
        `take_teacher`.
    EdgekwsError
        The loss is no finite number any more; a file cannot be written.
    """
    from edgekws.models.backend import tf

    material = open_material(run.recipe)
    material.require("validation", "testing")
    validation = material.examples("validation")
    key = _key(material, tf.__version__)
    checkpoint = checkpoints.load(_folder(run) / "checkpoint.npz", key) or Checkpoint(key)
    start = checkpoint.step
    with watched(team):
        learner = new_learner(material, team)
        take_start(run, learner)
        learner.tutor = take_teacher(run)
        tell = progress or silent
        speed = _learn(run, learner, material, validation, checkpoint, tell=tell, team=team)
    learner.weights = checkpoint.best_weights
    judging = scored(learner, [validation])
    test = scored(learner, material.pieces("testing"))
    labels = run.recipe.labels
    judged = judge("test", test.scores, test.labels, labels)
    result = TrainResult(
        parameters=sum(int(np.prod(w.shape)) for w in learner.model.trainable_weights),
        steps=checkpoint.step,
        best_step=checkpoint.best_step,
        validation_accuracy=checkpoint.best_accuracy,
        validation_clips=len(judging.labels),
        test_accuracy=judged.accuracy,
        test_clips=judged.clips,
        chance=test.chance,
        resumed_from=start,
        **speed,
        validation=judge("validation", judging.scores, judging.labels, labels),
        test=judged,
    )
    outputs = _write(run, learner, checkpoint)
    outputs["test"] = test.write(_folder(run) / "test_scores.npz")
    outputs["validation"] = judging.write(_folder(run) / "validation_scores.npz")
    write_report(_folder(run), result.validation, result.test)
    facts = {**material.training_facts, "tensorflow": tf.__version__}
    if team:
        facts["devices"] = str(team.replicas)
    run.record("train", inputs=_inputs(run), outputs=outputs, facts=facts | _numbers(result))
    return result


def assist(run: Run, team: Team, *, progress: Tell | None = None) -> int:
    """Learn as a worker of ``team`` that is not its chief; return the steps made.

    Of ``run`` it reads the recipe and the teacher, and writes nothing. Weights and step are the
    chief's.

    Raises
    ------
    EdgekwsError
        As `train` does; another worker is gone.
    """
    material = open_material(run.recipe)
    with team.watched():
        learner = new_learner(material, team)
        learner.tutor = take_teacher(run)
        alone = Checkpoint("", team.begin(material, learner, 0))
        course = _course(material)
        first, feed = alone.step, _feed(learner, material, alone.step, team)
        fit(learner, feed, course, None, alone, keep=lambda _: None, tell=progress or silent)
    return course.length - first


def _inputs(run: Run) -> dict[str, Path]:
    recipe, inputs = run.recipe, {"recipe": run.path / "recipe.toml"}
    if recipe.start:
        inputs["start"] = run.path / START
    if recipe.teacher:
        inputs["teacher"] = run.path / TEACHER
    return inputs


def _numbers(result: TrainResult) -> dict[str, object]:
    return {k: v for k, v in vars(result).items() if not isinstance(v, Judgement)}


def new_learner(material: Material, team: Team | None = None) -> Learner:
    """A network of the recipe's architecture with its initial weights, on all devices of a team."""
    from edgekws.train.learner import Learner
    from edgekws.train.together import SharedLearner

    recipe, frontend = material.recipe, material.frontend
    with team.strategy.scope() if team else contextlib.nullcontext():
        model = find_architecture(recipe.architecture).build(
            recipe.input_shape, len(recipe.labels), seed=recipe.schedule.seed
        )
        return (partial(SharedLearner, team) if team else Learner)(
            model, scale=frontend.scale, zero_point=frontend.zero_point, schedule=recipe.schedule
        )


def _learn(
    run: Run,
    learner: Learner,
    material: Material,
    validation: Examples,
    checkpoint: Checkpoint,
    *,
    tell: Tell,
    team: Team | None,
) -> dict[str, float]:
    from edgekws.train.events import Curves

    course, schedule = _course(material), material.recipe.schedule
    first = checkpoint.step
    if first:
        learner.state = checkpoint.state
    if team:
        team.begin(material, learner, first)
    feed = _feed(learner, material, first, team)
    start = time.perf_counter()
    with Curves(_folder(run), checkpoint.history) as curves:

        def keep(current: Checkpoint) -> None:
            checkpoints.save(_folder(run) / "checkpoint.npz", current)
            curves.add(current.history[-1])

        fit(learner, feed, course, validation, checkpoint, keep=keep, tell=tell)
    took_s = time.perf_counter() - start
    learnt = (course.length - first) * schedule.batch_size
    return {"wait_fraction": feed.waited_s / took_s, "clips_per_second": learnt / took_s}


def _course(material: Material) -> Course:
    schedule = material.recipe.schedule
    return Course(
        schedule.steps,
        schedule.learning_rates,
        schedule.evaluate_every,
        cosine=schedule.decay == "cosine",
        warm_up_steps=schedule.warm_up_steps,
    )


def _feed(learner: Learner, material: Material, first: int, team: Team | None) -> Feed:
    schedule, tutor = material.recipe.schedule, learner.tutor
    rows = team.rows(schedule.batch_size) if team else None
    return material.feed(first, sum(schedule.steps), tutor.frontend if tutor else None, rows)


def _write(run: Run, learner: Learner, checkpoint: Checkpoint) -> dict[str, Path]:
    weights, history = _folder(run) / "weights.npz", _folder(run) / "history.json"
    names = [variable.name for variable in learner.model.weights]
    checkpoints.save_arrays(
        weights,
        {
            f"{number:03d}:{name}": array
            for number, (name, array) in enumerate(zip(names, checkpoint.best_weights, strict=True))
        },
    )
    write_json(history, checkpoint.history)
    return {"weights": weights, "history": history}


def _key(material: Material, version: str) -> str:
    recipe = replace(material.recipe, detector=DetectorSpec())  # no weight depends on it
    parts = (repr(recipe), *material.training_facts.values(), version)
    return sha256("\n".join(parts).encode())


def _folder(run: Run) -> Path:
    return run.path / "float"
