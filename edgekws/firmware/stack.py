"""The deepest stack that a program can have, found from its code without running it.

The compiler says what each function takes (``-fstack-usage``), the linked program who calls whom.
A function of the C library, which came compiled, or with assembly in it is measured by its own
instructions. A call through a pointer may go to any function whose address stands somewhere in the
program.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from edgekws.boards import Board
from edgekws.errors import BuildError
from edgekws.firmware import toolchain
from edgekws.firmware.build import Program
from edgekws.firmware.symbols import Symbol, read_symbols

_RESET, _VECTORS = "kws_reset", "vectors"
# Eight words, or with the registers of an FPU 26, and one that aligns them to 8 bytes.
_FRAME_BYTES, _FLOAT_FRAME_BYTES = 36, 108
_LINE = re.compile(r"^ *([0-9a-f]+):\t(\S+)(?:\t([^@;<\n]*))?", re.MULTILINE)
_RELOCATION = re.compile(r"^([0-9a-f]+) +[0-9a-f]+ R_ARM_ABS32 +([0-9a-f]+)", re.MULTILINE)
_NOT_LOADED = ("'.rel.debug", "'.rel.ARM", "'.rel.eh")
_BRANCH = re.compile(r"b(l|x|lx)?(eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|al)?(\.[nw])?$")


@dataclass(frozen=True)
class StackBound:
    """No run of the program takes more stack.

    ``bytes`` is the deepest chain of calls, ``path`` (its functions, the first one calls the
    second), and one interrupt on top: what the core saves, and the deepest handler.
    """

    bytes: int
    path: tuple[str, ...]


@dataclass
class _Function:
    symbol: Symbol
    bytes: int = 0
    calls: set[int] = field(default_factory=set)  # addresses
    calls_pointer: bool = False
    moves_stack: bool = False  # begins again at the top


def stack_bound(program: Program, board: Board) -> StackBound:
    """Bound the stack of a program that `edgekws.firmware.build.build_board` made.

    Raises
    ------
    BuildError
        A function calls itself, or takes an amount of stack that its input decides.
    """
    functions = _functions(program.elf)
    taken, handlers = _addresses(program.elf, set(functions))
    for function in functions.values():
        if function.calls_pointer:
            function.calls |= taken
    deepest = _Deepest(functions)
    reset = next(a for a, f in functions.items() if f.symbol.name == _RESET)
    total, path = deepest.of(reset)
    faults = [deepest.of(address) for address in handlers if functions[address].moves_stack]
    total, path = max([(total, path), *faults])
    interrupt = _FRAME_BYTES if board.cpu.fpu == "none" else _FLOAT_FRAME_BYTES
    nested = [deepest.of(a)[0] for a in handlers - {reset} if not functions[a].moves_stack]
    return StackBound(total + interrupt + max(nested, default=0), path)


class _Deepest:
    def __init__(self, functions: dict[int, _Function]) -> None:
        self.functions = functions
        self.known: dict[int, tuple[int, tuple[str, ...]]] = {}
        self.open: list[int] = []

    def of(self, address: int) -> tuple[int, tuple[str, ...]]:
        """Bytes and path of the deepest chain of calls that begins with a function."""
        function = self.functions[address]
        if address in self.open:
            names = [self.functions[a].symbol.name for a in self.open[self.open.index(address) :]]
            raise BuildError(f"the stack has no bound: {' -> '.join([*names, names[0]])}")
        if address not in self.known:
            self.open.append(address)
            below = max((self.of(call) for call in sorted(function.calls)), default=(0, ()))
            self.open.pop()
            total = function.bytes + below[0]
            self.known[address] = total, (function.symbol.name, *below[1])
        return self.known[address]


def _functions(elf: Path) -> dict[int, _Function]:
    """Functions by address, with what they take and whom they call."""
    said = dict(_said_by_compiler(elf.parent))
    found = {
        symbol.address: _Function(symbol)
        for symbol in read_symbols(elf).all
        if symbol.is_code and symbol.bytes
    }
    lines = {int(a, 16): (word, rest) for a, word, rest in _LINE.findall(_objdump(elf, "-d"))}
    for start, function in found.items():
        measured = 0
        for address in range(start, start + function.symbol.bytes, 2):
            mnemonic, operands = lines.get(address, ("", ""))
            measured += _pushed(function.symbol.name, mnemonic, operands)
            _follow(function, mnemonic, operands, set(found))
        # The compiler does not know what assembly in a function pushes.
        function.bytes = max(measured, said.get(_plain(function.symbol.name), 0))
    return found


def _said_by_compiler(folder: Path) -> Iterator[tuple[str, int]]:
    """Name and bytes of each function; the largest comes last where a name occurs twice."""
    rows = [
        line.split("\t") for path in folder.glob("*.su") for line in path.read_text().splitlines()
    ]
    for place, taken, kind in sorted(rows, key=lambda row: int(row[1])):
        name = place.rsplit(":", maxsplit=1)[1]
        if kind == "dynamic":
            raise BuildError(f"the stack has no bound: {name} takes what its input decides")
        yield _plain(name), int(taken)


def _plain(name: str) -> str:
    """Name without what the compiler adds to a copy: run.constprop.0"""
    return name.split(".", maxsplit=1)[0]


def _pushed(name: str, mnemonic: str, operands: str) -> int:
    """Bytes that one instruction adds to the stack."""
    base = mnemonic.split(".", maxsplit=1)[0]
    if base == "push" or (base.startswith("stm") and operands.startswith("sp!")):
        return 4 * _registers(operands)
    if base == "vpush":
        return 8 * _registers(operands)
    if base.startswith("str") and operands.rstrip().endswith("]!") and "[sp, #-" in operands:
        return int(operands.rsplit("#-", maxsplit=1)[1].split("]", maxsplit=1)[0])
    if base in ("sub", "subs", "subw") and operands.startswith("sp"):
        amount = operands.rsplit(",", maxsplit=1)[1].strip()
        if not amount.startswith("#"):
            raise BuildError(f"the stack has no bound: {name} takes what its input decides")
        return int(amount[1:])
    return 0


def _registers(operands: str) -> int:
    listed = operands[operands.index("{") + 1 : operands.index("}")].split(",")
    ends = [[int(n) for n in re.findall(r"\d+", part)] for part in listed]
    return sum(n[1] - n[0] + 1 if len(n) == 2 else 1 for n in ends)


def _follow(function: _Function, mnemonic: str, operands: str, starts: set[int]) -> None:
    """Note whom one instruction calls, or jumps to for good."""
    function.moves_stack |= mnemonic.startswith("mov") and operands.startswith("sp,")
    if not _BRANCH.match(mnemonic):
        return
    target = operands.strip()
    if not re.fullmatch("[0-9a-f]+", target) or mnemonic.startswith(("bx", "blx")):
        function.calls_pointer |= target != "lr"
    elif int(target, 16) in starts and int(target, 16) != function.symbol.address:
        function.calls.add(int(target, 16))
    elif int(target, 16) == function.symbol.address and mnemonic.startswith("bl"):
        function.calls.add(function.symbol.address)


def _addresses(elf: Path, starts: set[int]) -> tuple[set[int], set[int]]:
    """Functions whose address stands in the program: in its data or code, and in the vectors."""
    vectors = next(s for s in read_symbols(elf).all if s.name == _VECTORS)
    rows = [
        (int(place, 16), int(value, 16) - 1)
        for part in _readelf(elf).split("Relocation section ")
        if not part.startswith(_NOT_LOADED)
        for place, value in _RELOCATION.findall(part)
    ]
    rows = [(place, value) for place, value in rows if value in starts]
    table = range(vectors.address, vectors.address + vectors.bytes)
    handlers = {value for place, value in rows if place in table}
    return {value for place, value in rows if place not in table}, handlers


def _objdump(elf: Path, *options: str) -> str:
    # The newest architecture: without it objdump does not know the vector instructions.
    return _tool("objdump", [*options, "-m", "armv8.1-m.main", "--no-show-raw-insn", str(elf)])


def _readelf(elf: Path) -> str:
    return _tool("readelf", ["--relocs", "--wide", str(elf)])


def _tool(name: str, options: Iterable[str]) -> str:
    path = toolchain.find(toolchain.ARM_GCC).removesuffix("gcc") + name
    done = subprocess.run([path, *options], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"{name}: {done.stderr.strip()}")
    return done.stdout
