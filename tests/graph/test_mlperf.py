"""A network made elsewhere, every layer, against TensorFlow Lite Micro."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.ckernel import Case, run_kernel, run_sanitized
from support.tflm import Tflm

from edgekws.graph import Graph, read_model, run_graph, run_layers

MODEL = "mlperf_tiny_kws_ref.tflite"


@pytest.fixture(scope="module")
def model(foreign_models: Path) -> bytes:
    return (foreign_models / MODEL).read_bytes()


@pytest.fixture(scope="module")
def graph(model: bytes) -> Graph:
    return read_model(model)


def test_facts(graph: Graph) -> None:
    assert graph.macs == 2_656_768
    assert graph.input_tensor.shape == (1, 49, 10, 1)
    assert graph.output_tensor.shape == (1, 12)
    assert [node.op.name for node in graph.nodes[-4:]] == [
        "AVERAGE_POOL_2D",
        "RESHAPE",
        "FULLY_CONNECTED",
        "SOFTMAX",
    ]


def test_every_layer_equals_tflm(model: bytes, graph: Graph) -> None:
    truth = Tflm(model)
    random = np.random.default_rng(1)
    x = random.integers(-128, 128, (200, 49, 10, 1), dtype=np.int8)
    x[0], x[1], x[2] = -128, 127, 83
    scores = run_graph(graph, x)
    layers = run_layers(graph, x)
    for i, clip in enumerate(x):
        np.testing.assert_array_equal(truth.run(clip[np.newaxis])[0], scores[i])
        for node, values in zip(graph.nodes, layers, strict=True):
            np.testing.assert_array_equal(truth.tensor(node.output)[0], values[i], node.op.name)


def test_c_kernels_equal_every_layer(graph: Graph, tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    x = random.integers(-128, 128, (8, 49, 10, 1), dtype=np.int8)
    values = dict(zip((node.output for node in graph.nodes), run_layers(graph, x), strict=True)) | {
        graph.input: x
    }
    cases = []
    for node in graph.nodes:
        kernel = node.op.portable_kernel()
        if kernel is None:
            continue
        for i in range(len(x)):
            inputs = [values[number][i] for number in node.inputs]
            expected = values[node.output][i]
            written = run_kernel(kernel, expected.size, *inputs)
            np.testing.assert_array_equal(written, expected.ravel(), node.op.name)
        cases.append(Case(kernel, tuple(inputs), expected))
    result = run_sanitized(cases, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
