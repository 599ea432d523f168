"""Two benchmarks side by side."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgekws.errors import ConfigError
from edgekws.firmware.benchmark import Benchmark

SCHEMA = "edgekws.benchmark/1"
KEYS = (
    "instructions_per_inference",
    "loads_per_inference",
    "taken_branches_per_inference",
    "instructions_per_hop",
    "frontend_instructions_per_frame",
    "init_instructions",
    "flash_bytes",
    "model_bytes",
    "arena_bytes",
    "ram_bytes",
    "stack_bytes",
)


@dataclass(frozen=True)
class Row:
    """One number of both; ``ratio`` is now over other, None where other is 0."""

    key: str
    now: int
    other: int
    ratio: float | None


@dataclass(frozen=True)
class Comparison:
    """What the other file says about itself, and the numbers that both have."""

    name: str
    board: str
    model_sha256: str
    rows: tuple[Row, ...]


def compare(found: Benchmark, path: Path) -> Comparison:
    """Compare with what ``edgekws benchmark --json`` printed into ``path``.

    Raises
    ------
    ConfigError
        The file cannot be read, or is no such document.
    """
    other = _read(path)
    rows = []
    for key in KEYS:
        now, then = getattr(found, key), other[key]
        if now is not None and then is not None:
            rows.append(Row(key, now, then, now / then if then else None))
    return Comparison(path.name, str(other["board"]), str(other["model_sha256"]), tuple(rows))


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise ConfigError(f"{path}: cannot read: {exc.strerror}") from exc
    except ValueError as exc:
        raise ConfigError(f"{path}: not JSON: {exc}") from exc
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ConfigError(f"{path}: not {SCHEMA}; make it with `edgekws benchmark --json`")
    for key in ("board", "model_sha256", *KEYS):
        value = document.get(key)
        if key in KEYS and value is not None and type(value) is not int:
            raise ConfigError(f"{path}: {key} must be a whole number, got {value!r}")
        if key not in document:
            raise ConfigError(f"{path}: missing key {key!r}")
    return document
