"""Depthwise filters on rows: numpy = C on the host, and on the Cortex-M4."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from support.body_cases import made_up, run_on_board
from support.ckernel import Case, run_kernel, run_sanitized

from edgekws.graph.bodies import READ_BEHIND_ROWS, find_on_rows
from edgekws.graph.ops.depthwise_conv_2d import DepthwiseConv2D
from edgekws.graph.weights import Rescale, Weights
from edgekws.graph.window import VALID, Window, fit_axis
from edgekws.kernel import Body

EXAMPLES = 3 * int(os.environ.get("EDGEKWS_EXAMPLES", "100"))


def filters(matrix: np.ndarray, bias: np.ndarray, rescale: Rescale) -> DepthwiseConv2D:
    channels, taps = matrix.shape
    weights = Weights(matrix.T.reshape(1, taps, 1, channels), bias, 3, -7, rescale)
    window = Window(fit_axis(taps, taps, 1, 1, VALID), fit_axis(1, 1, 1, 1, VALID))
    return DepthwiseConv2D(weights, window, channels)


def cases(op: DepthwiseConv2D, x: np.ndarray) -> list[Case]:
    """``x`` int8 [clips, taps, 1, channels]."""
    kernel = find_on_rows(op, Body.DSP)
    if kernel is None:
        return []
    expected = op.run(x)
    rows = x[:, :, 0].transpose(0, 2, 1).reshape(len(x), -1)
    behind = np.full((len(x), READ_BEHIND_ROWS), 0x55, np.int8)
    rows = np.concatenate([rows, behind], axis=1)
    return [Case(kernel, (row,), result) for row, result in zip(rows, expected, strict=True)]


def random_cases(random: np.random.Generator) -> list[Case]:
    channels, taps = (
        int(random.integers(1, 40)),
        int(random.choice([16, 19, 20, 33, 49, 60, 80, 98, 99, 100, 101, 240])),
    )
    matrix = random.integers(-127, 128, (channels, taps)).astype(np.int8)
    matrix[0] = random.choice([-127, 127], taps)
    low, high = sorted(random.integers(-128, 128, 2))
    rescale = Rescale(
        random.integers(2**30, 2**31, channels).astype(np.int32),
        -random.integers(1, 14, channels).astype(np.int32),
        int(random.integers(-128, 128)),
        *random.choice([(-128, 127), (int(low), int(high))]).tolist(),
    )
    op = filters(matrix, random.integers(-5000, 5000, channels).astype(np.int32), rescale)
    return cases(op, made_up((2, taps, 1, channels), int(random.integers(1 << 30))))


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_c_equals_numpy(seed: int) -> None:
    found = random_cases(np.random.default_rng(seed))
    assert found
    for case in found:
        written = run_kernel(case.kernel, case.expected.size, *case.inputs)
        np.testing.assert_array_equal(written, case.expected.ravel())


def extremes() -> list[Case]:
    """Largest sums: 515 taps of 127 are just within, with every combination of extreme values."""
    signs = np.array([[a, b] for a in (-1, 1) for b in (-1, 1)], np.int8)
    matrix = np.tile(127 * signs, 258)[:, :515]
    rescale = Rescale(np.full(4, 2**31 - 1, np.int32), np.full(4, -16, np.int32), 3, -128, 127)
    folded_to_zero = -7 * matrix.sum(axis=1, dtype=np.int32)
    op = filters(matrix, folded_to_zero, rescale)
    found = []
    for a in (-128, 127):
        for b in (-128, 127):
            column = np.tile(np.array([a, b], np.int8), 258)[:515]
            found += cases(op, np.broadcast_to(column[:, None, None], (1, 515, 1, 4)))
    assert len(found) == 4
    return found


def test_numbers_that_do_not_fit_are_refused() -> None:
    rescale = Rescale(np.full(1, 2**30, np.int32), np.full(1, -9, np.int32), 0, -128, 127)
    bias = np.zeros(1, np.int32)

    def served(matrix: np.ndarray, bias: np.ndarray) -> bool:
        return bool(find_on_rows(filters(matrix, bias, rescale), Body.DSP))

    for row in ([0, -128] * 8, [-128, 1] * 8, [127] * 517, [1] * 5):
        assert not served(np.array([row], np.int8), bias)
    assert served(np.array([[-128, -1] * 8], np.int8), bias)
    assert not served(np.ones((1, 20), np.int8), bias + (1 << 23))


def some_cases(count: int) -> list[Case]:
    found = extremes()
    for seed in range(count):
        found += random_cases(np.random.default_rng(seed))
    return found


def test_c_is_clean_under_sanitizers(tmp_path: Path) -> None:
    result = run_sanitized(some_cases(60), tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.qemu
def test_the_core_gives_the_same_bits() -> None:
    assert run_on_board(some_cases(40), "mps2_an386") == ""
