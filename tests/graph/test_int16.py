"""int16 at the edges of a network: numpy = TFLM = compiled C, bit for bit."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from support.body_cases import portable_cases
from support.ckernel import Case, run_kernel, run_sanitized
from support.op_int16 import edges
from support.op_models import OneOp
from support.scrambled import frames, scrambled
from support.tflite_builder import ModelBuilder, options
from support.tflm import Tflm

from edgekws.errors import ModelError
from edgekws.graph import Graph, read_model, run_graph, run_layers

EXAMPLES = int(os.environ.get("EDGEKWS_EXAMPLES", "60"))
common = settings(
    max_examples=3 * EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def read(case: OneOp) -> Graph:
    try:
        return read_model(case.model)
    except ModelError as exc:
        assume("too far apart" not in str(exc))
        raise


@common
@given(edges())
def test_numpy_equals_tflm(case: OneOp) -> None:
    graph, truth = read(case), Tflm(case.model)
    layers = run_layers(graph, case.x)
    for i, x in enumerate(case.x):
        scores = truth.run(x[np.newaxis])
        for node, values in zip(graph.nodes, layers, strict=True):
            np.testing.assert_array_equal(values[i], truth.tensor(node.output)[0], node.op.name)
        np.testing.assert_array_equal(run_graph(graph, case.x)[i], scores[0])


@common
@given(edges())
def test_c_equals_numpy(case: OneOp) -> None:
    for c in portable_cases(read(case), case.x):
        written = run_kernel(c.kernel, c.expected.size, *c.inputs, dtype=c.expected.dtype)
        np.testing.assert_array_equal(written, c.expected.ravel(), c.kernel.function)


def test_c_is_clean_under_sanitizers(tmp_path: Path) -> None:
    cases: list[Case] = []

    @settings(common, max_examples=30)
    @given(edges())
    def collect(case: OneOp) -> None:
        cases.extend(portable_cases(read(case), case.x[:1]))

    collect()
    assert len({case.kernel.function for case in cases if "quantize" in case.kernel.function}) == 5
    result = run_sanitized(cases, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("last", ["INT32", "INT16", "INT8", None])
@pytest.mark.parametrize("state", ["INT8", "INT16"])
def test_the_public_network_with_svdf(state: str, last: str | None) -> None:
    model, x = scrambled(state=state, last=last), frames(150)
    graph, truth = read_model(model), Tflm(model)
    for _ in range(2):  # once more after a reset
        layers = run_layers(graph, x)
        for i, frame in enumerate(x):
            scores = truth.run(frame[np.newaxis])
            for node, values in zip(graph.nodes, layers, strict=True):
                expected = truth.tensor(node.output)[0]
                np.testing.assert_array_equal(values[i], expected, f"{node.op.name} of frame {i}")
            np.testing.assert_array_equal(layers[-1][i], scores[0])
        truth.reset()
    np.testing.assert_array_equal(run_graph(graph, x), layers[-1])
    assert len(np.unique(layers[-1])) > 20  # it is alive to its end


def spoilt(kind: str) -> bytes:
    b = ModelBuilder()
    x = b.tensor([1, 4], 0.001, dtype="INT16", name="features")
    y = b.tensor([1, 4], 0.1, name="small")
    if kind == "int16 in another operator":
        y = b.tensor([1, 4], 0.001, dtype="INT16", name="wide")
        b.operator("RELU", [x], [y])
    elif kind == "int16 into SOFTMAX":
        y = b.tensor([1, 4], 1 / 65536, -32768, dtype="INT16")
        b.operator("SOFTMAX", [x], [y], options("SoftmaxOptions", beta=1.0))
    elif kind == "int16 logits":
        y = b.tensor([1, 4], 0.001, dtype="INT16", name="wide")
        b.operator("QUANTIZE", [x], [y], options("QuantizeOptions"))
    elif kind == "int32 read again":
        y = b.tensor([1, 4], 0.001, dtype="INT32", name="wide")
        b.operator("QUANTIZE", [x], [y], options("QuantizeOptions"))
        z = b.tensor([1, 4], 0.1)
        b.operator("QUANTIZE", [y], [z], options("QuantizeOptions"))
        return b.build([x], [z])
    elif kind == "scales far apart":
        b.graph.tensors[x].quantization.scale = np.array([1e20], np.float32)
        b.operator("QUANTIZE", [x], [y], options("QuantizeOptions"))
    elif kind == "zero point out of range":
        b.graph.tensors[x].quantization.zeroPoint = np.array([40_000])
        b.operator("QUANTIZE", [x], [y], options("QuantizeOptions"))
    elif kind == "other shape":
        b.graph.tensors[y].shape = [1, 3]
        b.operator("QUANTIZE", [x], [y], options("QuantizeOptions"))
    else:
        b.operator("QUANTIZE", [x], [y], options("QuantizeOptions"))
        z = b.tensor([1, 4], 1 / 256, -128, dtype="INT16")
        b.operator("SOFTMAX", [y], [z], options("SoftmaxOptions", beta=1.0))
        y = z
    return b.build([x], [y])


REASONS = {
    "int16 in another operator": "RELU (operator 0): 'wide' is int16; only int8 runs here",
    "int16 into SOFTMAX": "'features' is int16; only int8 runs here",
    "int16 logits": "its output 'wide' is int16 and not from SOFTMAX",
    "int32 read again": "'wide' is int32; only int8 or int16 runs here",
    "scales far apart": "the scales of its input and output are too far apart",
    "zero point out of range": "a zero point is not in -32768..32767",
    "other shape": "its output must have the shape [1, 4]",
    "scores on another grid": "the scale 1/65536 and the zero point -32768",
}


@pytest.mark.parametrize("kind", REASONS)
def test_refuses(kind: str) -> None:
    with pytest.raises(ModelError) as caught:
        read_model(spoilt(kind))
    assert REASONS[kind] in str(caught.value)
