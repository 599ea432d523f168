"""``edgekws label``: what the int8 network hears in sound files."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from edgekws.cli.output import examples, json_option, print_document


@click.command(
    "label",
    epilog=examples(
        "edgekws label tiny_conv-1 recordings/ --json",
        "edgekws label tiny_conv-1 yes.wav --png yes.png",
    ),
)
@click.argument("run")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--png", type=click.Path(path_type=Path), help="Draw the one given file here.")
@click.option("--resample", is_flag=True, help="Convert files of another sample rate.")
@json_option
def command(
    *, run: str, paths: tuple[Path, ...], png: Path | None, resample: bool, as_json: bool
) -> None:
    """Label sound files, or all in a folder, with the int8 network of RUN.

    A score is the int8 output of the network, -128 to 127. A file longer or shorter than a clip
    is cut or padded with silence at both ends alike.
    """
    from edgekws.run import find
    from edgekws.stream.label import label_files
    from edgekws.stream.picture import draw_clip

    found = find(run)
    if png is not None and (len(paths) != 1 or paths[0].is_dir()):
        raise click.UsageError("--png draws one file; give exactly one")
    answers = label_files(found, paths, resample=resample)
    if as_json:
        files = [dataclasses.asdict(answer) for answer in answers]
        print_document("label", {"run": found.name, "labels": found.recipe.labels, "files": files})
    else:
        for answer in answers:
            click.echo(f"{answer.label:<12} {answer.score:>4}  {answer.file}")
    if png is not None:
        draw_clip(found, paths[0], png, resample=resample)
