"""``edgekws summarize``: layers, sizes and the memory map of a network."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edgekws.cli.options import WishOption
from edgekws.cli.output import byte_count, examples, json_option, print_document

if TYPE_CHECKING:
    from rich.table import Table

    from edgekws.codegen.spotter import Keywords
    from edgekws.codegen.summary import Room, Streaming, Summary

WIDTH = 100  # characters, where the output is no terminal


@click.command(
    "summarize",
    short_help="Show layers, sizes and the memory map of a network.",
    epilog=examples(
        "edgekws summarize tiny_conv-1 --png memory.png",
        "edgekws summarize theirs.tflite --board nucleo_f446re --json",
    ),
)
@click.argument("network", metavar="[RUN|MODEL.tflite]", required=False)
@click.option(
    "--board", cls=WishOption, metavar="BOARD", show_default="none",
    help="Compare with the memories of this board: an id of `edgekws boards`, or a TOML file.",
)  # fmt: skip
@click.option(
    "--png", type=click.Path(path_type=Path), metavar="FILE", help="Draw the memory map here."
)
@json_option
def command(*, network: str | None, board: str | None, png: Path | None, as_json: bool) -> None:
    """Show layers, shapes, parameters, multiply-accumulates (MACs), bytes and the arena.

    Of the int8 network of RUN, the newest one when not named, or of a .tflite made elsewhere. The
    sizes are those of the code that `edgekws export` writes.
    """
    from edgekws.boards import find_board
    from edgekws.codegen.summary import summarize

    place = find_board(board) if board is not None else None
    name, keywords = _opened(network)
    summary = summarize(keywords)
    room = summary.room_on(*place) if place else None
    if png is not None:
        from edgekws.codegen.memory_map import draw_memory_map

        draw_memory_map(summary, name, png)
    if as_json:
        known = {**dataclasses.asdict(room), "fits": room.fits} if room else None
        fields = {"network": name, **dataclasses.asdict(summary), "room": known}
        print_document("summarize", {**fields, "origin": "predicted"})
        return
    _print(name, summary, room)


def _opened(network: str | None) -> tuple[str, Keywords]:
    from edgekws.graph import read_model
    from edgekws.run import find
    from edgekws.verify import foreign_keywords
    from edgekws.verify.run_subject import open_keywords

    if network is not None and network.endswith(".tflite"):
        path = Path(network)
        graph = read_model(path)
        return path.name, foreign_keywords(graph, path.read_bytes(), None)
    run = find(network)
    return run.name, open_keywords(run)


def _print(name: str, summary: Summary, room: Room | None) -> None:
    from rich.console import Console

    width = shutil.get_terminal_size((WIDTH, 0)).columns
    console = Console(width=max(width, WIDTH), highlight=False)
    click.echo(f"{name}: {_shape(summary.input_shape)} -> {len(summary.labels)} labels")
    console.print(_layers(summary))
    console.print(_map(summary))
    click.echo(
        f"parameters {summary.parameters:,}; MACs {summary.macs:,}; constants "
        f"{byte_count(summary.constant_bytes)}; the .tflite {byte_count(summary.model_bytes)}"
    )
    click.echo(
        f"arena {byte_count(summary.arena_bytes)} ({_verdict(summary)}); "
        f"features {byte_count(summary.input_bytes)}"
        + (f"; state {byte_count(summary.state_bytes)}" if summary.state_bytes else "")
    )
    if summary.streaming is not None:
        click.echo(_stream(summary.streaming, summary.macs))
    elif summary.frontend_constant_bytes is not None:
        click.echo("does not stream: every inference computes the whole window")
    if summary.frontend_constant_bytes is not None:
        click.echo(
            f"frontend: constants {byte_count(summary.frontend_constant_bytes)}, working memory "
            f"{byte_count(summary.frontend_work_bytes or 0)}, in turns with the arena"
        )
    if room is not None:
        click.echo(_room(room))


def _stream(streaming: Streaming, clip_macs: int) -> str:
    hops = streaming.hops_per_inference
    again = [f"{each.layer} {each.op} ({each.macs:,} MACs)" for each in streaming.recomputed]
    return (
        f"streams: {streaming.macs:,} MACs every {hops} hop{'' if hops == 1 else 's'} "
        f"({streaming.milliseconds} ms) instead of {clip_macs:,}; state "
        f"{byte_count(streaming.state_bytes)}, arena {byte_count(streaming.arena_bytes)} "
        f"({streaming.arena_plan}); "
        f"computed for the whole window: {', '.join(again) or 'nothing'}"
    )


def _verdict(summary: Summary) -> str:
    if summary.arena_is_optimal:
        return "optimal"
    return f"lower bound {summary.lower_bound_bytes:,}"


def _layers(summary: Summary) -> Table:
    table = _table("layer", "output", ">parameters", ">MACs", ">constants", ">arena in use")
    for number, (layer, used) in enumerate(zip(summary.layers, summary.in_use, strict=True)):
        table.add_row(
            f"{number} {layer.op}", _shape(layer.shape), f"{layer.parameters:,}",
            f"{layer.macs:,}", f"{layer.table_bytes:,}", f"{used:,}",
        )  # fmt: skip
    return table


def _map(summary: Summary) -> Table:
    table = _table(">offset", ">bytes", "arena", "in use by layers")
    for place in summary.places:
        layers = f"{place.first} to {place.last}" if place.last > place.first else f"{place.first}"
        what = f"{place.what}, in place" if place.in_place else place.what
        table.add_row(f"{place.offset:,}", f"{place.bytes:,}", what, layers)
    return table


def _table(*heads: str) -> Table:
    """A table without lines; ``>`` in front of a head puts its numbers to the right."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in heads:
        side = "right" if head.startswith(">") else "left"
        table.add_column(head.lstrip(">"), justify=side, no_wrap=True)  # type: ignore[arg-type]
    return table


def _room(room: Room) -> str:
    verdict = "may fit" if room.fits else "does not fit"
    return (
        f"{room.board}: {verdict}: flash at least {room.flash_needed:,} of "
        f"{byte_count(room.flash_there)}, RAM at least {room.ram_needed:,} of "
        f"{byte_count(room.ram_there)} (predicted)"
    )


def _shape(shape: tuple[int, ...]) -> str:
    return " x ".join(str(side) for side in shape[1:])
