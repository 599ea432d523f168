"""Each operator on random shapes, scales and extremes: numpy = TFLM = compiled C, bit for bit."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from support.body_cases import portable_cases
from support.ckernel import Case, run_kernel, run_sanitized
from support.op_models import OneOp
from support.op_strategies import STRATEGIES
from support.tflm import Tflm

from edgekws.errors import ModelError
from edgekws.graph import Graph, read_model, run_layers, supported_ops

EXAMPLES = int(os.environ.get("EDGEKWS_EXAMPLES", "60"))  # of each operator
FREE = {"RESHAPE", "SQUEEZE", "EXPAND_DIMS"}  # no arithmetic
STATEFUL = {"SVDF"}  # see test_svdf.py

common = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_every_operator_has_a_strategy() -> None:
    assert set(STRATEGIES) | FREE | STATEFUL == set(supported_ops())


def read(case: OneOp) -> Graph:
    try:
        return read_model(case.model)
    except ModelError as exc:
        # the strategies may draw scales so far apart that the engine rightly refuses them
        hypothesis.assume("too far apart" not in str(exc) and "too small" not in str(exc))
        raise


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_numpy_equals_tflm(name: str) -> None:
    @common
    @given(STRATEGIES[name])
    def check(case: OneOp) -> None:
        graph = read(case)
        truth = Tflm(case.model)
        layers = run_layers(graph, case.x)
        for i, clip in enumerate(case.x):
            truth.run(clip[np.newaxis])
            for node, values in zip(graph.nodes, layers, strict=True):
                expected = truth.tensor(node.output)[0]
                np.testing.assert_array_equal(values[i], expected, node.op.name)

    check()


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_c_equals_numpy(name: str) -> None:
    @common
    @given(STRATEGIES[name])
    def check(case: OneOp) -> None:
        for c in portable_cases(read(case), case.x):
            written = run_kernel(c.kernel, c.expected.size, *c.inputs)
            np.testing.assert_array_equal(written, c.expected.ravel(), c.kernel.function)

    check()


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_c_in_place_equals_c(name: str) -> None:
    """A kernel that says so may write over its first input."""

    @settings(common, max_examples=EXAMPLES // 3)
    @given(STRATEGIES[name])
    def check(case: OneOp) -> None:
        for c in portable_cases(read(case), case.x[:1]):
            if c.kernel.in_place:
                written = run_kernel(c.kernel, c.expected.size, *c.inputs, in_place=True)
                np.testing.assert_array_equal(written, c.expected.ravel(), c.kernel.function)

    check()


def test_c_is_clean_under_sanitizers(tmp_path: Path) -> None:
    cases: list[Case] = []
    for strategy in STRATEGIES.values():

        @settings(common, max_examples=8)
        @given(strategy)
        def collect(case: OneOp) -> None:
            cases.extend(portable_cases(read(case), case.x[:1])[:2])

        collect()
    result = run_sanitized(cases, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
