"""The command line: one file per command in `edgekws.cli.commands`, found by its name."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import click

from edgekws import __version__, plugins
from edgekws.cli import commands
from edgekws.cli.output import examples, talk
from edgekws.errors import EdgekwsError, Stopped, UsageError


class Commands(click.Group):
    """A group that reads its commands from the files of a package."""

    package: ModuleType = commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name.replace("_", "-") for name in plugins.module_names(self.package)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command = plugins.load(self.package, cmd_name.replace("-", "_")).command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as exc:  # here, because click would print an empty line first
            raise Stopped("stopped") from exc


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "edgekws train --arch tiny_conv --data speech_commands/ && edgekws quantize",
        "edgekws export --target cortex-m --board mps2_an386",
    ),
)
@click.version_option(__version__, prog_name="edgekws")
def cli() -> None:
    """Small keyword spotters, from WAV files to firmware."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: the ``edgekws`` program.

    Whatever a user can cause or mend ends in one line on stderr; a traceback is a bug.
    """
    try:
        status = cli.main(arguments, prog_name="edgekws", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as exc:
        exc.show()
        return exc.exit_code
    except click.UsageError as exc:
        where = f"; see `{exc.ctx.command_path} --help`" if exc.ctx else ""
        return _failed(exc.format_message().rstrip(".") + where, UsageError.exit_code)
    except EdgekwsError as exc:
        return _failed(str(exc), exc.exit_code)
    except OSError as exc:
        where = f"{exc.filename}: " if exc.filename else ""
        return _failed(f"{where}{exc.strerror or exc}", EdgekwsError.exit_code)
    except MemoryError:
        words = "not enough memory; fewer clips, or a smaller --batch-size, need less"
        return _failed(words, EdgekwsError.exit_code)
    return status if isinstance(status, int) else 0


def _failed(message: str, exit_code: int) -> int:
    lines = [line.strip() for line in message.splitlines()]
    talk("edgekws: " + " / ".join(line for line in lines if line))
    return exit_code
