"""How commands answer: results on stdout, talk on stderr, one JSON document when asked."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def json_option(function: F) -> F:
    """Add ``--json`` (parameter ``as_json``) to a command."""
    words = "Print one JSON document on standard output, and nothing else there."
    return click.option("--json", "as_json", is_flag=True, help=words)(function)


def examples(*lines: str) -> str:
    """End of a help text: worked examples, one a line."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def print_document(verb: str, fields: Mapping[str, object], *, version: int = 1) -> None:
    """Print the one JSON document of a command, with its schema's name and version first."""
    click.echo(_json({"schema": f"edgekws.{verb}/{version}", **fields}))


def print_rows(verb: str, fields: Mapping[str, object], key: str, rows: Iterable[object]) -> None:
    """Print the document of a command whose last field ``key`` is a list of any length.

    The rows wait in a file, not in memory, and nothing is printed unless all of them came.
    """
    head = _json({"schema": f"edgekws.{verb}/1", **fields}).removesuffix("}")
    with tempfile.TemporaryFile("w+", encoding="utf-8") as kept:
        kept.write(f"{head}, {json.dumps(key)}: [")
        for number, row in enumerate(rows):
            kept.write((", " if number else "") + _json(row))
        kept.write("]}\n")
        kept.seek(0)
        shutil.copyfileobj(kept, sys.stdout)
        sys.stdout.flush()


def talk(text: str) -> None:
    """Say something to the person at the terminal, on stderr."""
    click.echo(text, err=True)


def percent(share: float | None) -> str:
    """``0.9123`` as ``91.23 %``."""
    return "not measured" if share is None else f"{100 * share:.2f} %"


def byte_count(size: int) -> str:
    """``12345`` as ``12,345 bytes``."""
    return f"{size:,} bytes"


def _json(value: object) -> str:
    return json.dumps(value, default=_plain, allow_nan=False)


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
