"""Help texts: every option is explained, the examples are real."""

from __future__ import annotations

import shlex
import subprocess
import sys

import click
import pytest
from support.command_line import ask, commands

from edgekws import __version__
from edgekws.boards import board_ids
from edgekws.cli import cli
from edgekws.export import target_names
from edgekws.models import architecture_names

COMMANDS = commands()


def worked_examples(of: click.Command) -> list[list[str]]:
    lines = (of.epilog or "").splitlines()[2:]
    return [shlex.split(part) for line in lines for part in line.split("&&")]


def parse(example: list[str]) -> str:
    """Name of the command that a worked example runs; its arguments must be right."""
    program, *words = example
    assert program == "edgekws"
    length = 2 if " ".join(words[:2]) in COMMANDS else 1
    name = " ".join(words[:length])
    above = click.Context(cli, **cli.context_settings)  # a command keeps the -h of its first one
    COMMANDS[name].make_context(name, words[length:], parent=above)
    return name


@pytest.mark.parametrize("name", COMMANDS)
def test_help_ends_with_two_examples_that_parse(name: str) -> None:
    answer = ask(*name.split(), "--help")
    assert answer.code == 0
    examples = worked_examples(COMMANDS[name])
    assert len(examples) >= 2
    assert answer.out.rstrip().endswith(" ".join(examples[-1]))
    for example in examples:
        assert parse(example).startswith(name)


def test_help_of_all_has_examples_that_parse() -> None:
    for example in worked_examples(cli):
        parse(example)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name: str) -> None:
    for option in COMMANDS[name].params:
        if isinstance(option, click.Option):
            assert option.help, option.name
            assert option.help.endswith("."), option.help
            needs_no_value = option.is_flag or option.required
            told = option.show_default or needs_no_value or "made elsewhere" in option.help
            assert told or option.name in ("png", "resumed"), f"{option.name}: no default told"


def test_a_summary_is_never_cut() -> None:
    assert "..." not in ask("--help").out.split("Commands:")[1]


def test_help_names_what_there_is() -> None:
    assert ", ".join(architecture_names()) in " ".join(ask("train", "--help").out.split())
    assert ", ".join(target_names()) in " ".join(ask("export", "--help").out.split())
    assert [line.split()[0] for line in ask("boards").out.splitlines()] == list(board_ids())


def test_without_arguments_the_help_is_shown() -> None:
    answer = ask()
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("Usage: edgekws ")


def test_version() -> None:
    assert __version__ in ask("--version").out


def test_the_module_is_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "edgekws", "boards", "nowhere"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("edgekws: board 'nowhere' is not known; known: ")
