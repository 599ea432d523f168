"""What a linked program has where: names, addresses and sizes."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from edgekws.errors import BuildError
from edgekws.firmware import toolchain

_THUMB = 1  # the lowest bit of a function's address says Thumb; it is not part of the address


@dataclass(frozen=True)
class Symbol:
    """One name; ``bytes`` is 0 where unknown."""

    name: str
    address: int
    bytes: int
    is_code: bool


@dataclass(frozen=True)
class Symbols:
    """All names of one program."""

    all: tuple[Symbol, ...]

    def __contains__(self, name: str) -> bool:
        return any(symbol.name == name for symbol in self.all)

    def address(self, name: str) -> int:
        """Where ``name`` begins. Raises `BuildError` when the program does not have it."""
        for symbol in self.all:
            if symbol.name == name:
                return symbol.address
        raise BuildError(f"the program has no {name}")

    def name(self, address: int) -> str:
        """Name of the function that begins at ``address``."""
        found = [s.name for s in self.all if s.is_code and s.address == address]
        return found[0] if found else f"0x{address:x}"

    def bytes_of(self, names: frozenset[str]) -> int:
        """Bytes that the named things take together."""
        return sum(symbol.bytes for symbol in self.all if symbol.name in names)


def read_symbols(elf: Path) -> Symbols:
    """Read the names of a program for a board.

    Raises
    ------
    ToolMissing
        The cross compiler's tools are not installed.
    BuildError
        The file is no program.
    """
    readelf = toolchain.find(toolchain.ARM_GCC).removesuffix("gcc") + "readelf"
    command = [readelf, "--syms", "--wide", str(elf)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = [line.split() for line in done.stdout.splitlines()]
    named = [row for row in rows if len(row) == 8 and row[0].rstrip(":").isdigit()]
    if done.returncode != 0 or not named:
        raise BuildError(f"{elf}: {done.stderr.strip() or 'no program'}")
    return Symbols(tuple(_symbol(row) for row in named))


def _symbol(row: list[str]) -> Symbol:
    """``number: address size type bind visibility section name``."""
    is_code = row[3] == "FUNC"
    address = int(row[1], 16)
    return Symbol(row[7], address & ~_THUMB if is_code else address, int(row[2], 0), is_code)
