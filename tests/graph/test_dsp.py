"""Kernels for the DSP extension: numpy = C on the host, packed the same, and on the Cortex-M4."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from support.body_cases import cases_of, cases_of_op, made_up, read, run_on_board
from support.ckernel import Case, run_kernel, run_sanitized
from support.op_models import STRATEGIES, OneOp

from edgekws.graph import read_model
from edgekws.graph.bodies import dsp
from edgekws.graph.ops.average_pool_2d import AveragePool2D
from edgekws.graph.ops.conv_2d import Conv2D
from edgekws.graph.ops.depthwise_conv_2d import DepthwiseConv2D
from edgekws.graph.ops.fully_connected import FullyConnected
from edgekws.graph.weights import Rescale, Weights
from edgekws.graph.window import SAME, VALID, Window, fit_axis
from edgekws.kernel import Body

EXAMPLES = int(os.environ.get("EDGEKWS_EXAMPLES", "100"))  # of each operator
NAMES = sorted(dsp.KERNELS.keys() & STRATEGIES.keys())

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
        for one in cases_of(read(case), case.x, Body.DSP):
            check(one)

    run()


def some_cases(examples: int) -> list[Case]:
    cases: list[Case] = []
    for name in NAMES:

        @settings(common, max_examples=examples)
        @given(STRATEGIES[name])
        def collect(case: OneOp) -> None:
            cases.extend(cases_of(read(case), case.x[:1], Body.DSP))

        collect()
    for seed in range(examples):
        cases += cases_of_op(*three_by_three(np.random.default_rng(seed)), Body.DSP)
        cases += cases_of_op(*taps(np.random.default_rng(seed)), Body.DSP)
    for seed in range(5):
        cases += cases_of_op(*vector(np.random.default_rng(seed)), Body.DSP)
    cases += cases_of_op(*deep(1), Body.DSP)
    cases += cases_of_op(*rescaled(np.random.default_rng(1), 200), Body.DSP)
    return cases


def test_c_is_clean_under_sanitizers(tmp_path: Path) -> None:
    result = run_sanitized(some_cases(30), tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.qemu
@pytest.mark.parametrize("board_id", ["mps2_an386", "mps2_an500", "mps2_an505"])
def test_the_core_gives_the_same_bits(board_id: str) -> None:
    assert run_on_board(some_cases(20), board_id) == ""


def conv(weights: np.ndarray, size: tuple[int, int], padding: int, rescale: Rescale) -> Conv2D:
    channels, height, width, _ = weights.shape
    bias = np.zeros(channels, np.int32)
    window = Window(
        fit_axis(size[0], height, 1, 1, padding), fit_axis(size[1], width, 1, 1, padding)
    )
    return Conv2D(Weights(weights, bias, 0, -5, rescale), window)


def even_rescale(channels: int, exponent: int) -> Rescale:
    return Rescale(
        np.full(channels, 2**31 - 1, np.int32),
        np.full(channels, -exponent, np.int32),
        output_zero_point=-3,
        activation_min=-128,
        activation_max=127,
    )


def deep(sign: int) -> tuple[Conv2D, list[np.ndarray], np.ndarray]:
    """So many large products that the sums of two channels must be taken apart on the way."""
    weights = np.full((3, 20, 8, 7), 127 * sign, np.int8)
    weights[0, :3] = -127
    op = conv(weights, (21, 9), SAME, even_rescale(3, 17))
    x = [np.full((1, 21, 9, 7), -128, np.int8)]
    return op, x, op.run(*x)


@pytest.mark.parametrize("sign", [-1, 1])
def test_deep_layers(sign: int) -> None:
    (case,) = cases_of_op(*deep(sign), Body.DSP)
    assert case.kernel.function == "kws_conv_2d_dsp_deep_run"
    assert len(np.unique(case.expected)) > 2
    check(case)


def test_largest_sums_that_are_not_deep() -> None:
    """127 * 516 products of -128 are just below 2**23."""
    op = conv(np.full((2, 1, 1, 516), 127, np.int8), (1, 2), VALID, even_rescale(2, 16))
    for value in (-128, 127):
        x = [np.full((1, 1, 2, 516), value, np.int8)]
        (case,) = cases_of_op(op, x, op.run(*x), Body.DSP)
        assert case.kernel.function == "kws_conv_2d_dsp_run"
        check(case)


def test_layers_that_do_not_fit_stay_portable() -> None:
    x = [made_up((1, 1, 2, 4), 1)]
    small = np.full((2, 1, 1, 4), -128, np.int8)
    left = np.ones((2, 1, 1, 4), np.int8)
    for weights, exponent in ((small, 8), (left, 0), (left, -1)):
        op = conv(weights, (1, 2), VALID, even_rescale(2, exponent))
        assert not cases_of_op(op, x, op.run(*x), Body.DSP)


def rescaled(
    random: np.random.Generator, channels: int
) -> tuple[Conv2D, list[np.ndarray], np.ndarray]:
    """Sums, factors and zero points of all kinds; many sums near the middle of two results."""
    exponent = random.integers(1, 32, channels).astype(np.int32)
    multiplier = random.integers(2**30, 2**31, channels, dtype=np.int64)
    kind = random.integers(0, 3, channels)
    multiplier = np.where(kind == 0, 2**30, np.where(kind == 1, 2**31 - 1, multiplier))
    steps = random.integers(-300, 301, channels) + 0.5 * random.integers(0, 2, channels)
    sums = steps * 2.0 ** (31 + exponent) / multiplier + random.integers(-2, 3, channels)
    bias = np.clip(np.rint(sums), -(2**30) + 200, 2**30 - 200).astype(np.int32)
    zero_point = int(random.integers(-128, 128))
    rescale = Rescale(multiplier.astype(np.int32), -exponent, zero_point, -128, 127)
    weights = random.integers(-1, 2, (channels, 1, 1, 1)).astype(np.int8)
    window = Window(fit_axis(1, 1, 1, 1, VALID), fit_axis(5, 1, 1, 1, VALID))
    # exponents whose rounding leaves no room are left to the portable kernel: keep to the others
    fits = (exponent < 20) & (np.abs(bias.astype(np.int64)) < 2**30 - 300)
    kept = Rescale(rescale.multiplier[fits], rescale.shift[fits], zero_point, -128, 127)
    op = Conv2D(Weights(weights[fits], bias[fits], 0, 0, kept), window)
    x = [np.array([-1, 0, 1, 2, -2], np.int8).reshape(1, 1, 5, 1)]
    return op, x, op.run(*x)


@settings(common, max_examples=EXAMPLES)
@given(st.integers(0, 2**32 - 1))
def test_rescaling(seed: int) -> None:
    (case,) = cases_of_op(*rescaled(np.random.default_rng(seed), 300), Body.DSP)
    check(case)


def three_by_three(
    random: np.random.Generator,
) -> tuple[DepthwiseConv2D, list[np.ndarray], np.ndarray]:
    """Depthwise filters as most networks have them, over planes of any shape."""
    channels, padding = 2 * int(random.integers(1, 4)), int(random.choice([SAME, VALID]))
    height, width = (int(n) for n in random.integers(1 if padding == SAME else 3, 9, 2))
    exponents = random.integers(1, 12, channels).astype(np.int32)
    low, high = sorted(random.integers(-128, 128, 2))
    rescale = Rescale(
        random.integers(2**30, 2**31, channels).astype(np.int32),
        -exponents,
        int(random.integers(-128, 128)),
        *random.choice([(-128, 127), (int(low), int(high))]).tolist(),
    )
    values = random.integers(-128, 128, (1, 3, 3, channels)).astype(np.int8)
    bias = random.integers(-5000, 5000, channels).astype(np.int32)
    weights = Weights(values, bias, 3, int(random.integers(-128, 128)), rescale)
    window = Window(fit_axis(height, 3, 1, 1, padding), fit_axis(width, 3, 1, 1, padding))
    op = DepthwiseConv2D(weights, window, channels)
    x = [made_up((2, height, width, channels), int(random.integers(1 << 30)))]
    return op, x, op.run(*x)


def taps(random: np.random.Generator) -> tuple[DepthwiseConv2D, list[np.ndarray], np.ndarray]:
    """Depthwise filters of any size, stride and dilation."""
    channels, padding = 4 * int(random.integers(1, 4)), int(random.choice([SAME, VALID]))
    kernel, stride = random.integers(1, 5, 2), int(random.integers(1, 4))
    dilation = int(random.integers(1, 3))
    low = (kernel - 1) * dilation + 1 if padding == VALID else (1, 1)
    sizes = [int(n + random.integers(0, 6)) for n in low]
    rescale = Rescale(
        random.integers(2**30, 2**31, channels).astype(np.int32),
        -random.integers(1, 12, channels).astype(np.int32),
        int(random.integers(-128, 128)),
        *random.choice([(-128, 127), (-100, 50)]).tolist(),
    )
    values = random.integers(-128, 128, (1, *kernel, channels)).astype(np.int8)
    bias = random.integers(-5000, 5000, channels).astype(np.int32)
    weights = Weights(values, bias, 3, int(random.integers(-128, 128)), rescale)
    axes = (
        fit_axis(size, int(k), stride, dilation, padding)
        for size, k in zip(sizes, kernel, strict=True)
    )
    op = DepthwiseConv2D(weights, Window(*axes), channels)
    x = [made_up((2, *sizes, channels), int(random.integers(1 << 30)))]
    return op, x, op.run(*x)


@settings(common, max_examples=3 * EXAMPLES)
@given(st.integers(0, 2**32 - 1))
def test_any_taps(seed: int) -> None:
    for case in cases_of_op(*taps(np.random.default_rng(seed)), Body.DSP):
        check(case)


@settings(common, max_examples=3 * EXAMPLES)
@given(st.integers(0, 2**32 - 1))
def test_three_by_three(seed: int) -> None:
    op, x, expected = three_by_three(np.random.default_rng(seed))
    places = op.window.height.output * op.window.width.output
    kind = "taps_dsp" if places <= 8 and op.channels % 4 == 0 else "dsp"
    for case in cases_of_op(op, x, expected, Body.DSP):
        assert case.kernel.function == f"kws_depthwise_conv_2d_{kind}_run"
        check(case)


@pytest.fixture(scope="module")
def layers(foreign_models: Path) -> list[Case]:
    """Every layer of a network made elsewhere, for four inputs."""
    graph = read_model((foreign_models / "mlperf_tiny_kws_ref.tflite").read_bytes())
    return cases_of(graph, made_up((4, 49, 10, 1), 3), Body.DSP)


def test_every_layer_of_a_network_made_elsewhere(layers: list[Case]) -> None:
    assert len(layers) == 4 * 11
    for case in layers:
        check(case)


@pytest.mark.qemu
def test_the_core_runs_every_layer(layers: list[Case]) -> None:
    assert run_on_board(layers[1::4], "mps2_an386") == ""


def vector(random: np.random.Generator) -> tuple[FullyConnected, list[np.ndarray], np.ndarray]:
    """A dense layer on one vector; up to three chunks of large products."""
    in_features = int(random.integers(5, 1200))
    out_features = -(-1024 // in_features) + int(random.integers(0, 4))
    largest = int(random.choice([1, 100, 127]))
    values = random.integers(-largest, largest + 1, (out_features, in_features)).astype(np.int8)
    values[-1], values[0] = 127, -127
    bias = random.integers(-5000, 5000, out_features).astype(np.int32)
    low, high = sorted(random.integers(-128, 128, 2))
    rescale = Rescale(
        random.integers(2**30, 2**31, out_features).astype(np.int32),
        -random.integers(5, 18, out_features).astype(np.int32),
        int(random.integers(-128, 128)),
        *random.choice([(-128, 127), (int(low), int(high))]).tolist(),
    )
    weights = Weights(values, bias, 0, int(random.integers(-128, 128)), rescale)
    op = FullyConnected(weights, 1, (1, out_features))
    x = [made_up((2, in_features), int(random.integers(1 << 30)))]
    return op, x, op.run(*x)


def test_a_filter_as_large_as_the_input_is_a_vector() -> None:
    random = np.random.default_rng(5)
    weights = random.integers(-127, 128, (33, 6, 5, 7)).astype(np.int8)
    op = conv(weights, (6, 5), VALID, even_rescale(33, 14))
    x = [made_up((3, 6, 5, 7), 2)]
    for case in cases_of_op(op, x, op.run(*x), Body.DSP):
        assert case.kernel.function == "kws_fully_connected_dsp_run"
        check(case)


@settings(common, max_examples=EXAMPLES)
@given(st.integers(0, 2**32 - 1))
def test_one_vector(seed: int) -> None:
    for case in cases_of_op(*vector(np.random.default_rng(seed)), Body.DSP):
        assert case.kernel.function == "kws_fully_connected_dsp_run"
        check(case)


@pytest.mark.parametrize("value", [-128, 127])
def test_largest_window_of_a_pool(value: int) -> None:
    window = Window(fit_axis(16, 16, 1, 1, VALID), fit_axis(17, 16, 1, 1, VALID))
    op = AveragePool2D(window, 8, -128, 127)
    x = [np.full((1, 16, 17, 8), value, np.int8)]
    (case,) = cases_of_op(op, x, op.run(*x), Body.DSP)
    check(case)


@settings(common, max_examples=EXAMPLES)
@given(st.integers(0, 2**32 - 1))
def test_average_pool(seed: int) -> None:
    random = np.random.default_rng(seed)
    kernel, sizes = random.integers(1, 6, 2), random.integers(5, 12, 2)
    padding = int(random.choice([SAME, VALID]))
    axes = [fit_axis(int(n), int(k), 2, 1, padding) for n, k in zip(sizes, kernel, strict=True)]
    op = AveragePool2D(Window(*axes), 12, -100, 90)
    x = [made_up((2, *sizes, 12), seed)]
    cases = cases_of_op(op, x, op.run(*x), Body.DSP)
    assert cases
    for case in cases:
        check(case)
