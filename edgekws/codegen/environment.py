"""The one Jinja environment, its filters, and the banner of every generated file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import jinja2
import numpy as np

from edgekws import __version__
from edgekws.kernel import Array
from edgekws.resources import templates_folder

_INT32_MIN = -(2**31)


@dataclass(frozen=True)
class Banner:
    """Where a generated file comes from."""

    command: str  # edgekws export --target cortex-m --board mps2_an386
    model_sha256: str
    board: str
    verified: str  # "no", or what was proved and how
    version: str = __version__


def environment() -> jinja2.Environment:
    """Return the environment; a misspelt name in a template is an error, not a blank."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_folder()),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters.update(c_array=c_array, c_bytes=c_bytes, c_string=c_string)
    return env


def render(template: str, banner: Banner, views: Mapping[str, object]) -> str:
    """Text of ``template`` (``folder/file.j2``), which sees ``views`` and ``banner``."""
    return environment().get_template(template).render(views, banner=banner)


def c_array(values: Array, per_line: int = 16) -> str:
    """Lines of an initializer for integers of any shape, flattened row by row."""
    numbers = [c_integer(value) for value in values.ravel().tolist()]
    return _lines(numbers, per_line)


def c_bytes(data: bytes, per_line: int = 16) -> str:
    """Lines of an initializer for bytes, hexadecimal."""
    return _lines([f"0x{value:02x}" for value in data], per_line)


def c_integer(value: int) -> str:
    """A C99 constant that has the value and fits its type without a warning."""
    if value == _INT32_MIN:
        return "INT32_MIN"
    if _INT32_MIN < value < 2**31:
        return str(value)
    if 0 <= value < 2**32:
        return f"{value}u"
    return f"INT64_C({value})" if value > -(2**63) else "INT64_MIN"


def c_string(text: str) -> str:
    """A C string literal; bytes outside printable ASCII, and ``?``, become octal escapes."""
    return '"' + "".join(_c_char(byte) for byte in text.encode("utf-8")) + '"'


def c_type(dtype: np.dtype[np.generic]) -> str:
    """``int8`` to ``int8_t``. Raises `TypeError` on anything but sized integers."""
    if not re.fullmatch(r"u?int(8|16|32|64)", dtype.name):
        raise TypeError(f"no C table of {dtype.name}")
    return f"{dtype.name}_t"


def _c_char(byte: int) -> str:
    char = chr(byte)
    if char in '"\\':
        return "\\" + char
    if char == "?" or not 0x20 <= byte < 0x7F:  # two question marks could begin a trigraph
        return f"\\{byte:03o}"
    return char


def _lines(words: list[str], per_line: int) -> str:
    rows = (words[i : i + per_line] for i in range(0, len(words), per_line))
    return "\n".join(f"    {', '.join(row)}," for row in rows)
