"""Count what a program executes in QEMU: instructions, by function and by place in the calls.

The counting is done by a plugin, ``firmware_templates/host/kws_qemu_count.c``, compiled once with
the host's compiler. QEMU executes the very instructions of the core and repeats exactly; it knows
no clock cycles, for which see `edgekws.firmware.cycles`.
"""

from __future__ import annotations

import functools
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edgekws.audio.cache import cache_folder
from edgekws.boards import Emulator
from edgekws.errors import BuildError
from edgekws.files import replacing, sha256
from edgekws.firmware import toolchain
from edgekws.firmware.build import WARNINGS, Program
from edgekws.firmware.emulate import Outcome, run_emulated
from edgekws.firmware.symbols import Symbols, read_symbols
from edgekws.resources import templates_folder

_FLAGS = (*WARNINGS, "-O2", "-fPIC", "-shared")
_PROGRAM = 0  # number of the place that is the program itself


@dataclass(frozen=True)
class Piece:
    """Straight code: its first address, its bytes, how often it ran and was left by a branch."""

    start: int
    bytes: int
    runs: int
    taken: int


@dataclass(frozen=True)
class Place:
    """One function where it was called from. ``instructions`` include what it called.

    ``least`` and ``most`` are those of one call. ``pieces`` leave out the watched functions that
    it called.
    """

    function: str  # "" is the program itself
    parent: int  # number of the place that called it, -1 for the program
    position: int  # among the calls of a series, else 0
    calls: int
    instructions: int
    least: int
    most: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Counts:
    """What one run of a program executed; ``stack_bytes`` is the deepest that was written."""

    places: tuple[Place, ...]
    stack_bytes: int
    outcome: Outcome

    def of(self, function: str, parent: int | None = None) -> list[int]:
        """Numbers of the places that are ``function``, in order of their first call."""
        return [
            number
            for number, place in enumerate(self.places)
            if place.function == function and parent in (None, place.parent)
        ]

    def children(self, parent: int) -> list[int]:
        """Numbers of the places that ``parent`` called, in order of their position."""
        found = [n for n, place in enumerate(self.places) if place.parent == parent]
        return sorted(found, key=lambda n: self.places[n].position)

    def pieces(self, number: int, without: Sequence[str] = ()) -> tuple[Piece, ...]:
        """All code that ran in a place and in what it called, but for functions ``without``."""
        below = [
            piece
            for child in self.children(number)
            if self.places[child].function not in without
            for piece in self.pieces(child, without)
        ]
        return (*self.places[number].pieces, *below)


def count(
    program: Program,
    emulator: Emulator,
    arguments: Sequence[str] = (),
    *,
    watch: Sequence[str] = (),
    series: Sequence[str] = (),
    timeout_s: float = 600.0,
) -> Counts:
    """Run ``program`` in QEMU and count.

    Parameters
    ----------
    watch
        Functions to tell apart; one that the linker left out is left out here.
    series
        Functions whose watched calls are told apart by their position, such as layers.

    Raises
    ------
    ToolMissing
        There is no compiler for this machine, or no QEMU.
    BuildError
        The plugin does not compile, or the program faulted or did not end in time.
    """
    symbols = read_symbols(program.elf)
    library = plugin_library(toolchain.host_compiler())
    with tempfile.TemporaryDirectory(prefix="edgekws-count-") as folder:
        out = Path(folder) / "counts.txt"
        words = [str(library), f"out={out}", _stack(symbols)]
        words += [f"watch={symbols.address(name):x}" for name in watch if name in symbols]
        words += [f"series={symbols.address(name):x}" for name in series if name in symbols]
        plugin = ("-plugin", ",".join(words))
        outcome = run_emulated(program, emulator, arguments, timeout_s=timeout_s, options=plugin)
        if not out.exists():
            raise BuildError(f"{emulator.machine}: nothing was counted: {outcome.complaints}")
        return _read(out.read_text(encoding="ascii"), symbols, outcome)


@functools.cache
def plugin_library(compiler: str) -> Path:
    """Compile the plugin, unless that was done; its name is the hash of what it is made from."""
    source = templates_folder() / "host" / "kws_qemu_count.c"
    version = subprocess.run([compiler, "--version"], capture_output=True, check=False).stdout
    digest = sha256(b"\0".join([version, " ".join(_FLAGS).encode(), source.read_bytes()]))
    path = cache_folder() / "libraries" / f"count-{digest[:32]}.so"
    if not path.exists():
        with replacing(path) as temporary:
            command = [compiler, *_FLAGS, str(source), "-o", str(temporary)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise BuildError(f"{compiler} cannot compile the counter: {done.stderr.strip()}")
    return path


def _stack(symbols: Symbols) -> str:
    low, high = (symbols.address(f"kws_stack_{end}") for end in ("bottom", "top"))
    return f"stack={low:x}:{high:x}"


def _read(text: str, symbols: Symbols, outcome: Outcome) -> Counts:
    rows = [line.split() for line in text.splitlines()]
    pieces: dict[int, list[Piece]] = {}
    for row in rows:
        if row[0] == "piece":
            piece = Piece(int(row[2], 16), int(row[3]), int(row[4]), int(row[5]))
            pieces.setdefault(int(row[1]), []).append(piece)
    places = [
        _place(row, symbols, pieces.get(int(row[1]), [])) for row in rows if row[0] == "place"
    ]
    lowest = next(int(row[1], 16) for row in rows if row[0] == "stack")
    return Counts(tuple(places), symbols.address("kws_stack_top") - lowest, outcome)


def _place(row: Sequence[str], symbols: Symbols, pieces: Sequence[Piece]) -> Place:
    position, calls, instructions, least, most = (int(word) for word in row[4:9])
    return Place(
        function="" if int(row[1]) == _PROGRAM else symbols.name(int(row[3], 16)),
        parent=int(row[2]),
        position=position,
        calls=calls,
        instructions=instructions,
        least=least,
        most=most,
        pieces=tuple(sorted(pieces, key=lambda piece: piece.start)),
    )
