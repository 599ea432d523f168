"""TFLite Micro in a process of its own: its answers, its refusals, its crashes."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from support.small_run import small_model

from edgekws.errors import ModelError, ToolMissing
from edgekws.graph import Graph, read_model, run_graph, run_layers
from edgekws.verify import tflm, tflm_worker
from edgekws.verify.tflm import file_graph, run_tflm

pytest.importorskip("tflite_micro")


def some_features(graph: Graph, count: int = 3) -> np.ndarray:
    shape = (count, *graph.input_tensor.shape[1:])
    return np.random.default_rng(3).integers(-128, 128, shape).astype(np.int8)


def worker_that(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "worker.py"
    path.write_text(f"import os, signal, sys, time\n{code}\n")
    monkeypatch.setattr(tflm_worker, "__file__", str(path))


@pytest.mark.parametrize("with_softmax", [True, False])
def test_outputs_and_layers_are_those_of_the_file(with_softmax: bool) -> None:
    model = small_model(with_softmax=with_softmax)
    graph = read_model(model)
    x = some_features(graph)
    answer = run_tflm(model, graph, x, keep_layers_of=2)
    assert len(answer.layers) == (4 if with_softmax else 3) == len(file_graph(model, graph).nodes)
    np.testing.assert_array_equal(answer.outputs, run_graph(file_graph(model, graph), x))
    for node, kept, expected in zip(
        graph.nodes, answer.layers, run_layers(graph, x[:2]), strict=False
    ):
        np.testing.assert_array_equal(kept.reshape(expected.shape), expected, node.op.name)


def test_arena_is_the_interpreters_own_account() -> None:
    model = small_model()
    answer = run_tflm(model, read_model(model), some_features(read_model(model), 1))
    assert 1000 < answer.arena_bytes < 10_000
    assert answer.layers == ()


def test_a_refusal_is_quoted() -> None:
    """A file that TFLM cannot run says so on the C++ side only."""
    model = small_model()
    graph = read_model(model)
    with pytest.raises(ModelError, match="TFLite Micro cannot run this model: "):
        run_tflm(model[: len(model) // 2], graph, some_features(graph))


def test_a_crash_ends_the_worker_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = small_model()
    graph = read_model(model)
    code = "print('last words', file=sys.stderr, flush=True); os.kill(os.getpid(), signal.SIGSEGV)"
    worker_that(tmp_path, code, monkeypatch)
    with pytest.raises(ModelError, match="stopped by SIGSEGV: last words"):
        run_tflm(model, graph, some_features(graph))


def test_a_hang_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = small_model()
    graph = read_model(model)
    worker_that(tmp_path, "time.sleep(60)", monkeypatch)
    monkeypatch.setattr(tflm, "TIMEOUT_S", 0.3)
    with pytest.raises(ModelError, match=r"did not end within 0\.3 s"):
        run_tflm(model, graph, some_features(graph))


def test_a_missing_wheel_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    model = small_model()
    graph = read_model(model)
    with pytest.raises(ToolMissing, match=r'pip install "edgekws\[verify\]"'):
        run_tflm(model, graph, some_features(graph))
