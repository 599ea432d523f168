"""The course of learning rates and the two numbers that judge a network."""

from __future__ import annotations

import math

import numpy as np
import pytest

from edgekws.train.loop import Course, accuracy, cross_entropy


def test_learning_rates_hold_for_their_steps() -> None:
    course = Course((2, 1, 3), (0.3, 0.2, 0.1), evaluate_every=1)
    assert course.length == 6
    rates = [course.learning_rate(step) for step in range(6)]
    assert rates == [0.3, 0.3, 0.2, 0.1, 0.1, 0.1]
    with pytest.raises(ValueError, match="behind the end"):
        course.learning_rate(6)


def test_accuracy_and_cross_entropy() -> None:
    scores = np.array([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1], [1.0, 0.0, 0.0]], np.float32)
    labels = np.array([0, 1, 2])
    assert accuracy(scores, labels) == pytest.approx(2 / 3)
    right = np.eye(3, dtype=np.float32)
    expected = -(math.log(0.5) + math.log(0.8) + math.log(1e-7)) / 3
    assert cross_entropy(scores, right) == pytest.approx(expected, rel=1e-6)


def test_a_cosine_falls_from_each_rate_to_the_next_after_warming_up() -> None:
    course = Course((4, 2), (0.4, 0.2), evaluate_every=1, cosine=True, warm_up_steps=1)
    rates = [course.learning_rate(step) for step in range(6)]
    shares = [(1 + math.cos(math.pi * place)) / 2 for place in (0, 0.25, 0.5, 0.75)]
    expected = [0.2 + 0.2 * share for share in shares] + [0.2, 0.1]
    assert rates == pytest.approx([expected[0] / 2, *expected[1:]])
