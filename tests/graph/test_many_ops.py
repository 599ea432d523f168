"""A network of many operators: numpy = TFLM = generated C, on this machine and on a core."""

from __future__ import annotations

import numpy as np
from support.many_ops import many_ops
from support.tflm import Tflm

from edgekws.graph import Session, read_model, run_graph

RANDOM = np.random.default_rng(5)
X = RANDOM.integers(-128, 128, (200, 6, 4, 4), dtype=np.int8)


def test_numpy_equals_tflm() -> None:
    model = many_ops()
    truth = Tflm(model)
    scores = run_graph(read_model(model), X)
    assert len(np.unique(scores, axis=0)) > 20
    for clip, expected in zip(X, scores, strict=True):
        np.testing.assert_array_equal(truth.run(clip[np.newaxis])[0], expected)


def test_numpy_equals_tflm_where_it_remembers() -> None:
    model = many_ops(remembers=True)
    truth, session = Tflm(model), Session(read_model(model))
    for clip in X:
        np.testing.assert_array_equal(truth.run(clip[np.newaxis]), session.run(clip[np.newaxis]))
