"""Networks as public keyword spotters have them, converted by TensorFlow: numpy = TFLM = C."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.ckernel import Case, run_kernel, run_sanitized
from support.public_networks import NETWORKS, converted
from support.tflm import Tflm

from edgekws.graph import read_model, run_layers
from edgekws.verify.tflm import file_graph


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_every_layer(name: str, tmp_path: Path) -> None:
    model = converted(name)
    graph, truth = read_model(model), Tflm(model)
    random = np.random.default_rng(1)
    x = random.integers(-128, 128, (20, *graph.input_tensor.shape[1:]), dtype=np.int8)
    x[0], x[1] = -128, 127
    values = {graph.input: x}
    cases = []
    for node, result in zip(graph.nodes, run_layers(graph, x), strict=True):
        values[node.output] = result
        kernel = node.op.portable_kernel()
        if kernel is not None:
            inputs = tuple(values[number][-1] for number in node.inputs)
            cases.append(Case(kernel, inputs, result[-1]))
    for i, clip in enumerate(x):
        truth.run(clip[np.newaxis])
        for node in file_graph(model, graph).nodes:
            expected = truth.tensor(node.output)[0]
            np.testing.assert_array_equal(values[node.output][i], expected, node.op.name)
    for case in cases:
        written = run_kernel(case.kernel, case.expected.size, *case.inputs)
        np.testing.assert_array_equal(written, case.expected.ravel(), case.kernel.function)
    assert run_sanitized(cases, tmp_path).returncode == 0
