"""Tables to frozen dataclasses and back, refusing unknown keys, missing keys and wrong types."""

from __future__ import annotations

import dataclasses
import math
import tomllib
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from edgekws.errors import ConfigError

T = TypeVar("T")

_LONGEST = 400  # characters of what somebody else wrote, in a message
_LARGEST = 2**1023  # integers below it are floats without an overflow


def load_toml(cls: type[T], path: Path) -> T:
    """Read a TOML file into ``cls``.

    Raises
    ------
    ConfigError
        The file is missing, is not TOML, or does not fit; says file, table, key, known keys.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise ConfigError(f"{path}: cannot read: {exc.strerror}") from exc
    except ValueError as exc:  # no TOML, no UTF-8, or an integer of thousands of digits
        raise ConfigError(f"{path}: not TOML: {exc}") from exc
    except RecursionError as exc:
        raise ConfigError(f"{path}: not TOML that can be used: nested too deeply") from exc
    return from_table(cls, table, str(path))


def from_table(cls: type[T], table: Mapping[str, Any], where: str) -> T:
    """Build ``cls`` from ``table``; ``where`` begins every message, like ``file.toml:cpu``."""
    if not isinstance(table, Mapping):
        raise ConfigError(f"{where}: must be a table, got {_shown(table)}")
    hints = get_type_hints(cls)
    fields = {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    unknown = sorted(set(table) - set(fields))
    if unknown:
        known = ", ".join(sorted(fields))
        raise ConfigError(f"{where}: unknown key {_shown(unknown[0])}; known: {known}")
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in table:
            values[name] = _value(hints[name], table[name], where, name)
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise ConfigError(f"{where}: missing key {name!r}")
    try:
        return cls(**values)
    except ValueError as exc:  # raised by a dataclass's own __post_init__
        raise ConfigError(f"{where}: {_shortened(str(exc))}") from exc


def to_toml(instance: object) -> str:
    """TOML text that `load_toml` reads back to an equal instance; keys with None are left out."""
    lines: list[str] = []
    _write_table(instance, "", lines)
    return "\n".join(lines).lstrip("\n") + "\n"


def _value(kind: Any, value: Any, where: str, name: str) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        kinds = [k for k in get_args(kind) if k is not type(None)]
        return _value(kinds[0], value, where, name)
    if dataclasses.is_dataclass(kind):
        return from_table(kind, value, f"{where}:{name}")  # type: ignore[arg-type]
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ConfigError(f"{where}: {name} must be a list, got {_shown(value)}")
        item = get_args(kind)[0]
        return tuple(_value(item, v, where, f"{name}[{i}]") for i, v in enumerate(value))
    if kind is float and type(value) is int and abs(value) < _LARGEST:
        value = float(value)
    if type(value) is not kind:
        raise ConfigError(f"{where}: {name} must be {kind.__name__}, got {_shown(value)}")
    if kind is float and not math.isfinite(value):
        raise ConfigError(f"{where}: {name} must be a finite number, got {value!r}")
    return value


def _shown(value: object) -> str:
    """The value as it was written, for a message of one line that a terminal shows whole."""
    try:
        return _shortened(repr(value))
    except (ValueError, RecursionError):  # an integer of thousands of digits, a deep list
        return f"a {type(value).__name__} too long to show"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 60]} ... {text[-50:]}"


def _write_table(instance: Any, prefix: str, lines: list[str]) -> None:
    tables = []
    for field in dataclasses.fields(instance):
        value = getattr(instance, field.name)
        if dataclasses.is_dataclass(value):
            tables.append((field.name, value))
        elif value is not None:
            lines.append(f"{field.name} = {_literal(value)}")
    for name, value in tables:
        lines += ["", f"[{prefix}{name}]"]
        _write_table(value, f"{prefix}{name}.", lines)


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(_literal(v) for v in value) + "]"
    if isinstance(value, str):
        return '"' + "".join(_escape(c) for c in value) + '"'
    return repr(value)


def _escape(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if ord(char) < 0x20 or ord(char) == 0x7F:
        return f"\\u{ord(char):04x}"
    return char
