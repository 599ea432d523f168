"""``edgekws boards``: which boards there are and what they have."""

from __future__ import annotations

import dataclasses

import click

from edgekws.cli.output import examples, json_option, print_document


@click.command(
    "boards",
    short_help="List the boards.",
    epilog=examples("edgekws boards", "edgekws boards mps2_an386 --json"),
)
@click.argument("board", required=False)
@json_option
def command(*, board: str | None, as_json: bool) -> None:
    """List the boards, or show BOARD: an id, or the path of a TOML file like those in boards/.

    One line per board: id, core, clock, flash, RAM, name; QEMU at its end means that `make run`
    of an exported project works without the board.
    """
    from edgekws.boards import board_ids, find_board

    found = [find_board(name) for name in ([board] if board else board_ids())]
    if as_json:
        rows = [{"id": board_id, **dataclasses.asdict(each)} for board_id, each in found]
        print_document("boards", {"boards": rows})
        return
    for board_id, each in found:
        emulator = "  QEMU" if each.emulator else ""
        click.echo(
            f"{board_id:<25} {each.cpu.core:<17} {each.cpu.clock_hz // 1_000_000:>4} MHz "
            f"{each.memory.flash_bytes // 1024:>5} KiB flash "
            f"{each.memory.ram_bytes // 1024:>5} KiB RAM  {each.name}{emulator}"
        )
