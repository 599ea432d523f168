"""Published results of MLPerf Tiny's keyword spotting, and what they say about cores.

All are of one network, the int8 DS-CNN of 2,656,768 multiply-accumulates, without features. The
programs are not public, so cores are compared through results of the same software: what a core
takes in proportion to a Cortex-M4. https://github.com/mlcommons has the result tables.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

MACS = 2_656_768


@dataclass(frozen=True)
class Estimate:
    """A number, and the range it was seen or is expected in."""

    low: float
    likely: float
    high: float

    def __mul__(self, number: float) -> Estimate:
        return Estimate(self.low * number, self.likely * number, self.high * number)

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(self.low + other.low, self.likely + other.likely, self.high + other.high)


@dataclass(frozen=True)
class Result:
    """One submission: milliseconds of one inference on a board."""

    software: str
    board: str
    core: str
    clock_mhz: int
    milliseconds: float

    @property
    def cycles(self) -> float:
        """Clock cycles of one inference."""
        return self.milliseconds * self.clock_mhz * 1000


_L4R5 = ("NUCLEO-L4R5ZI", "cortex-m4", 120)
_U575 = ("NUCLEO-U575ZI-Q", "cortex-m33", 160)
_H7A3 = ("NUCLEO-H7A3ZI-Q", "cortex-m7", 280)
_F746 = ("DISCO-F746NG", "cortex-m7", 216)
_RESULTS = (
    *(("Bosch", *_L4R5, 60.2), ("Bosch", *_U575, 38.6), ("Bosch", *_H7A3, 14.7)),
    *(("Bosch", *_F746, 18.4), ("Plumerai", *_L4R5, 47.8), ("Plumerai", *_U575, 30.0)),
    *(("Plumerai", *_H7A3, 13.9), ("Plumerai", *_F746, 17.7)),
    *(("X-CUBE-AI 9", *_L4R5, 43.2), ("X-CUBE-AI 9", *_U575, 29.1), ("X-CUBE-AI 9", *_H7A3, 11.3)),
    *(("X-CUBE-AI 8", *_L4R5, 72.7), ("X-CUBE-AI 8", *_H7A3, 16.4)),
)
RESULTS = tuple(Result(*row) for row in _RESULTS)

# TFLite Micro with CMSIS-NN is the one program whose instructions are known: 7,699,895 on a
# Cortex-M4, counted in QEMU with gcc 12.2 -O2. Submissions built on CMSIS-NN, of other versions:
CMSIS_NN_INSTRUCTIONS = 7_699_895
CMSIS_NN = tuple(
    Result(software, *_L4R5, ms)
    for software, ms in (("Skymizer, Mbed", 82.0), ("Skymizer, Zephyr", 93.6), ("microTVM", 99.8))
)
# What the table of `edgekws.firmware.cycles` gives for one instruction of such a program. Its
# longest loop (a 2 x 2 block of SMLAD, as gcc compiles it) takes 29 cycles for 25 instructions.
CMSIS_NN_TABLE_CYCLES = 1.18


def memory_factor() -> Estimate:
    """Measured cycles in proportion to the table's, on the Cortex-M4 of a NUCLEO-L4R5ZI."""
    table = CMSIS_NN_INSTRUCTIONS * CMSIS_NN_TABLE_CYCLES
    return _summary([[result.cycles / table] for result in CMSIS_NN])


def core_ratio(core: str) -> Estimate:
    """Cycles of ``core`` in proportion to a Cortex-M4's, for the same software."""
    return _summary(list(_ratios(core).values()))


def left_out_errors(core: str) -> dict[str, float]:
    """Error of predicting each software's ratio from that of the others, 0.1 for 10 % too much.

    For ``cortex-m4`` the ratio is that of `memory_factor`.
    """
    if core == "cortex-m4":
        table = CMSIS_NN_INSTRUCTIONS * CMSIS_NN_TABLE_CYCLES
        ratios = {result.software: [result.cycles / table] for result in CMSIS_NN}
    else:
        ratios = _ratios(core)
    return {
        name: _summary([r for other, r in ratios.items() if other != name]).likely / _mean(own) - 1
        for name, own in ratios.items()
    }


def _ratios(core: str) -> dict[str, list[float]]:
    base = {result.software: result.cycles for result in RESULTS if result.core == "cortex-m4"}
    found: dict[str, list[float]] = {}
    for result in RESULTS:
        if result.core == core:
            found.setdefault(result.software, []).append(result.cycles / base[result.software])
    return found


def _summary(groups: Sequence[Sequence[float]]) -> Estimate:
    """Every software counts once; the range is that of all boards."""
    every = [value for group in groups for value in group]
    return Estimate(min(every), _mean([_mean(group) for group in groups]), max(every))


def _mean(values: Sequence[float]) -> float:
    return math.exp(sum(math.log(value) for value in values) / len(values))
