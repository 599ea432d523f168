"""The program as a user meets it: arguments in; exit code, stdout and stderr out."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import jsonschema

from edgekws.cli import cli, main

SCHEMAS = Path(__file__).resolve().parents[1] / "cli" / "schemas"


@dataclass(frozen=True)
class Answer:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line that says what is wrong; there must be exactly one, as the last."""
        lines = self.err.splitlines()
        assert [line for line in lines if line.startswith("edgekws: ")] == lines[-1:], self
        assert "Traceback" not in self.err, self
        return lines[-1].removeprefix("edgekws: ")

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document, which is all of stdout and fits its schema."""
        assert self.out.count("\n") == 1, self
        found = json.loads(self.out)
        verb = found["schema"].removeprefix("edgekws.").partition("/")[0]
        jsonschema.Draft202012Validator(schema(verb)).validate(found)
        return dict(found)


def schema(verb: str) -> dict[str, Any]:
    """The JSON schema of one command's document."""
    return dict(json.loads((SCHEMAS / f"{verb}.json").read_text(encoding="utf-8")))


def commands() -> dict[str, click.Command]:
    """Every command, groups too, by what is typed for it, like ``data check``."""
    return dict(_commands(cli, ""))


def _commands(group: click.Group, typed: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield f"{typed}{name}", found
        if isinstance(found, click.Group):
            yield from _commands(found, f"{typed}{name} ")


def ask(*arguments: object) -> Answer:
    """Run a command in this process; what no user can cause or mend is raised."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return Answer(code, out.getvalue(), err.getvalue())


def refused(code: int, *arguments: object) -> str:
    """The error line of a command that must end with ``code`` and print nothing on stdout."""
    answer = ask(*arguments)
    assert (answer.code, answer.out) == (code, ""), answer
    return answer.error


def program(
    *arguments: object, before: str = "", folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[str]:  # fmt: skip
    """Start a command in a process of its own, after some Python lines ``before``."""
    code = f"import sys\n{before}\nfrom edgekws.cli import main\nsys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, *(str(argument) for argument in arguments)]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str], timeout_s: float = 120.0) -> Answer:
    """Wait for a command; a negative code is the number of the signal that stopped it."""
    out, err = process.communicate(timeout=timeout_s)
    return Answer(process.returncode, out, err)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too, by its relative path."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
