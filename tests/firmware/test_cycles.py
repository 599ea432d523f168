"""The cycle model: its tables by hand, its factors from the published results."""

from __future__ import annotations

import pytest

from edgekws.boards import CORES
from edgekws.firmware.count import Piece
from edgekws.firmware.cycles import TIMINGS, kinds, predict, table_cycles
from edgekws.firmware.instructions import Instruction, Kind
from edgekws.firmware.published import (
    CMSIS_NN,
    MACS,
    RESULTS,
    core_ratio,
    left_out_errors,
    memory_factor,
)

LOAD, ALU, STORE = (Instruction(kind) for kind in (Kind.LOAD, Kind.ALU, Kind.STORE))


def straight(*instructions: Instruction) -> dict[int, Instruction]:
    """Code from address 100 on, of 2 bytes an instruction."""
    return {100 + 2 * i: instruction for i, instruction in enumerate(instructions)}


def cycles(core: str, *instructions: Instruction, taken: int = 0) -> float:
    code = straight(*instructions)
    return table_cycles(TIMINGS[core], Piece(100, 2 * len(code), 1, taken), code)


def test_loads_overlap_with_the_load_before_on_a_cortex_m4() -> None:
    assert cycles("cortex-m4", LOAD, ALU, LOAD) == 2 + 1 + 2
    assert cycles("cortex-m4", LOAD, LOAD, STORE, LOAD) == 2 + 1 + 1 + 1
    assert cycles("cortex-m0plus", LOAD, LOAD, STORE) == 2 + 2 + 2


def test_many_registers_take_one_cycle_each_and_one_more() -> None:
    assert cycles("cortex-m4", Instruction(Kind.LOAD, 4)) == 5
    assert cycles("cortex-m3", Instruction(Kind.STORE, 2)) == 3


def test_a_branch_costs_more_when_taken() -> None:
    branch, call = Instruction(Kind.BRANCH), Instruction(Kind.CALL)
    assert cycles("cortex-m4", ALU, branch) == 2
    assert cycles("cortex-m4", ALU, branch, taken=1) == 4
    assert cycles("cortex-m0plus", branch, taken=1) == 2
    assert cycles("cortex-m0", call, taken=1) == 4
    assert cycles("cortex-m0plus", Instruction(Kind.LOAD, 2, sets_pc=True), taken=1) == 5
    assert cycles("cortex-m55", Instruction(Kind.LOOP), taken=1) == 0


def test_vector_instructions_overlap_with_those_of_another_unit() -> None:
    load, multiply = Instruction(Kind.VECTOR_LOAD), Instruction(Kind.VECTOR_MULTIPLY)
    assert cycles("cortex-m55", load, multiply, load, multiply) == 4
    assert cycles("cortex-m55", load, load, multiply, multiply) == 1 + 2 + 1 + 2


def test_runs_and_kinds_multiply() -> None:
    code = straight(LOAD, ALU, ALU)
    pieces = [Piece(100, 6, 10, 0), Piece(102, 4, 5, 0)]
    assert kinds(pieces, code) == {Kind.LOAD: 10, Kind.ALU: 30}
    one = predict("cortex-m4", pieces[:1], code)
    assert one.likely == pytest.approx(TIMINGS["cortex-m4"].factor.likely * 40)


def test_every_core_has_a_timing() -> None:
    assert set(TIMINGS) == set(CORES)
    for timing in TIMINGS.values():
        assert 0 < timing.factor.low <= timing.factor.likely <= timing.factor.high


def test_published_cores_compare_as_stated() -> None:
    m4 = {result.software: result for result in RESULTS if result.core == "cortex-m4"}
    assert m4["X-CUBE-AI 9"].cycles / MACS == pytest.approx(1.95, abs=0.005)
    ratio = core_ratio("cortex-m33")
    assert (ratio.low, ratio.high) == pytest.approx((0.837, 0.898), abs=0.001)
    assert core_ratio("cortex-m7").likely == pytest.approx(0.59, abs=0.005)


def test_predictions_left_out_stay_within_the_stated_error() -> None:
    for core, most in (("cortex-m4", 0.18), ("cortex-m33", 0.06), ("cortex-m7", 0.17)):
        errors = left_out_errors(core)
        assert len(errors) >= 3
        assert max(abs(error) for error in errors.values()) <= most


def test_the_range_holds_all_that_it_was_fitted_to() -> None:
    factor = memory_factor()
    table = CMSIS_NN[0].cycles / factor.low
    assert {factor.low, factor.high} == {CMSIS_NN[0].cycles / table, CMSIS_NN[-1].cycles / table}
