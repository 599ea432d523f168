"""Read a FlatBuffers file that may be damaged or hostile: every offset is checked before use.

FlatBuffers layout: a table begins with the distance back to its vtable; the vtable holds its own
size, the table's size, and per field the distance from the table's start (0: not there).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from edgekws.errors import ModelError

Number = TypeVar("Number", bound=np.generic)


@dataclass(eq=False)
class Source:
    """The bytes of one file, and how many of them may still be read.

    A sound file is read about once. One whose vectors point to the same bytes over and over could
    fill the memory from a few kilobytes; the allowance ends that.
    """

    data: bytes
    where: str  # begins every message
    allowance: int = field(init=False)

    def __post_init__(self) -> None:
        self.allowance = 8 * len(self.data) + 65_536

    def error(self, text: str) -> ModelError:
        """Make the error to raise."""
        return ModelError(f"{self.where}: {text}")

    def span(self, position: int, size: int) -> int:
        """Return ``position`` if ``size`` bytes from there lie in the file and may be read."""
        if position < 0 or size < 0 or position + size > len(self.data):
            raise self.error(
                f"damaged or truncated: needs bytes {position}..{position + size}, "
                f"has {len(self.data)}; copy or convert the file again"
            )
        self.allowance -= size
        if self.allowance < 0:
            raise self.error("damaged: its parts overlap; convert the file again")
        return position

    def number(self, kind: str, position: int) -> int:
        """One integer; ``kind`` is its letter in `struct`."""
        size = struct.calcsize(kind)
        return int(struct.unpack_from(f"<{kind}", self.data, self.span(position, size))[0])

    def target(self, position: int) -> int:
        """Where the offset stored at ``position`` points to."""
        return position + self.number("I", position)

    def root(self) -> Table:
        """Return the table the file begins with."""
        return Table(self, self.target(0))


class Table:
    """One table of the file; a field is addressed by its number in the schema."""

    def __init__(self, source: Source, position: int) -> None:
        self.source = source
        self._position = source.span(position, 4)
        self._vtable = position - source.number("i", position)
        self._vtable_bytes = source.number("H", self._vtable)
        source.span(self._vtable, self._vtable_bytes)
        self._bytes = source.number("H", self._vtable + 2)
        source.span(position, self._bytes)

    def _field(self, number: int, size: int) -> int | None:
        entry = 4 + 2 * number
        if entry + 2 > self._vtable_bytes:
            return None
        offset = self.source.number("H", self._vtable + entry)
        if offset == 0:
            return None
        if offset < 4 or offset + size > self._bytes:
            raise self.source.error(f"damaged: field {number} lies outside its table")
        return self._position + offset

    def integer(self, number: int, kind: str = "i", default: int = 0) -> int:
        """Return a scalar field; ``kind`` is its letter in `struct`."""
        position = self._field(number, struct.calcsize(kind))
        return default if position is None else self.source.number(kind, position)

    def real(self, number: int, default: float = 0.0) -> float:
        """Return a float32 field, exactly."""
        bits = self.integer(number, "I", struct.unpack("<I", struct.pack("<f", default))[0])
        return float(struct.unpack("<f", struct.pack("<I", bits))[0])

    def table(self, number: int) -> Table | None:
        """Return the table that a field points to."""
        position = self._field(number, 4)
        return None if position is None else Table(self.source, self.source.target(position))

    def tables(self, number: int) -> list[Table]:
        """Return a vector of tables; empty when the field is not there."""
        start, count = self._vector(number, 4)
        return [Table(self.source, self.source.target(start + 4 * i)) for i in range(count)]

    def array(self, number: int, dtype: type[Number]) -> npt.NDArray[Number] | None:
        """Return a vector of numbers as a read-only view; None when the field is not there."""
        kind = np.dtype(dtype).newbyteorder("<")
        if self._field(number, 4) is None:
            return None
        start, count = self._vector(number, kind.itemsize)
        return np.frombuffer(self.source.data, kind, count, start).astype(dtype, copy=False)

    def text(self, number: int) -> str:
        """Return a string; empty when the field is not there. Wrong UTF-8 shows as marks."""
        start, count = self._vector(number, 1)
        return self.source.data[start : start + count].decode("utf-8", errors="replace")

    def _vector(self, number: int, item_bytes: int) -> tuple[int, int]:
        position = self._field(number, 4)
        if position is None:
            return 0, 0
        start = self.source.target(position)
        count = self.source.number("I", start)
        return self.source.span(start + 4, count * item_bytes), count
