"""``edgekws benchmark``: what a network costs on a board."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edgekws.cli.options import WishOption
from edgekws.cli.output import examples, json_option, print_document, talk

if TYPE_CHECKING:
    from edgekws.codegen.spotter import Keywords


@click.command(
    "benchmark",
    short_help="Count what a network costs on a board.",
    epilog=examples(
        "edgekws benchmark --board nucleo_l4r5zi --png costs.png",
        "edgekws benchmark --model theirs.tflite --board mps2_an385 --json",
    ),
)
@click.argument("run", required=False)
@click.option(
    "--model", cls=WishOption, type=click.Path(path_type=Path), metavar="FILE",
    show_default="the network of RUN", help="An int8 .tflite made elsewhere, instead of a RUN.",
)  # fmt: skip
@click.option(
    "--board", metavar="BOARD", default="mps2_an386", show_default=True,
    help="An id of `edgekws boards`, or a TOML file.",
)  # fmt: skip
@click.option(
    "--hops-per-inference", cls=WishOption, type=click.IntRange(1, 1000), metavar="HOPS",
    show_default="the network's stride in time", help="The network of RUN runs every so many hops.",
)  # fmt: skip
@click.option(
    "--compare", "other", cls=WishOption, type=click.Path(path_type=Path), metavar="FILE",
    show_default="nothing",
    help="What --json printed for another network, board or version; shown beside.",
)  # fmt: skip
@click.option(
    "--png", cls=WishOption, type=click.Path(path_type=Path), metavar="FILE",
    show_default="no picture", help="Draw where the instructions and the bytes go.",
)  # fmt: skip
@json_option
def command(
    *, run: str | None, model: Path | None, board: str, hops_per_inference: int | None,
    other: Path | None, png: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Count what RUN, the newest one when not named, costs on a board.

    The exported program is built and run in QEMU, which executes the board's instructions one by
    one: these counts are exact and repeat. Bytes are those of the linked program. Time and energy
    are predicted from the counts, with their range; docs/performance.md says how well.
    """
    from edgekws.boards import find_board
    from edgekws.firmware.benchmark import benchmark

    place = find_board(board)
    name, keywords = _subject(run, model, hops_per_inference)
    talk(f"counting {name} on {place[0]}")
    found = benchmark(keywords, *place)
    if png is not None:
        from edgekws.firmware.benchmark_picture import draw_benchmark

        draw_benchmark(found, name, png)
    from edgekws.firmware.compare import compare

    compared = compare(found, other) if other is not None else None
    if as_json:
        print_document("benchmark", {**dataclasses.asdict(found), "compared": compared})
        return
    from edgekws.cli.benchmark_table import comparison_lines, lines

    click.echo("\n".join(lines(found, name)))
    if compared is not None:
        click.echo("\n" + "\n".join(comparison_lines(compared)))


def _subject(run: str | None, model: Path | None, hops: int | None) -> tuple[str, Keywords]:
    if model is not None and run is not None:
        raise click.UsageError("give a RUN or --model, not both")
    if model is not None:
        from edgekws.graph import read_model
        from edgekws.verify import foreign_keywords

        graph = read_model(model)
        return model.name, foreign_keywords(graph, model.read_bytes(), None)
    from edgekws.run import find
    from edgekws.verify.run_subject import open_keywords

    found = find(run)
    return found.name, open_keywords(found, hops)
