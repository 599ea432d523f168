"""``edgekws label``: what the int8 network hears in sound files."""

from __future__ import annotations

from pathlib import Path

import click

from edgekws.cli.output import examples, json_option, print_rows


@click.command(
    "label",
    short_help="Say what the int8 network hears in files.",
    epilog=examples(
        "edgekws label tiny_conv-1 recordings/ --json",
        "edgekws label tiny_conv-1 yes.wav --png yes.png",
    ),
)
@click.argument("run")
@click.argument("paths", metavar="FILES-OR-FOLDERS...", nargs=-1, required=True,
                type=click.Path(path_type=Path))  # fmt: skip
@click.option(
    "--png", type=click.Path(path_type=Path), metavar="FILE",
    help="Draw the sound, the features and the scores of the one given file here.",
)  # fmt: skip
@click.option(
    "--resample", is_flag=True,
    help="Convert files of another sample rate instead of refusing them.",
)  # fmt: skip
@json_option
def command(
    *, run: str, paths: tuple[Path, ...], png: Path | None, resample: bool, as_json: bool
) -> None:
    """Label sound files, and all those below folders, with the int8 network of RUN.

    One line per file: the label, its score, the file. A score is the int8 output of the network,
    -128 to 127. A file longer or shorter than a clip is cut, or padded with silence, at both
    ends alike. Files are WAV, FLAC or OGG. It is for clips of one word; `edgekws stream` listens
    to longer sound, with the detector.
    """
    from edgekws.run import find
    from edgekws.stream.label import label_files

    found = find(run)
    if png is not None and (len(paths) != 1 or paths[0].is_dir()):
        raise click.UsageError("--png draws one file; give exactly one")
    if png is not None:
        from edgekws.stream.picture import draw_clip

        draw_clip(found, paths[0], png, resample=resample)
    answers = label_files(found, paths, resample=resample)
    if as_json:
        print_rows("label", {"run": found.name, "labels": found.recipe.labels}, "files", answers)
        return
    for answer in answers:
        click.echo(f"{answer.label:<12} {answer.score:>4}  {click.format_filename(answer.file)}")
