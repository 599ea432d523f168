"""The run that was trained and quantized before: its graph runs, and TensorFlow agrees."""

from __future__ import annotations

import numpy as np
from support.tflm import Tflm

from edgekws.graph import read_model, run_graph
from edgekws.run import find

run = find("short")
graph = read_model(run.model)
assert [node.op.name for node in graph.nodes][:2] == ["CONV_2D", "AVERAGE_POOL_2D"]
shape = (3, *graph.input_tensor.shape[1:])
x = np.random.default_rng(1).integers(-128, 128, shape).astype(np.int8)
scores = run_graph(graph, x)
assert scores.shape == (3, len(run.recipe.labels))
truth = Tflm(run.model.read_bytes())
for clip, score in zip(x, scores, strict=True):
    np.testing.assert_array_equal(score, truth.run(clip[np.newaxis])[0])
