"""How commands answer: results on stdout, talk on stderr, one JSON document when asked."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def json_option(function: F) -> F:
    """Add ``--json`` (parameter ``as_json``) to a command."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(
        function
    )


def examples(*lines: str) -> str:
    """End of a help text: worked examples, one a line."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def print_document(verb: str, fields: Mapping[str, object]) -> None:
    """Print the one JSON document of a command, with its schema's name first."""
    document = {"schema": f"edgekws.{verb}/1", **fields}
    click.echo(json.dumps(document, default=_plain, allow_nan=False))


def talk(text: str) -> None:
    """Say something to the person at the terminal, on stderr."""
    click.echo(text, err=True)


def percent(share: float | None) -> str:
    """``0.9123`` as ``91.23 %``."""
    return "not measured" if share is None else f"{100 * share:.2f} %"


def byte_count(size: int) -> str:
    """``12345`` as ``12,345 bytes``."""
    return f"{size:,} bytes"


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
