"""Ways of learning that a recipe may ask for: targets, mixed clips, averaged weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.made_up import made_up_recipe, new_run, use_made_up_material

from edgekws.files import sha256
from edgekws.recipe import ScheduleSpec
from edgekws.train import train

pytestmark = pytest.mark.tensorflow

ALL = {
    "decay": "cosine",
    "warm_up_steps": 3,
    "label_smoothing": 0.1,
    "mixup": 0.3,
    "weight_averaging": 0.9,
}


class Stopped(Exception):
    """What stops a training in its middle."""


def test_a_training_with_all_of_them_resumes_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_made_up_material(monkeypatch)
    recipe = made_up_recipe(**ALL)
    whole, killed = new_run(tmp_path, recipe, "whole"), new_run(tmp_path, recipe, "killed")
    result = train(whole)
    assert np.isfinite(result.validation_accuracy)

    def stop(moment: Any) -> None:
        if moment.step == 9:
            raise Stopped

    with pytest.raises(Stopped):
        train(killed, progress=stop)
    assert train(killed).resumed_from == 8
    for name in ("weights.npz", "history.json", "test_scores.npz", "checkpoint.npz"):
        first, second = (sha256(run.path / "float" / name) for run in (whole, killed))
        assert first == second, name


def _learner(**ways: Any) -> Any:
    from edgekws.models.backend import keras
    from edgekws.train.learner import Learner

    inputs = keras.Input((2, 2, 1))
    flat = keras.layers.Flatten()(inputs)
    scores = keras.layers.Dense(2, activation="softmax", kernel_initializer="zeros")(flat)
    schedule = ScheduleSpec(**ways)
    return Learner(keras.Model(inputs, scores), scale=1.0, zero_point=0, schedule=schedule)


def test_scores_and_kept_weights_are_those_of_the_running_mean() -> None:
    learner = _learner(weight_averaging=0.5)
    features = np.ones((4, 2, 2), np.int8)
    labels = np.zeros(4, np.int64)
    expected = np.zeros((4, 2))
    for step in range(3):
        learner.step(step, features, labels, 0.1)
        decay = min(0.5, (step + 1) / (step + 11))
        expected = decay * expected + (1 - decay) * learner.model.get_weights()[0]
    np.testing.assert_allclose(learner.weights[0], expected, rtol=1e-5)
    learning = learner.model.get_weights()[0]
    scores = learner.scores(features)
    np.testing.assert_array_equal(learner.model.get_weights()[0], learning)
    logits = features[0].reshape(-1) @ learner.weights[0] + learner.weights[1]
    np.testing.assert_allclose(scores[0], np.exp(logits) / np.exp(logits).sum(), rtol=1e-5)


def test_mixed_targets_follow_mixed_features_and_are_smoothed() -> None:
    import tensorflow as tf

    learner = _learner(mixup=0.5, label_smoothing=0.2)
    real = tf.constant(np.arange(3, dtype=np.float32).reshape(3, 1, 1, 1) * np.ones((3, 2, 2, 1)))
    real = tf.cast(real, tf.float32)
    labels = np.array([0, 1, 0])
    mixed, share = learner._mixed(tf.constant(7), real)
    targets = learner._targets(mixed, labels, share).numpy()
    before = np.array([2.0, 0.0, 1.0])  # the clip in front of each, the last in front of the first
    own, shares = np.arange(3.0), share.numpy()[:, 0]
    assert len(set(shares)) == 3 and (shares < 0.5).all()
    np.testing.assert_allclose(mixed.numpy()[:, 0, 0, 0], (1 - shares) * own + shares * before)
    smooth = np.array([[0.9, 0.1], [0.1, 0.9], [0.9, 0.1]])
    np.testing.assert_allclose(
        targets, (1 - share) * smooth + share * np.roll(smooth, 1, axis=0), rtol=1e-5
    )
