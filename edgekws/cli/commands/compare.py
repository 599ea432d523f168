"""``edgekws compare``: runs side by side."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from edgekws.cli.options import WishOption
from edgekws.cli.output import examples, json_option, print_document, talk
from edgekws.cli.table import new_table, print_table

if TYPE_CHECKING:
    from edgekws.report import Compared, Comparison


@click.command(
    "compare",
    short_help="Show runs side by side.",
    epilog=examples(
        "edgekws compare tiny_conv-1 ds_cnn-1",
        "edgekws compare ds_cnn-1 ds_cnn-2 --board nucleo_l4r5zi --json",
    ),
)
@click.argument("runs", nargs=-1, required=True, metavar="RUN RUN...")
@click.option(
    "--board", cls=WishOption, metavar="BOARD", show_default="nothing is counted",
    help="Count in QEMU what a hop takes on this board: an id of `edgekws boards`, or a TOML file.",
)  # fmt: skip
@json_option
def command(*, runs: tuple[str, ...], board: str | None, as_json: bool) -> None:
    """Compare the test accuracy and the cost of each RUN with the first one.

    Where runs have the same test clips, their answers are compared clip by clip: how many only
    one of the two has right, and McNemar's p-value of both being right equally often.
    """
    from edgekws.report import compare
    from edgekws.run import find

    found = compare([find(name) for name in runs], board, talk)
    if as_json:
        print_document("compare", dataclasses.asdict(found))
    else:
        _print(found)


def _print(found: Comparison) -> None:
    heads = ["run", "float", "int8 (95 %)", "against the first"]
    heads += [">parameters", ">MACs", ">model", ">arena"]
    if found.board is not None:
        heads += [">instructions a hop", ">flash", ">RAM"]
    table = new_table(*heads)
    for each in found.runs:
        table.add_row(*_cells(each, counted=found.board is not None))
    print_table(table)
    click.echo("model, arena, flash and RAM are bytes; accuracies are of test clips")


def _cells(each: Compared, *, counted: bool) -> list[str]:
    int8 = "not verified"
    if each.int8_accuracy is not None and each.int8_interval is not None:
        low, high = each.int8_interval
        int8 = f"{_percent(each.int8_accuracy)} ({_percent(low)} to {_percent(high)})"
    difference = each.difference
    said = "" if difference is None else (
        f"{difference.gained} gained, {difference.lost} lost, p = {difference.p_value:.2g}"
    )  # fmt: skip
    cells = [each.run, _percent(each.float_accuracy), int8, said]
    sizes = [each.parameters, each.macs, each.model_bytes, each.arena_bytes]
    if counted:
        sizes += [each.instructions_per_hop, each.flash_bytes, each.ram_bytes]
    return cells + ["-" if size is None else f"{size:,}" for size in sizes]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
