"""Kernels for MVE: numpy = C on the host, packed the same, and on the Cortex-M55."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from support.body_cases import cases_of, cases_of_op, read, run_on_board
from support.ckernel import Case, run_kernel, run_sanitized
from support.op_models import STRATEGIES, OneOp
from support.vector_ops import LAYERS, Made

from edgekws.graph import read_model
from edgekws.graph.bodies import mve
from edgekws.kernel import Body

EXAMPLES = int(os.environ.get("EDGEKWS_EXAMPLES", "100"))  # of each operator
NAMES = sorted(mve.KERNELS.keys() & STRATEGIES.keys())

common = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def check(case: Case) -> None:
    written = run_kernel(case.kernel, case.expected.size, *case.inputs)
    np.testing.assert_array_equal(written, case.expected.ravel(), case.kernel.function)
    if case.kernel.in_place:
        written = run_kernel(case.kernel, case.expected.size, *case.inputs, in_place=True)
        np.testing.assert_array_equal(written, case.expected.ravel(), "in place")


@pytest.mark.parametrize("name", NAMES)
def test_c_equals_numpy(name: str) -> None:
    @common
    @given(STRATEGIES[name])
    def run(case: OneOp) -> None:
        for one in cases_of(read(case), case.x, Body.MVE):
            check(one)

    run()


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_many_channels(name: str) -> None:
    @common
    @given(LAYERS[name]())
    def run(made: Made) -> None:
        for one in cases_of_op(*made, Body.MVE):
            check(one)

    run()


def some_cases(examples: int) -> list[Case]:
    cases: list[Case] = []
    for strategy in LAYERS.values():

        @settings(common, max_examples=examples)
        @given(strategy())
        def collect(made: Made) -> None:
            cases.extend(cases_of_op(*made, Body.MVE))

        collect()

    @settings(common, max_examples=examples)
    @given(STRATEGIES["AVERAGE_POOL_2D"])
    def collect_pools(case: OneOp) -> None:
        cases.extend(cases_of(read(case), case.x[:1], Body.MVE)[:1])

    collect_pools()
    return cases


def test_c_is_clean_under_sanitizers(tmp_path: Path) -> None:
    result = run_sanitized(some_cases(25), tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.qemu
def test_the_core_gives_the_same_bits() -> None:
    assert run_on_board(some_cases(40), "mps3_an547") == ""


@pytest.mark.qemu
def test_a_network_made_elsewhere(foreign_models: Path) -> None:
    graph = read_model(foreign_models / "mlperf_tiny_kws_ref.tflite")
    x = np.random.default_rng(1).integers(-128, 128, (2, 49, 10, 1), dtype=np.int8)
    assert run_on_board(cases_of(graph, x, Body.MVE), "mps3_an547") == ""
