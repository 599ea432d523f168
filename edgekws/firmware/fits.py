"""Which boards a program fits: flash, RAM, and whether it keeps up with sound."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from edgekws.boards import Board
from edgekws.codegen.spotter import Keywords
from edgekws.errors import BoardTooSlow, BoardTooSmall
from edgekws.firmware.benchmark import cycles_per_second
from edgekws.firmware.measure import Measurement, measure
from edgekws.firmware.published import Estimate
from edgekws.stream.detect import most_hops_per_inference

Place = tuple[str, Board]


@dataclass(frozen=True)
class Fit:
    """One program on one board, bytes and shares of the clock; None where nothing is known.

    ``fits`` is whether it can be exported, ``why`` what speaks against it or is to be known.
    ``clock_share`` is that with one inference every ``hops_per_inference`` hops, the fewest hops
    with which it keeps up with sound.
    """

    fits: bool
    why: str
    flash_needed: int | None
    flash_there: int
    ram_needed: int | None
    ram_there: int
    hops_per_inference: int | None
    clock_share: Estimate | None


def fit_all(keywords: Keywords, places: Sequence[Place]) -> list[Fit]:
    """Judge the boards; those with the same compiler flags share one build and one run in QEMU.

    Raises
    ------
    ToolMissing
        A compiler or QEMU is not installed.
    """
    known: dict[tuple[object, ...], Measurement | str] = {}
    fits = []
    for board_id, board in places:
        key = (board.cpu.gcc_flags, board.memory.const_bytes)
        if key not in known:
            known[key] = _measured(keywords, board_id, board)
        fits.append(_fit(keywords, board, known[key]))
    return fits


def refuse_if_too_slow(keywords: Keywords, board_id: str, board: Board) -> None:
    """Do nothing when the board is predicted to keep up with sound.

    Raises
    ------
    BoardTooSlow
        A second of sound is predicted to take longer; has the cycles needed and there.
    ToolMissing
        A compiler or QEMU is not installed, so that nothing can be predicted.
    """
    if not board.keeps_time or keywords.frontend is None:
        return
    found = measure(keywords, board_id, board)
    second = cycles_per_second(keywords, found, keywords.hops_per_inference)
    clock = board.cpu.clock_hz
    if second is None or second.likely <= clock:
        return
    hops = _hops_needed(keywords, found, clock)
    instead = f"choose --hops-per-inference {hops}, " if hops else "choose "
    raise BoardTooSlow(
        f"{board_id}: too slow: a second of sound is predicted to take "
        f"{_millions(second.likely)} million cycles ({_millions(second.low)} to "
        f"{_millions(second.high)}), {_millions(clock)} million are there; {instead}"
        "a smaller model or a faster board"
    )


def _measured(keywords: Keywords, board_id: str, board: Board) -> Measurement | str:
    try:
        return measure(keywords, board_id, board)
    except BoardTooSmall as exc:
        return str(exc)


def _fit(keywords: Keywords, board: Board, found: Measurement | str) -> Fit:
    memory, clock = board.memory, board.cpu.clock_hz
    flash, ram = memory.flash_bytes + memory.const_bytes, memory.ram_bytes
    if isinstance(found, str):
        return Fit(False, found, None, flash, None, ram, None, None)
    needed = found.sizes.ram - found.stack_reserved + memory.stack_bytes
    hops = _hops_needed(keywords, found, clock)
    shown = hops or (most_hops_per_inference(keywords.detector, _hop_ms(keywords)))
    second = cycles_per_second(keywords, found, shown)
    missed = [
        words
        for words, is_missed in (
            ("flash too small", found.sizes.flash > flash),
            ("RAM too small", needed > ram),
            ("too slow", hops is None and board.keeps_time),
        )
        if is_missed
    ]
    words = "; ".join(missed) or _pace(board, hops, keywords.hops_per_inference)
    share = second and second * (1 / clock)
    return Fit(not missed, words, found.sizes.flash, flash, needed, ram, shown, share)


def _pace(board: Board, hops: int | None, usual: int) -> str:
    if hops == usual:
        return ""
    if not board.keeps_time:
        return "slower than sound, which does not matter in an emulator"
    return f"with --hops-per-inference {hops}"


def _hops_needed(keywords: Keywords, found: Measurement, clock_hz: int) -> int | None:
    """Fewest hops per inference with which a second of sound takes no longer than a second.

    Not fewer than the usual ones: only those were measured as they would stream.
    """
    most = most_hops_per_inference(keywords.detector, _hop_ms(keywords))
    for hops in range(keywords.hops_per_inference, most + 1):
        second = cycles_per_second(keywords, found, hops)
        if second is not None and second.likely <= clock_hz:
            return hops
    return None


def _hop_ms(keywords: Keywords) -> float:
    assert keywords.frontend is not None
    return keywords.frontend.spec.hop_ms


def _millions(cycles: float) -> str:
    return f"{math.ceil(cycles / 1e5) / 10:,.1f}"
