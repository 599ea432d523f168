"""The rescaling rule, against its definition in exact fractions and against the C header."""

from __future__ import annotations

import ctypes
import math
import subprocess
from fractions import Fraction
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import example, given, settings
from support.ckernel import FLAGS, host_compiler

from edgekws.fixedpoint import (
    INT32_MAX,
    INT32_MIN,
    divide_by_power,
    doubling_high_mul,
    quantize_multiplier,
    quantize_multipliers,
    requantize,
)

int32 = st.one_of(
    st.integers(INT32_MIN, INT32_MAX),
    st.integers(-300, 300),
    st.sampled_from([INT32_MIN, INT32_MIN + 1, -(2**30), 2**30, INT32_MAX]),
)
HALF = Fraction(1, 2)

WRAPPER = """
#include "kws_requantize.h"
int32_t high_mul(int32_t a, int32_t b) { return kws_doubling_high_mul(a, b); }
int32_t divide(int32_t a, int32_t e) { return kws_divide_by_power(a, e); }
int32_t rescale(int32_t a, int32_t m, int32_t s) { return kws_requantize(a, m, s); }
"""


@pytest.fixture(scope="module")
def c(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    folder: Path = tmp_path_factory.mktemp("requantize")
    source, target = folder / "wrapper.c", folder / "wrapper.so"
    source.write_text(WRAPPER)
    command = [host_compiler(), *FLAGS, "-shared", "-fPIC", str(source), "-o", str(target)]
    subprocess.run(command, check=True)
    return ctypes.CDLL(str(target))


def high_mul(a: int, b: int) -> int:
    return min(INT32_MAX, math.floor(Fraction(a * b, 2**31) + HALF))


def divide(value: int, exponent: int) -> int:
    exact = Fraction(abs(value), 2**exponent)
    return int(math.copysign(1, value)) * math.floor(exact + HALF)


@given(int32, int32)
@example(INT32_MIN, INT32_MIN)
@example(-1, 2**30)
@example(1, 2**30)
def test_doubling_high_mul_rounds_halves_up(a: int, b: int) -> None:
    assert int(doubling_high_mul(a, b)) == high_mul(a, b)


@given(int32, st.integers(0, 31))
@example(-1, 1)
@example(1, 1)
@example(-3, 1)
@example(INT32_MIN, 31)
def test_divide_by_power_rounds_halves_away(value: int, exponent: int) -> None:
    assert int(divide_by_power(value, exponent)) == divide(value, exponent)


@given(int32, st.integers(2**30, INT32_MAX), st.integers(-31, 0))
@example(-1, 2**30, 0)
def test_requantize_rounds_twice(value: int, multiplier: int, shift: int) -> None:
    expected = divide(high_mul(value, multiplier), -shift)
    assert int(requantize(value, multiplier, shift)) == expected


@given(st.integers(-(2**20), 2**20), st.integers(2**30, INT32_MAX), st.integers(1, 10))
def test_requantize_shifts_left_first(value: int, multiplier: int, shift: int) -> None:
    assert int(requantize(value, multiplier, shift)) == high_mul(value << shift, multiplier)


def test_requantize_takes_one_factor_per_channel() -> None:
    sums = np.array([[100, -100, 7], [3, -5, 9]], np.int32)
    multiplier = np.array([2**30, 2**30, INT32_MAX], np.int32)
    shift = np.array([0, -1, 2], np.int32)
    expected = [
        [
            int(requantize(int(s), int(m), int(e)))
            for s, m, e in zip(row, multiplier, shift, strict=True)
        ]
        for row in sums
    ]
    np.testing.assert_array_equal(requantize(sums, multiplier, shift), expected)


@given(st.floats(2.0**-31, 2.0**30))
def test_quantize_multiplier_is_the_nearest(real: float) -> None:
    multiplier, shift = quantize_multiplier(real)
    assert 2**30 <= multiplier <= INT32_MAX
    error = abs(Fraction(real) - Fraction(multiplier) * Fraction(2) ** (shift - 31))
    assert error <= Fraction(2) ** (shift - 32)


@pytest.mark.parametrize(
    ("real", "expected"),
    [
        (0.0, (0, 0)),
        (1.0, (2**30, 1)),
        (0.5, (2**30, 0)),
        (math.nextafter(1.0, 0.0), (2**30, 1)),  # rounds up to 2**31, which is carried
        (2.0**-32, (2**30, -31)),
        (math.nextafter(2.0**-33, 0), (0, 0)),
        (1e-12, (0, 0)),
        (3.0, (3 * 2**29, 2)),
    ],
)
def test_quantize_multiplier_at_its_edges(real: float, expected: tuple[int, int]) -> None:
    assert quantize_multiplier(real) == expected


@pytest.mark.parametrize("real", [-1.0, math.nan, math.inf])
def test_quantize_multiplier_refuses_what_is_no_factor(real: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        quantize_multiplier(real)


def test_quantize_multipliers_is_one_by_one() -> None:
    reals = [0.25, 1e-3, 0.0]
    multiplier, shift = quantize_multipliers(reals)
    assert multiplier.dtype == shift.dtype == np.int32
    pairs = list(zip(multiplier.tolist(), shift.tolist(), strict=True))
    assert pairs == [quantize_multiplier(real) for real in reals]


def test_c_header_equals_python(c: ctypes.CDLL) -> None:
    edges = np.array([INT32_MIN, INT32_MIN + 1, -3, -2, -1, 0, 1, 2, 3, 2**30, INT32_MAX])

    @settings(max_examples=2000, derandomize=True)
    @given(int32, int32, st.integers(0, 31))
    def check(a: int, b: int, exponent: int) -> None:
        assert c.high_mul(a, b) == int(doubling_high_mul(a, b))
        assert c.divide(a, exponent) == int(divide_by_power(a, exponent))
        factor = abs(b) or 1
        if factor <= INT32_MAX:
            assert c.rescale(a, factor, -exponent) == int(requantize(a, factor, -exponent))
        small = a >> exponent
        left = min(exponent, 30)
        assert c.rescale(small, INT32_MAX, left) == int(requantize(small, INT32_MAX, left))

    check()
    for a in edges.tolist():
        for exponent in range(32):
            assert c.divide(a, exponent) == int(divide_by_power(a, exponent))
