"""The layer that remembers, for the DSP extension: numpy = C run after run, and on the core."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from support.body_cases import run_on_board
from support.ckernel import Case, fresh_state, run_kernel, run_sanitized

from edgekws.fixedpoint import quantize_multiplier
from edgekws.graph.ops.svdf import Stage, Svdf
from edgekws.kernel import Body

EXAMPLES = int(os.environ.get("EDGEKWS_EXAMPLES", "100"))
FUNCTION = "kws_svdf_dsp_run"


def layer(random: np.random.Generator, most: int) -> Svdf:
    """Any rank, any memory and number of units up to ``most``, an int8 or an int16 state.

    Half the frames are short; of the others some are longer than the kernel spreads at once.
    """
    bands = int(random.choice([random.integers(1, 2 * most), random.integers(1, 1500)]))
    units, rank, memory = (int(n) for n in random.integers((1, 1, 1), (most, 4, most)))
    state = int(random.choice([2**7, 2**15]))
    time = random.integers(-127, 128, (units * rank, memory)) * (1 if state == 2**7 else 256)
    natural = 128 * 74 * np.sqrt(bands) / state
    to_state = quantize_multiplier(min(0.49, 2.0 ** random.uniform(-2, 3) / natural))
    loud = state * np.abs(time).mean() * np.sqrt(memory * rank)
    to_output = quantize_multiplier(min(0.99, 2.0 ** random.integers(-2, 3) * 128 / loud))
    return Svdf(
        random.integers(-127, 128, (units * rank, bands)).astype(np.int8),
        time.astype(np.int16),
        random.integers(-20_000, 20_001, units).astype(np.int32),
        int(random.integers(-128, 128)),
        int(random.integers(-128, 128)),
        Stage(*to_state, -state, state - 1),
        Stage(*to_output, -128, 127),
        int(random.integers(-128, 128)) if state == 2**7 else 0,
    )


def cases(seed: int, most: int = 40) -> list[Case]:
    """Runs that go once around the ring and further; a fifth of the frames are the extremes."""
    random = np.random.default_rng(seed)
    op = layer(random, most)
    kernel, state = op.kernel(Body.DSP), op.fresh_state(1)
    assert kernel is not None
    assert kernel.function == FUNCTION
    found = []
    for _ in range(op.weights_time.shape[1] + 5):
        x = random.integers(-128, 128, (1, op.weights_feature.shape[1])).astype(np.int8)
        x = np.full_like(x, random.choice([-128, 127])) if random.integers(0, 5) == 0 else x
        found.append(Case(kernel, (x[0],), op.step(state, x)[0]))
    return found


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_c_equals_numpy_run_after_run(seed: int, in_place: bool) -> None:
    runs = cases(seed)
    state = fresh_state(runs[0].kernel)
    for run in runs:
        written = run_kernel(
            run.kernel, run.expected.size, *run.inputs, state=state, in_place=in_place
        )
        np.testing.assert_array_equal(written, run.expected)


def test_numbers_beyond_the_kernel_stay_portable() -> None:
    op = layer(np.random.default_rng(0), 5)
    loud = replace(op, to_state=replace(op.to_state, shift=0))
    weight = replace(op, weights_feature=np.full_like(op.weights_feature, -128))
    for other in (loud, weight):
        kernel = other.kernel(Body.DSP)
        assert kernel is not None
        assert kernel.function == "kws_svdf_run"


def some_cases() -> list[Case]:
    return [run for seed in range(8) for run in cases(seed, 7)]


def test_c_is_clean_under_sanitizers(tmp_path: Path) -> None:
    result = run_sanitized(some_cases(), tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.qemu
@pytest.mark.parametrize("board", ["mps2_an386", "mps3_an547"])
def test_the_core_gives_the_same_bits(board: str) -> None:
    assert run_on_board(some_cases(), board) == ""
