"""Kernels for phones: numpy = C on the host, with NEON, and with dot products."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from support.body_cases import cases_of, cases_of_op, read
from support.ckernel import Case, run_kernel, run_sanitized
from support.op_models import OneOp
from support.op_strategies import STRATEGIES
from support.phone import PHONES, run_on_phone
from support.vector_ops import LAYERS, Made, convolution_over

from edgekws.graph import read_model
from edgekws.graph.bodies import neon
from edgekws.graph.window import SAME, VALID, Axis, Window, fit_axis
from edgekws.kernel import Body

EXAMPLES = int(os.environ.get("EDGEKWS_EXAMPLES", "100"))  # of each operator
NAMES = sorted(neon.KERNELS)

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
        for one in cases_of(read(case), case.x, Body.NEON):
            check(one)

    run()


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_many_channels(name: str) -> None:
    @common
    @given(LAYERS[name](-127))
    def run(made: Made) -> None:
        for one in cases_of_op(*made, Body.NEON):
            check(one)

    run()


def some_cases(examples: int) -> list[Case]:
    cases: list[Case] = []
    for strategy in LAYERS.values():

        @settings(common, max_examples=examples)
        @given(strategy(-127))
        def collect(made: Made) -> None:
            cases.extend(cases_of_op(*made, Body.NEON))

        collect()
    return cases


def some_sums(examples: int) -> list[Case]:
    """Of one shape and with broadcasting; many are longer than a vector."""
    cases: list[Case] = []
    for name in ("ADD", "SUB"):

        @settings(common, max_examples=examples)
        @given(STRATEGIES[name])
        def collect(case: OneOp) -> None:
            cases.extend(cases_of(read(case), case.x, Body.NEON))

        collect()
    sums = [case for case in cases if case.kernel.function == "kws_add_neon_run"]
    assert sum(dict(case.kernel.fields)["sizes"][3] > 8 for case in sums) > examples / 2
    return sums


def test_c_is_clean_under_sanitizers(tmp_path: Path) -> None:
    result = run_sanitized(some_cases(25), tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.qemu
@pytest.mark.parametrize("name", PHONES)
def test_phones_give_the_same_bits(name: str, tmp_path: Path) -> None:
    result = run_on_phone(some_cases(40) + some_sums(60), name, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("rows", "columns", "in_channels"),
    [
        (fit_axis(49, 10, 2, 1, SAME), fit_axis(40, 8, 2, 1, SAME), 1),  # tiny_conv's
        (fit_axis(49, 10, 2, 1, SAME), fit_axis(10, 4, 2, 1, SAME), 1),  # ds_cnn's
        (fit_axis(9, 3, 1, 2, SAME), fit_axis(7, 5, 3, 1, SAME), 3),
        (fit_axis(5, 2, 3, 1, VALID), fit_axis(20, 16, 1, 1, SAME), 1),
    ],
)
def test_short_rows_of_a_filter_are_copied_whole(
    rows: Axis, columns: Axis, in_channels: int
) -> None:
    case = short_rows(Window(rows, columns), in_channels)
    assert case.kernel.function == "kws_conv_2d_narrow_neon_run"
    check(case)


def short_rows(window: Window, in_channels: int) -> Case:
    made = convolution_over(np.random.default_rng(1), window, in_channels, channels=6, lowest=-127)
    (case,) = cases_of_op(*made, Body.NEON)
    return case


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_layers_that_do_not_fit_stay_portable(name: str) -> None:
    """Two products of -128 and -128 are one more than 16 bits hold."""

    @settings(common, max_examples=10)
    @given(LAYERS[name]())
    def run(made: Made) -> None:
        values = made[0].weights.values  # type: ignore[attr-defined]
        assert bool(cases_of_op(*made, Body.NEON)) == (values.min() > -128)

    run()


@pytest.mark.qemu
@pytest.mark.parametrize("name", PHONES)
def test_a_network_made_elsewhere(name: str, foreign_models: Path, tmp_path: Path) -> None:
    graph = read_model(foreign_models / "mlperf_tiny_kws_ref.tflite")
    x = np.random.default_rng(1).integers(-128, 128, (2, 49, 10, 1), dtype=np.int8)
    result = run_on_phone(cases_of(graph, x, Body.NEON), name, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
