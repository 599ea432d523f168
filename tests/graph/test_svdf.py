"""The layer that remembers, run after run: numpy = TFLM = compiled C, bit for bit."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from support.ckernel import Case, fresh_state, run_kernel, run_sanitized
from support.op_models import OneOp
from support.op_svdf import svdf
from support.tflm import Tflm

from edgekws.codegen.model import model_view
from edgekws.errors import ModelError
from edgekws.graph import Graph, Session, read_model, run_graph, run_layers

EXAMPLES = int(os.environ.get("EDGEKWS_EXAMPLES", "60"))
common = settings(
    max_examples=EXAMPLES,
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


def outputs(graph: Graph, frames: np.ndarray) -> list[np.ndarray]:
    """What the SVDF, the first node, writes for frames that follow each other."""
    session = Session(graph)
    return [session.run_layers(frame[np.newaxis])[0][0] for frame in frames]


@common
@given(svdf())
def test_numpy_equals_tflm_run_after_run(case: OneOp) -> None:
    graph, truth = read(case), Tflm(case.model)
    session = Session(graph)
    for _ in range(2):  # once more after a reset
        for frame in case.x:
            scores = truth.run(frame[np.newaxis])
            layers = session.run_layers(frame[np.newaxis])
            for node, values in zip(graph.nodes, layers, strict=True):
                np.testing.assert_array_equal(values, truth.tensor(node.output), node.op.name)
            np.testing.assert_array_equal(layers[-1], scores)
        truth.reset()
        session.reset()


@common
@given(svdf())
def test_c_equals_numpy_run_after_run(case: OneOp) -> None:
    graph = read(case)
    kernel = graph.nodes[0].op.portable_kernel()
    assert kernel is not None
    state = fresh_state(kernel)
    for frame, expected in zip(case.x, outputs(graph, case.x), strict=True):
        written = run_kernel(kernel, expected.size, frame, state=state)
        np.testing.assert_array_equal(written, expected)


def test_c_is_clean_under_sanitizers(tmp_path: Path) -> None:
    cases: list[Case] = []

    @settings(common, max_examples=8)
    @given(svdf())
    def collect(case: OneOp) -> None:
        graph = read(case)
        kernel = graph.nodes[0].op.portable_kernel()
        pairs = zip(case.x, outputs(graph, case.x), strict=True)
        cases.extend(Case(kernel, (frame,), expected) for frame, expected in pairs)

    collect()
    result = run_sanitized(cases, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


@settings(common, max_examples=10)
@given(svdf())
def test_entries_of_a_batch_follow_each_other(case: OneOp) -> None:
    graph = read(case)
    session = Session(graph)
    for frame, scores, layer in zip(
        case.x, run_graph(graph, case.x), run_layers(graph, case.x)[-1], strict=True
    ):
        np.testing.assert_array_equal(session.run(frame[np.newaxis])[0], scores)
        np.testing.assert_array_equal(layer, scores)


@settings(common, max_examples=1)
@given(svdf())
def test_a_session_takes_one_entry(case: OneOp) -> None:
    with pytest.raises(ValueError, match="one entry at a time"):
        Session(read(case)).run(case.x[:2])


@settings(common, max_examples=1)
@given(svdf())
def test_generated_code_keeps_its_state_with_the_caller(case: OneOp) -> None:
    graph = read(case)
    kernel = graph.nodes[0].op.portable_kernel()
    assert kernel is not None
    view = model_view(graph, ("a", "b", "c"))
    assert [(state.name, 4 * state.words) for state in view.states] == [
        ("layer0", -(-kernel.state_bytes // 4) * 4)
    ]
    assert view.state_bytes == 4 * view.states[0].words
