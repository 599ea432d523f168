"""Sums for the DSP extension: numpy = C for every pair of values, scale and zero point."""

from __future__ import annotations

import os
from math import prod
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from support.body_cases import cases_of_op, run_on_board
from support.ckernel import Case, run_kernel, run_sanitized

from edgekws.fixedpoint import quantize_multiplier
from edgekws.graph.binary import Operands
from edgekws.graph.ops.add import Add
from edgekws.graph.sum import Factor
from edgekws.kernel import Body

EXAMPLES = 2 * int(os.environ.get("EDGEKWS_EXAMPLES", "100"))


Shape = tuple[int, ...]


def sums(random: np.random.Generator, a: Shape, b: Shape) -> Case:
    """Two scales up to a million apart, or equal, and an output that reaches both ends.

    A third are powers of two: with them, many values are halfway between two results.
    """
    exponents, stretch = random.uniform(-12, 12, 2), random.uniform(-3, 2)
    if random.integers(0, 3) == 0:
        exponents, stretch = np.rint(exponents), np.rint(stretch)
    scales = np.exp2(exponents * random.integers(0, 2))
    twice = 2 * scales.max()
    output = twice * np.exp2(stretch)
    low, high = sorted(random.integers(-128, 128, 2))
    op = Add(
        Operands((a, b), None),
        tuple(int(n) for n in random.integers(-128, 128, 2)),
        tuple(Factor(*quantize_multiplier(scale / twice)) for scale in scales),
        (1, 1),
        Factor(*quantize_multiplier(twice / 2**20 / output)),
        int(random.integers(-128, 128)),
        *random.choice([(-128, 127), (int(low), int(high))]).tolist(),
    )
    pairs = every_pair()
    x = [pairs[i, : prod(shape)].reshape(shape) for i, shape in enumerate((a, b))]
    (case,) = cases_of_op(op, x, op.run(*x), Body.DSP)
    assert case.kernel.function == "kws_add_dsp_run"
    return case


def repeating(random: np.random.Generator) -> Case:
    """One of two tensors repeats its rows."""
    rows, repeats, size = (int(n) for n in random.integers((1, 2, 2), (5, 6, 40)))
    shapes = [(1, rows, repeats, size), (1, rows, 1, size)]
    return sums(random, *shapes[:: random.choice([1, -1])])


def every_pair() -> np.ndarray:
    values = np.arange(-128, 128).astype(np.int8)
    return np.stack([np.tile(values, 256), np.repeat(values, 256)])


def test_halves_of_the_finer_input_go_away_from_zero() -> None:
    """A sum of -1 in 2^20 decides which of two results is nearer."""
    factors = Factor(1 << 30, 0), Factor(1 << 30, -20)
    op = Add(
        Operands(((1, 1 << 16),) * 2, None), (0, 0), factors, (1, 1),
        Factor(1 << 30, -19), 0, -128, 127,
    )  # fmt: skip
    x = [every_pair()[i : i + 1] for i in (0, 1)]
    (case,) = cases_of_op(op, x, op.run(*x), Body.DSP)
    written = run_kernel(case.kernel, case.expected.size, *case.inputs)
    np.testing.assert_array_equal(written, case.expected.ravel())


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_every_pair_of_values(seed: int) -> None:
    case = sums(np.random.default_rng(seed), (1, 1 << 16), (1, 1 << 16))
    for in_place in (False, True):
        written = run_kernel(case.kernel, case.expected.size, *case.inputs, in_place=in_place)
        np.testing.assert_array_equal(written, case.expected.ravel())


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_repeated_rows(seed: int) -> None:
    case = repeating(np.random.default_rng(seed))
    for in_place in {False, case.kernel.in_place}:
        written = run_kernel(case.kernel, case.expected.size, *case.inputs, in_place=in_place)
        np.testing.assert_array_equal(written, case.expected.ravel())


def test_repeating_single_values_stays_portable() -> None:
    op = Add(
        Operands(((1, 4), (1, 1)), None), (0, 0), (Factor(1 << 30, 0),) * 2, (1, 1),
        Factor(1 << 30, -18), 0, -128, 127,
    )  # fmt: skip
    kernel = op.kernel(Body.DSP)
    assert kernel is not None
    assert kernel.function == "kws_add_run"


def some_cases() -> list[Case]:
    one_shape = [(1, 1 + 300 * (seed % 3)) for seed in range(30)]
    found = [sums(np.random.default_rng(i), shape, shape) for i, shape in enumerate(one_shape)]
    return found + [repeating(np.random.default_rng(seed)) for seed in range(30)]


def test_c_is_clean_under_sanitizers(tmp_path: Path) -> None:
    result = run_sanitized(some_cases(), tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.qemu
def test_the_core_gives_the_same_bits() -> None:
    assert run_on_board(some_cases(), "mps2_an386") == ""
