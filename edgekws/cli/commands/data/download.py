"""``edgekws data download``: public sets of spoken words."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edgekws.cli.options import WishOption
from edgekws.cli.output import examples, json_option, print_document

if TYPE_CHECKING:
    from edgekws.cli.progress import Bar

SETS = ("mini", "speech_commands_v0.01", "speech_commands_v0.02")

_wish = functools.partial(click.option, cls=WishOption)


@click.command(
    "download",
    short_help="Fetch a public set of clips.",
    epilog=examples(
        "edgekws data download mini --out mini_speech_commands",
        "edgekws data download speech_commands_v0.02 --out speech_commands --json",
    ),
)
@click.argument("name", metavar="SET", type=click.Choice(SETS))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER", required=True,
    help="Folder to make; it must not exist, or be empty.",
)  # fmt: skip
@_wish(
    "--url", metavar="URL", show_default="where the set was published",
    help="Another place that has the same archive.",
)  # fmt: skip
@_wish(
    "--sha256", metavar="HEX", show_default="that of the set",
    help="Checksum of another archive, a .tar.gz or .zip of clips.",
)  # fmt: skip
@json_option
def command(*, name: str, out: Path, url: str | None, sha256: str | None, as_json: bool) -> None:
    """Fetch SET and unpack it into a folder to train on.

    \b
    mini                   8 words, 8,000 clips, 180 MB
    speech_commands_v0.01  30 words, 65,000 clips, 1.5 GB
    speech_commands_v0.02  35 words, 106,000 clips, 2.4 GB

    The sets are Google's Speech Commands, licence CC BY 4.0. What came of a download that was cut
    or stopped waits in FOLDER.part, and the same command goes on from there. The archive is held
    against its checksum before it is unpacked, and removed afterwards.
    """
    from edgekws.audio.download import download
    from edgekws.cli.progress import Bar

    with Bar("downloading") as bar:
        found = download(name, out, url=url, sha256=sha256, progress=_Mebibytes(bar))
    if as_json:
        print_document("data-download", {"set": name, **dataclasses.asdict(found)})
        return
    click.echo(f"{click.format_filename(out)}: {found.clips} clips of {found.words} words")
    click.echo(f"next: edgekws data check {click.format_filename(out)}")


class _Mebibytes:
    """Shows bytes as MiB, only when that changes."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._shown = -1

    def __call__(self, what: str, done: int, total: int) -> None:
        if done >> 20 != self._shown:
            self._shown = done >> 20
            self._bar(self._shown, total >> 20, f"MiB, {what}")
