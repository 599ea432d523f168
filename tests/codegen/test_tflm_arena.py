"""The arena's bound holds where it can be measured: on this machine, and as measured on a core."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from support import tools
from support.many_ops import many_ops
from support.small_run import small_model

from edgekws.codegen.tflm_arena import arena_bound
from edgekws.codegen.tflm_plan import Interval, greedy_bytes
from edgekws.codegen.tflm_scratch import scratch_bytes
from edgekws.graph.outline import outline
from edgekws.kernel import Body

THIS_MACHINE = 8  # bytes of a pointer
# Of that public file on a Cortex-M4, TFLM commit 90b983c2, gcc 12.2.1: `arena_used_bytes`.
MEASURED_REFERENCE, MEASURED_CMSIS_NN = 22_784, 22_832


RUN = """
import sys
import numpy as np
from tflite_micro import runtime
model = open(sys.argv[1], "rb").read()
interpreter = runtime.Interpreter.from_bytes(model, arena_size=int(sys.argv[2]))
interpreter.set_input(np.zeros(interpreter.get_input_details(0)["shape"], np.int8), 0)
interpreter.invoke()
interpreter.get_output(0)
"""


def runs_in(folder: Path, model: bytes, arena_bytes: int) -> bool:
    """Whether the wheel is content with an arena of this size, in a process of its own."""
    path = folder / "model.tflite"
    path.write_bytes(model)
    command = [sys.executable, "-c", RUN, str(path), str(arena_bytes)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def expect_tight(folder: Path, model: bytes, share: float) -> None:
    """The wheel runs in the bound, and no more in this share of it."""
    tools.require_package("tflite_micro")
    bound = arena_bound(outline(model), Body.DSP, pointer=THIS_MACHINE, reference=True)
    assert runs_in(folder, model, bound.bytes)
    assert not runs_in(folder, model, int(share * bound.bytes))


# Many small operators use the words that are set aside for each of them least.
@pytest.mark.parametrize("remembers", [False, True])
def test_many_operators_fit_on_this_machine(tmp_path: Path, remembers: bool) -> None:
    expect_tight(tmp_path, many_ops(remembers=remembers), 0.55)


def test_a_small_network_fits_on_this_machine(tmp_path: Path) -> None:
    expect_tight(tmp_path, small_model(), 0.85)


def test_a_public_network_fits_here_and_as_measured_on_a_core(tmp_path: Path) -> None:
    model = tools.foreign_model("mlperf_tiny_kws_ref.tflite").read_bytes()
    expect_tight(tmp_path, model, 0.97)
    reference = arena_bound(outline(model), Body.DSP, reference=True)
    assert MEASURED_REFERENCE <= reference.bytes <= 1.1 * MEASURED_REFERENCE
    cmsis_nn = arena_bound(outline(model), Body.DSP)
    assert MEASURED_CMSIS_NN <= cmsis_nn.bytes <= 1.1 * MEASURED_CMSIS_NN


def test_a_core_needs_less_than_this_machine() -> None:
    file = outline(many_ops())
    sizes = [arena_bound(file, Body.DSP, pointer=width).bytes for width in (4, 8)]
    assert sizes[0] < sizes[1]
    assert all(size % 16 == 0 for size in sizes)


def test_the_proof_names_its_parts() -> None:
    bound = arena_bound(outline(small_model()), Body.DSP)
    assert bound.bytes == bound.lasting + bound.planned
    assert f"{bound.planned} bytes of activations" in bound.proof


def test_the_largest_goes_first_and_fills_gaps() -> None:
    buffers = [Interval(16, 0, 1), Interval(64, 1, 2), Interval(32, 2, 3), Interval(16, 3, 4)]
    assert greedy_bytes(buffers) == 96
    assert greedy_bytes([]) == 0
    # 48 lies on 64; 16 does not meet 64 and goes below it, 32 fits between.
    assert greedy_bytes([Interval(64, 0, 1), Interval(48, 1, 2), Interval(32, 2, 3)]) == 112


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(0, 9), st.integers(0, 4)), min_size=1, max_size=12
    )
)
def test_no_plan_is_below_what_is_in_use_at_once(made: list[tuple[int, int, int]]) -> None:
    buffers = [Interval(16 * size, first, first + more) for size, first, more in made]
    at_once = max(sum(b.bytes for b in buffers if b.first <= t <= b.last) for t in range(14))
    assert at_once <= greedy_bytes(buffers) <= sum(b.bytes for b in buffers)


def test_kernels_of_cmsis_nn_ask_for_more() -> None:
    conv = [(1, 49, 10, 1), (64, 10, 4, 1), (64,)]
    assert scratch_bytes("CONV_2D", conv, (1, 25, 5, 64), None) == []
    assert scratch_bytes("CONV_2D", conv, (1, 25, 5, 64), Body.DSP) == [160, 256]
    pointwise = [(1, 25, 5, 64), (64, 1, 1, 64), (64,)]
    assert scratch_bytes("CONV_2D", pointwise, (1, 25, 5, 64), Body.DSP) == []
    depthwise = [(1, 25, 5, 64), (1, 3, 3, 64), (64,)]
    sizes = {
        body: scratch_bytes("DEPTHWISE_CONV_2D", depthwise, (1, 25, 5, 64), body) for body in Body
    }
    assert sizes == {Body.PORTABLE: [], Body.DSP: [1152], Body.MVE: [4468], Body.NEON: []}
