"""``edgekws boards``: which boards there are, what they have, and which of them a run fits."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from edgekws.cli.options import WishOption
from edgekws.cli.output import examples, json_option, print_document, talk

if TYPE_CHECKING:
    from edgekws.boards import Board
    from edgekws.firmware.fits import Fit


@click.command(
    "boards",
    short_help="List the boards, and which of them a run fits.",
    epilog=examples("edgekws boards", "edgekws boards --fits tiny_conv-1 --json"),
)
@click.argument("board", required=False)
@click.option(
    "--fits", "run", cls=WishOption, metavar="RUN", show_default="only list them",
    help="Say for each board whether the program of RUN fits: flash, RAM, share of the clock.",
)  # fmt: skip
@json_option
def command(*, board: str | None, run: str | None, as_json: bool) -> None:
    """List the boards, or show BOARD: an id, or the path of a TOML file like those in boards/.

    One line per board: id, core, clock, flash, RAM, name; QEMU at its end means that `make run`
    of an exported project works without the board. With --fits flash and RAM are those of the
    linked program, and the share of the clock is predicted from its instructions, counted in QEMU,
    with the network running as often as the board can.
    """
    from edgekws.boards import board_ids, find_board

    places = [find_board(name) for name in ([board] if board else board_ids())]
    name, fits = (None, None) if run is None else _fit(run, places)
    if as_json:
        rows = [
            {"id": board_id, **dataclasses.asdict(each), "fit": fits[number] if fits else None}
            for number, (board_id, each) in enumerate(places)
        ]
        print_document("boards", {"run": name, "boards": rows})
        return
    for number, (board_id, each) in enumerate(places):
        click.echo(_fit_line(board_id, fits[number]) if fits else _line(board_id, each))


def _fit(run: str, places: Sequence[tuple[str, Board]]) -> tuple[str, list[Fit]]:
    from edgekws.firmware.fits import fit_all
    from edgekws.run import find
    from edgekws.verify.run_subject import open_keywords

    found = find(run)
    keywords = open_keywords(found)
    talk(f"building {found.name} once for each kind of core, and counting it in QEMU")
    return found.name, fit_all(keywords, places)


def _line(board_id: str, board: Board) -> str:
    return (
        f"{board_id:<25} {board.cpu.core:<17} {board.cpu.clock_hz // 1_000_000:>4} MHz "
        f"{board.memory.flash_bytes // 1024:>5} KiB flash {board.memory.ram_bytes // 1024:>5} "
        f"KiB RAM  {board.name}{'  QEMU' if board.emulator else ''}"
    )


def _fit_line(board_id: str, fit: Fit) -> str:
    words = f"{board_id:<25} {'fits' if fit.fits else 'no':<5}"
    if fit.flash_needed is None or fit.ram_needed is None:
        return f"{words}{fit.why}"
    words += f"flash {fit.flash_needed:>9,} of {fit.flash_there:>10,}  "
    words += f"RAM {fit.ram_needed:>9,} of {fit.ram_there:>9,}"
    if fit.clock_share is not None:
        share = fit.clock_share * 100
        words += f"  clock {share.likely:>6.1f} % ({share.low:.1f} to {share.high:.1f})"
    return f"{words}  {fit.why}".rstrip()
