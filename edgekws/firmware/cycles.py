"""Predict clock cycles from what was executed: a table for each core, and a factor for boards.

The table says what an instruction takes while memory answers at once. For the Cortex-M0, M0+, M3
and M4 it follows the instruction timings in Arm's technical reference manuals; Arm publishes none
for the M7 and M33, which go by the M4's. The factor turns that into what boards were measured to
take, with their flash and caches; it comes from `edgekws.firmware.published` where that knows the
core, and is a wide guess elsewhere. docs/performance.md has the errors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from edgekws.firmware.count import Piece
from edgekws.firmware.instructions import Instruction, Kind
from edgekws.firmware.published import Estimate, core_ratio, memory_factor

_GUESSED = Estimate(1.0, 1.2, 1.5)

Code = Mapping[int, Instruction]  # by address

_MEMORY = (Kind.LOAD, Kind.STORE)
_VECTOR_MEMORY = (Kind.VECTOR_LOAD, Kind.VECTOR_STORE)
_VECTOR = (*_VECTOR_MEMORY, Kind.VECTOR_MULTIPLY, Kind.VECTOR_ALU)


@dataclass(frozen=True)
class Timing:
    """Cycles of one core.

    ``load_behind`` is a load directly behind another load or store, with which it overlaps. A
    load or store of several registers takes ``many`` and one cycle for each of them. ``taken``,
    ``call`` and ``returns`` (a load into the program counter) come on top of the instruction's own.
    """

    load: float
    load_behind: float
    store: float
    many: float
    taken: float
    call: float
    returns: float
    kinds: Mapping[Kind, float] = field(default_factory=dict)  # 1 cycle where not named
    factor: Estimate = _GUESSED
    is_fitted: bool = False  # whether the factor rests on results of boards


_DIVIDE = 7.0  # 2 to 12, by the values
_MEMORY_FACTOR = memory_factor()


def _like_m4(factor: Estimate, *, is_fitted: bool, kinds: Mapping[Kind, float]) -> Timing:
    return Timing(2.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, {Kind.DIVIDE: _DIVIDE, **kinds}, factor,
                  is_fitted)  # fmt: skip


def _in_proportion(core: str) -> Estimate:
    ratio = core_ratio(core)
    m4 = _MEMORY_FACTOR
    return Estimate(ratio.low * m4.low, ratio.likely * m4.likely, ratio.high * m4.high)


_M33 = _like_m4(_in_proportion("cortex-m33"), is_fitted=True, kinds={})

TIMINGS = {
    "cortex-m0": Timing(2.0, 2.0, 2.0, 1.0, 2.0, 3.0, 3.0),
    "cortex-m0plus": Timing(2.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0),
    "cortex-m3": _like_m4(
        _MEMORY_FACTOR, is_fitted=False, kinds={Kind.MULTIPLY: 1.5, Kind.MULTIPLY_LONG: 4.5}
    ),
    "cortex-m4": _like_m4(_MEMORY_FACTOR, is_fitted=True, kinds={}),
    "cortex-m7": _like_m4(_in_proportion("cortex-m7"), is_fitted=True, kinds={}),
    "cortex-m33": _M33,
    "cortex-m33+nodsp": _M33,
    "cortex-m55": _like_m4(
        Estimate(0.7, 1.0, 1.5), is_fitted=False, kinds={Kind.LOOP: 0.0, Kind.IF_THEN: 0.5}
    ),
}


def predict(core: str, pieces: Iterable[Piece], code: Code) -> Estimate:
    """Cycles that all runs of ``pieces`` take together on a board with ``core``."""
    timing = TIMINGS[core]
    return timing.factor * sum(table_cycles(timing, piece, code) for piece in pieces)


def table_cycles(timing: Timing, piece: Piece, code: Code) -> float:
    """Cycles of all runs of one piece with memory that answers at once."""
    instructions = instructions_of(piece, code)
    once = 0.0
    before: Kind | None = None
    for instruction in instructions:
        once += _cycles(timing, instruction, before)
        before = instruction.kind
    last = instructions[-1]
    if last.kind is Kind.CALL:
        more = timing.call
    else:
        more = 0.0 if last.kind is Kind.LOOP else timing.taken
        more = timing.returns if last.sets_pc else more
    return once * piece.runs + more * piece.taken


def kinds(pieces: Iterable[Piece], code: Code) -> Counter[Kind]:
    """How many instructions of each kind ran."""
    found: Counter[Kind] = Counter()
    for piece in pieces:
        for instruction in instructions_of(piece, code):
            found[instruction.kind] += piece.runs
    return found


def instructions_of(piece: Piece, code: Code) -> tuple[Instruction, ...]:
    """Return the instructions of straight code, in order."""
    addresses = range(piece.start, piece.start + piece.bytes, 2)
    return tuple(code[address] for address in addresses if address in code)


def _cycles(timing: Timing, instruction: Instruction, before: Kind | None) -> float:
    kind = instruction.kind
    if kind in _VECTOR:
        return 1.0 if before is None or _unit(before) != _unit(kind) else 2.0
    if kind not in _MEMORY:
        return timing.kinds.get(kind, 1.0)
    if instruction.words > 1:
        return timing.many + instruction.words
    if kind is Kind.STORE:
        return timing.store
    return timing.load_behind if before in _MEMORY else timing.load


def _unit(kind: Kind) -> str:
    """Two vector instructions in a row overlap where they need different parts of the core."""
    if kind in _VECTOR_MEMORY:
        return "memory"
    return "multiplier" if kind is Kind.VECTOR_MULTIPLY else "arithmetic"
