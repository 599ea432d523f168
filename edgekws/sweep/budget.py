"""What a network may cost, what one costs, and how far the one is from the other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from edgekws.boards import Board
from edgekws.codegen.spotter import Keywords
from edgekws.firmware.benchmark import benchmark
from edgekws.firmware.fits import fit_all

_UNITS = {"": 1, "k": 1024, "m": 1024 * 1024}
_MOST = 2**30  # bytes
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([km]?)i?b?", re.IGNORECASE)


@dataclass(frozen=True)
class Cost:
    """One network on one board, in the whole program."""

    flash_bytes: int
    ram_bytes: int  # with the deepest stack
    instructions_per_hop: int  # features included, on average over hops
    hops_per_inference: int  # the fewest with which the board keeps up with sound, else 1
    clock_share: float | None  # predicted; None where nothing is


@dataclass(frozen=True)
class Budget:
    """The most that a network may cost; None is no limit but the board's."""

    flash_bytes: int | None = None
    ram_bytes: int | None = None
    instructions_per_hop: int | None = None

    def excess(self, cost: Cost) -> dict[str, float]:
        """What is above its limit, as a share of the limit: 0.1 is 10 % too much."""
        shares = {}
        for name in ("flash_bytes", "ram_bytes", "instructions_per_hop"):
            limit, needed = getattr(self, name), getattr(cost, name)
            if limit is not None and needed > limit:
                shares[name] = needed / limit - 1
        if cost.clock_share is not None and cost.clock_share > 1:
            shares["clock_share"] = cost.clock_share - 1
        return shares

    def said(self) -> str:
        """The limits in words."""
        parts = [
            f"{_NAMES[name]} {limit:,}" for name, limit in vars(self).items() if limit is not None
        ]
        return ", ".join([*parts, "and the board's clock"] if parts else ["the board's clock"])


_NAMES = {
    "flash_bytes": "flash",
    "ram_bytes": "RAM",
    "instructions_per_hop": "instructions a hop",
    "hops_per_inference": "hops per inference",
    "clock_share": "share of the clock",
}


def said(names: Iterable[str], cost: Cost) -> str:
    """Some costs in words."""
    parts = []
    for name in names:
        value = getattr(cost, name)
        shown = f"{value:.2f}" if isinstance(value, float) else f"{value:,}"
        parts.append(f"{_NAMES[name]} {shown}")
    return ", ".join(parts)


def cost_of(keywords: Keywords, board_id: str, board: Board) -> Cost:
    """Link the program and count a hop in QEMU.

    Raises
    ------
    BoardTooSmall
        The program does not fit the board; has the numbers.
    ToolMissing
        A compiler or QEMU is not installed.
    """
    hops = fit_all(keywords, [(board_id, board)])[0].hops_per_inference or 1
    found = benchmark(replace(keywords, hops_per_inference=hops), board_id, board)
    share = found.clock_share
    assert found.instructions_per_hop is not None  # a run has a frontend
    return Cost(
        flash_bytes=found.flash_bytes,
        ram_bytes=found.ram_bytes + found.stack_bytes,
        instructions_per_hop=found.instructions_per_hop,
        hops_per_inference=hops,
        clock_share=None if share is None else share.likely,
    )


def size(text: str) -> int:
    """Bytes of ``64k``, ``1.5M`` or ``24000``; k is 1024. Raises ValueError."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text[:20]!r} is not a size like 64k, 1.5M or 24000")
    bytes_ = float(found[1]) * _UNITS[found[2].lower()]
    if not 1 <= bytes_ <= _MOST:
        raise ValueError(f"{text[:20]!r} is not between a byte and a gigabyte")
    return int(bytes_)
