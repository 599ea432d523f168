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
    short_help="Look at clips before a training.",
    epilog=examples(
        "edgekws data check my_words",
        "edgekws data check my_words --png my_words.png",
    ),
)
def command() -> None:
    """Look at clips before a training does."""
