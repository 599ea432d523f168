"""Write ``docs/cli.md`` from the commands' own help texts and the JSON schemas of the tests."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from edgekws.cli import cli
from edgekws.files import write_text

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "cli.md"
SCHEMAS = ROOT / "tests" / "cli" / "schemas"
WIDTH = 100

HEAD = """# Command line

Made by `make docs` from the commands' own help and from the schemas that the tests hold them to
(`tests/cli/schemas/`).

A command with no RUN named takes the newest under `runs/`. Results go to standard output, talk and
progress to standard error. A command that cannot do what was asked says so in one line on standard
error, leaves nothing half-written, and ends with

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | an expected failure: a file, a model, a disk, a board that is too small |
| 2 | wrong usage: an unknown option or name, numbers that do not go together |
| 3 | a check failed: int8 lost too much, or bits differ |
| 4 | a program or a Python extra is missing; the line says how to install it |
| 130 | stopped by Ctrl-C |

Every command takes `--json` and then prints one document on standard output; `stream` prints one
for every word, a line each, as it is heard. When a command fails there is none, except where the
document tells what failed: `verify --json` and `parity --json` end with 3 after it when a check
failed, `doctor --need ... --json` with 4 when something is missing.
A share or an accuracy is a number from 0 to 1; what is not known is `null`.
"""


def page() -> str:
    """Return the whole page as Markdown."""
    top = click.Context(cli, info_name="edgekws", terminal_width=WIDTH, **cli.context_settings)
    parts = [HEAD, _block("edgekws --help", cli.get_help(top))]
    parts += _commands(cli, top, "edgekws")
    return "\n".join(parts)


def _commands(group: click.Group, above: click.Context, typed: str) -> Iterator[str]:
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=above, terminal_width=WIDTH)
        yield f"## {typed} {name}\n"
        yield _block(f"{typed} {name} --help", command.get_help(context))
        if isinstance(command, click.Group):
            yield from _commands(command, context, f"{typed} {name}")
        else:
            yield _document(f"{typed} {name}".removeprefix("edgekws ").replace(" ", "-"))


def _block(typed: str, text: str) -> str:
    return f"```console\n$ {typed}\n{text}\n```\n"


def _document(verb: str) -> str:
    schema = json.loads((SCHEMAS / f"{verb}.json").read_text(encoding="utf-8"))
    rows = [f"| `{key}` | {_kind(each)} | {each['description']} |" for key, each in _keys(schema)]
    head = f"`--json` prints `{schema['title']}`:\n\n| key | type | what |\n|---|---|---|\n"
    return head + "\n".join(rows) + "\n"


def _keys(schema: dict[str, Any], inside: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for key, each in schema["properties"].items():
        yield f"{inside}{key}", each
        if "properties" in each:
            yield from _keys(each, f"{inside}{key}.")
        elif "properties" in each.get("items", {}):
            yield from _keys(each["items"], f"{inside}{key}[].")


def _kind(schema: dict[str, Any]) -> str:
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " or ".join(kinds)


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with ``--check`` say by the exit code whether it is fresh."""
    text = page()
    if "--check" in arguments:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text)
    write_text(PAGE, text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
