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
    """One name. ``kind`` is the letter that ``nm`` gives it; ``bytes`` is 0 where unknown."""

    name: str
    address: int
    bytes: int
    kind: str

    @property
    def is_code(self) -> bool:
        """Whether it is a function."""
        return self.kind in "tTwW"


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
                return symbol.address & ~_THUMB if symbol.is_code else symbol.address
        raise BuildError(f"the program has no {name}")

    def name(self, address: int) -> str:
        """Name of the function that begins at ``address``."""
        found = [s.name for s in self.all if s.is_code and s.address & ~_THUMB == address]
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
    """
    nm = toolchain.find(toolchain.ARM_GCC).removesuffix("gcc") + "nm"
    done = subprocess.run([nm, "--print-size", elf], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"{elf}: {done.stderr.strip()}")
    return Symbols(tuple(_symbol(line.split()) for line in done.stdout.splitlines()))


def _symbol(words: list[str]) -> Symbol:
    """``address [size] kind name``."""
    size = int(words[1], 16) if len(words) == 4 else 0
    return Symbol(words[-1], int(words[0], 16), size, words[-2])
