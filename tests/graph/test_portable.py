"""The portable kernels of layers that multiply: in place, and at the edges of their arithmetic."""

from __future__ import annotations

import ctypes
import subprocess

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.ckernel import FLAGS, host_compiler, run_kernel

from edgekws.fixedpoint import requantize
from edgekws.graph.ops.conv_2d import Conv2D
from edgekws.graph.ops.depthwise_conv_2d import DepthwiseConv2D
from edgekws.graph.types import Op
from edgekws.graph.weights import Rescale, Weights
from edgekws.graph.window import SAME, VALID, Window, fit_axis

few = settings(max_examples=150, deadline=None, derandomize=True)


def weights(shape: tuple[int, ...], axis: int, random: np.random.Generator) -> Weights:
    channels = shape[axis]
    shift = random.integers(-9, -3, channels).astype(np.int32)
    multiplier = random.integers(2**30, 2**31 - 1, channels).astype(np.int32)
    values = random.integers(-128, 128, shape).astype(np.int8)
    bias = random.integers(-3000, 3000, channels).astype(np.int32)
    return Weights(values, bias, axis, -7, Rescale(multiplier, shift, 3, -128, 127))


@st.composite
def windows(draw: st.DrawFn) -> Window:
    axes = [
        (draw(st.integers(1, 9)), draw(st.integers(1, 4)), draw(st.integers(1, 3)))
        for _ in range(2)
    ]
    padding, dilation = draw(st.sampled_from((SAME, VALID))), draw(st.integers(1, 2))
    assume(padding == SAME or all(s >= (k - 1) * dilation + 1 for s, k, _ in axes))
    return Window(*(fit_axis(s, k, t, dilation, padding) for s, k, t in axes))


def check_in_place(op: Op, shape: tuple[int, ...], random: np.random.Generator) -> bool:
    kernel = op.portable_kernel()
    assert kernel is not None
    x = random.integers(-128, 128, shape).astype(np.int8)
    expected = op.run(x).ravel()
    np.testing.assert_array_equal(run_kernel(kernel, expected.size, x), expected)
    if kernel.in_place:
        over = run_kernel(kernel, expected.size, x, in_place=True)
        np.testing.assert_array_equal(over, expected)
    return kernel.in_place


@few
@given(windows(), st.integers(2, 9), st.integers(0, 99))
def test_depthwise_in_place(window: Window, channels: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    taps = (1, window.height.kernel, window.width.kernel, channels)
    op = DepthwiseConv2D(weights(taps, 3, random), window, channels)
    check_in_place(op, (1, window.height.size, window.width.size, channels), random)


@few
@given(
    st.integers(1, 4), st.integers(1, 7), st.integers(1, 9), st.integers(1, 9), st.integers(1, 2)
)
def test_pointwise_in_place(rows: int, columns: int, ins: int, outs: int, stride: int) -> None:
    random = np.random.default_rng(ins)
    window = Window(*(fit_axis(size, 1, stride, 1, SAME) for size in (rows, columns)))
    op = Conv2D(weights((outs, 1, 1, ins), 0, random), window)
    able = check_in_place(op, (1, rows, columns, ins), random)
    assert able == (outs <= ins and rows * columns > 1) or stride > 1


@pytest.mark.parametrize(("stride", "late"), [(1, 2), (2, 1)])
def test_the_rows_that_wait_are_few(stride: int, late: int) -> None:
    window = Window(*(fit_axis(size, 3, stride, 1, SAME) for size in (25, 5)))
    random = np.random.default_rng(1)
    op = DepthwiseConv2D(weights((1, 3, 3, 64), 3, random), window, 64)
    assert dict(op.portable_kernel().fields)["late_rows"] == late
    assert check_in_place(op, (1, 25, 5, 64), random)


@pytest.fixture(scope="module")
def rescale(tmp_path_factory: pytest.TempPathFactory) -> list[ctypes.CDLL]:
    """``kws_rescale`` with a 64-bit product, and without as on the Cortex-M0."""
    folder = tmp_path_factory.mktemp("rescale")
    (folder / "r.c").write_text(
        '#include "kws_rescale.h"\n'
        "int8_t r(int32_t sum, const int32_t *record, const kws_output_range *range);\n"
        "int8_t r(int32_t sum, const int32_t *record, const kws_output_range *range)\n"
        "{\n    return kws_rescale(sum, record, range);\n}\n"
    )
    found = []
    for name, define in (("long", ()), ("short", ("-DKWS_NO_LONG_MULTIPLY",))):
        command = [host_compiler(), *FLAGS, *define, "-shared", "-fPIC", str(folder / "r.c")]
        subprocess.run([*command, "-o", str(folder / f"{name}.so")], check=True)
        found.append(ctypes.CDLL(str(folder / f"{name}.so")))
    return found


def test_rescaling_is_that_of_the_reference(rescale: list[ctypes.CDLL]) -> None:
    random = np.random.default_rng(2)
    for _ in range(20_000):
        right = int(random.integers(0, 31))
        multiplier = int(random.choice([2**30, 2**31 - 1, random.integers(2**30, 2**31)]))
        # near the halves, of either sign, and anywhere
        half = (int(random.integers(-300, 300)) * 2 + 1) << right
        total = int(
            random.choice([half, half * 2**31 // multiplier, random.integers(-(2**30), 2**30)])
        )
        total = max(-(2**30) + 1, min(2**30 - 1, total + int(random.integers(-1, 2))))
        zero = int(random.integers(-128, 128))
        factor = np.array([multiplier], np.int32), np.array([-right - 1], np.int32)
        exact = requantize(np.array([total], np.int64), *factor)[0] + zero
        expected = int(np.clip(exact, -128, 127))
        record = (ctypes.c_int32 * 3)(0, multiplier, right)
        for plain in (0, 1):
            output_range = (ctypes.c_int32 * 4)(zero, -128, 127, plain)
            for library in rescale:
                got = ctypes.c_int8(library.r(total, record, output_range)).value
                assert got == expected, (total, multiplier, right, zero, plain)
