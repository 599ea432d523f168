"""``edgekws parity``: the same bits everywhere, on a user's own sounds and a board's captures."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edgekws.cli.options import WishOption
from edgekws.cli.output import examples, json_option, print_document, talk

if TYPE_CHECKING:
    from edgekws.verify.capture import Capture
    from edgekws.verify.parity import Parity


@click.command(
    "parity",
    short_help="Compare every engine on your own sounds.",
    epilog=examples(
        "edgekws parity tiny_conv-1 recordings/ --board mps2_an385",
        "edgekws parity tiny_conv-1 --pcm board.raw --features board_features.bin",
    ),
)
@click.argument("run")
@click.argument("paths", metavar="[FILES-OR-FOLDERS]...", nargs=-1,
                type=click.Path(path_type=Path))  # fmt: skip
@click.option(
    "--pcm", cls=WishOption, type=click.Path(path_type=Path), metavar="FILE", show_default="none",
    help="Samples that a board heard, 16-bit little endian without a header, or a WAV of them.",
)  # fmt: skip
@click.option(
    "--features", cls=WishOption, type=click.Path(path_type=Path), metavar="FILE",
    show_default="none",
    help="Features that the board made of --pcm: int8, one frame after the other.",
)  # fmt: skip
@click.option(
    "--board", metavar="BOARD", default="mps2_an386", show_default=True,
    help="Board whose code is run on its emulated core: an id of `edgekws boards`, or a TOML file.",
)  # fmt: skip
@click.option(
    "--resample", is_flag=True,
    help="Convert files of another sample rate instead of refusing them.",
)  # fmt: skip
@json_option
def command(
    *, run: str, paths: tuple[Path, ...], pcm: Path | None, features: Path | None, board: str,
    resample: bool, as_json: bool,
) -> None:  # fmt: skip
    """Compare numpy, the generated C here and on an emulated core, and TFLite Micro.

    Features, layers and scores of the int8 network of RUN must be equal to the last bit, on
    every file given: WAV, FLAC, OGG, or 16-bit little-endian samples in .raw or .pcm, of any
    length. With --pcm and --features, what a board computed is compared too, from the frame on
    where it fits best. Ends with 3 and the first difference when there is one.
    """
    from edgekws.run import find

    if (pcm is None) != (features is None):
        raise click.UsageError("--pcm and --features go together")
    if not paths and pcm is None:
        raise click.UsageError("nothing to compare: give sound files, or --pcm and --features")
    found = find(run)
    capture, parity = None, None
    if pcm is not None and features is not None:
        from edgekws.features import find_frontend
        from edgekws.verify.capture import compare_capture

        capture = compare_capture(find_frontend(found.recipe.frontend), pcm, features)
    if paths:
        from edgekws.verify.parity import compare_files

        parity = compare_files(found, paths, board=board, resample=resample, tell=talk)
    difference = _first(parity, capture)
    if as_json:
        document = {
            "run": found.name,
            "board": board if parity else None,
            "equal": difference is None and (parity is None or parity.compared),
            "checks": [dataclasses.asdict(check) for check in parity.checks] if parity else [],
            "files": [dataclasses.asdict(each) for each in parity.files] if parity else [],
            "capture": dataclasses.asdict(capture) if capture else None,
        }
        print_document("parity", document)
    else:
        _print(parity, capture)
    _end(parity, difference)


def _first(parity: Parity | None, capture: Capture | None) -> str | None:
    of_board = f"board: {capture.difference}" if capture and capture.difference else None
    return of_board or (parity.first_difference if parity else None)


def _end(parity: Parity | None, difference: str | None) -> None:
    """Say by the exit code how it ended."""
    from edgekws.errors import CheckFailed, ToolMissing

    if difference is not None:
        raise CheckFailed(difference)
    if parity is not None and not parity.compared:
        raise ToolMissing(f"nothing to compare with: {parity.checks[0].detail}")


def _print(parity: Parity | None, capture: Capture | None) -> None:
    if capture is not None:
        verdict = "differs" if capture.difference else "equal"
        name = click.format_filename(capture.features)
        click.echo(
            f"{verdict:<8} {capture.frames} frames from frame {capture.first_frame} on  {name}"
        )
    if parity is None:
        return
    for each in parity.files:
        verdict = "differs" if each.difference else "equal" if parity.compared else "alone"
        answer = f"{each.label:<12} {each.score:>4}"
        name = click.format_filename(each.file)
        click.echo(f"{verdict:<8} {answer}  {each.windows:>4} windows  {name}")
    for check in parity.checks:
        click.echo(f"{check.status:<8} {check.name:<10} {check.detail}")
