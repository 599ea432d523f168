"""``edgekws data``: a group; one file per command in this folder, found by its name."""

from __future__ import annotations

import sys

import click

from edgekws.cli import Commands
from edgekws.cli.output import examples


class DataCommands(Commands):
    """The commands of this folder."""

    package = sys.modules[__name__]


@click.group(
    "data",
    cls=DataCommands,
    short_help="Check, synthesize or download clips.",
    epilog=examples(
        "edgekws data download mini --out mini_speech_commands",
        "edgekws data check mini_speech_commands --png clips.png",
    ),
)
def command() -> None:
    """Get clips to train on, and look at them before a training does."""
