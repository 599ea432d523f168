"""The command line: one file per command in `edgekws.cli.commands`, found by its name."""

from __future__ import annotations

import sys
from typing import Any

import click

from edgekws import __version__, plugins
from edgekws.cli import commands
from edgekws.cli.output import examples
from edgekws.errors import EdgekwsError


class Commands(click.Group):
    """A group that reads its commands from files and turns errors into exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name.replace("_", "-") for name in plugins.module_names(commands)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command = plugins.load(commands, cmd_name.replace("-", "_")).command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except EdgekwsError as exc:
            click.echo(f"edgekws: {exc}", err=True)
            sys.exit(exc.exit_code)
        except BrokenPipeError:
            sys.stderr.close()  # the reader of our output went away: nothing is wrong here
            sys.exit(1)
        except OSError as exc:
            where = f"{exc.filename}: " if exc.filename else ""
            click.echo(f"edgekws: {where}{exc.strerror or exc}", err=True)
            sys.exit(1)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "edgekws train --arch tiny_conv --data speech_commands/",
        "edgekws export --target cortex-m --board mps2_an386",
    ),
)
@click.version_option(__version__, prog_name="edgekws")
def cli() -> None:
    """Small keyword spotters, from WAV files to firmware."""


def main() -> None:
    """Entry point of the ``edgekws`` program."""
    cli(prog_name="edgekws")
