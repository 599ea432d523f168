"""Board descriptors: hardware, one TOML file each, named by the board's id."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from edgekws import strict
from edgekws.errors import ConfigError, UsageError
from edgekws.kernel import Body
from edgekws.resources import boards_folder

CORES = {
    "cortex-m0": "-mcpu=cortex-m0",
    "cortex-m0plus": "-mcpu=cortex-m0plus",
    "cortex-m3": "-mcpu=cortex-m3",
    "cortex-m4": "-mcpu=cortex-m4",
    "cortex-m7": "-mcpu=cortex-m7",
    "cortex-m33": "-mcpu=cortex-m33",
    "cortex-m33+nodsp": "-mcpu=cortex-m33+nodsp",
    "cortex-m55": "-mcpu=cortex-m55",
}

_BODIES = {
    "cortex-m4": Body.DSP,
    "cortex-m7": Body.DSP,
    "cortex-m33": Body.DSP,
    "cortex-m55": Body.MVE,
}

_EMULATED = {
    "cortex-m0": ("microbit", "mps2_an385"),
    "cortex-m0plus": ("microbit", "mps2_an385"),
    "cortex-m3": ("mps2_an385",),
    "cortex-m4": ("mps2_an386",),
    "cortex-m7": ("mps2_an500",),
    "cortex-m33": ("mps2_an505",),
    "cortex-m33+nodsp": ("mps2_an521",),
    "cortex-m55": ("mps3_an547",),
}


@dataclass(frozen=True)
class Cpu:
    """The core as gcc names it, its floating-point unit (``none`` or gcc's name) and clock."""

    core: str
    clock_hz: int
    fpu: str = "none"

    def __post_init__(self) -> None:
        if self.core not in CORES:
            raise ValueError(f"core {self.core!r} is not known; known: {', '.join(CORES)}")
        if self.clock_hz <= 0:
            raise ValueError("clock_hz must be above 0")

    @property
    def body(self) -> Body:
        """Which body of each kernel runs best on it."""
        return _BODIES.get(self.core, Body.PORTABLE)

    @property
    def gcc_flags(self) -> tuple[str, ...]:
        """Flags that select this core, its FPU and the calling convention that goes with it."""
        if self.fpu == "none":
            return ("-mthumb", CORES[self.core], "-mfloat-abi=soft")
        return ("-mthumb", CORES[self.core], f"-mfpu={self.fpu}", "-mfloat-abi=hard")


@dataclass(frozen=True)
class Memory:
    """Where code and data live. Origins are byte addresses, sizes bytes.

    ``const`` is a second memory that can be read like flash; where there is one, weights and
    tables go there and leave the flash to the code.
    """

    flash_origin: int
    flash_bytes: int
    ram_origin: int
    ram_bytes: int
    const_origin: int = 0
    const_bytes: int = 0  # 0: there is none
    stack_bytes: int = 2048  # taken from the RAM

    def __post_init__(self) -> None:
        if min(self.flash_bytes, self.ram_bytes, self.stack_bytes) <= 0 or self.const_bytes < 0:
            raise ValueError("flash_bytes, ram_bytes and stack_bytes must be above 0")
        if self.stack_bytes % 8 or self.stack_bytes >= self.ram_bytes:
            raise ValueError("stack_bytes must be a multiple of 8 and below ram_bytes")


@dataclass(frozen=True)
class Emulator:
    """The QEMU machine that is this board.

    ``stands_in`` marks an FPGA board that stands in for any chip with its core: what it cannot do
    in time is no reason to refuse a program.
    """

    machine: str
    stands_in: bool = False


@dataclass(frozen=True)
class Energy:
    """What one clock cycle of the running core takes from the supply, picojoules, and who says so.

    1 uA/MHz at 1 V is 1 pJ.
    """

    low_pj_per_cycle: float
    high_pj_per_cycle: float
    url: str

    def __post_init__(self) -> None:
        if not 0 < self.low_pj_per_cycle <= self.high_pj_per_cycle:
            raise ValueError("need 0 < low_pj_per_cycle <= high_pj_per_cycle")


@dataclass(frozen=True)
class Microphone:
    """A microphone that a driver of ``firmware_templates/drivers`` reads.

    A pin is 32 * port + number. ``supply_pin`` switches the microphone on; -1 where none does.
    """

    driver: str
    clock_pin: int
    data_pin: int
    supply_pin: int = -1

    def __post_init__(self) -> None:
        if not 0 <= self.clock_pin < 64 or not 0 <= self.data_pin < 64 or self.supply_pin >= 64:
            raise ValueError("clock_pin, data_pin and supply_pin must be below 64")


@dataclass(frozen=True)
class Board:
    """One board. Its id is the file's name, never a field that can disagree."""

    schema: int
    name: str
    url: str
    target: str
    cpu: Cpu
    memory: Memory
    emulator: Emulator | None = None
    energy: Energy | None = None
    microphone: Microphone | None = None

    def __post_init__(self) -> None:
        if self.schema != 1:
            raise ValueError(f"schema {self.schema} is not known here; this edgekws reads 1")
        if not self.name.isprintable() or not self.url.isprintable():
            raise ValueError("name and url must be one line")  # they stand in generated comments

    @property
    def keeps_time(self) -> bool:
        """Whether sound arrives on it as time goes by, so that it must be fast enough."""
        return self.emulator is None or not self.emulator.stands_in


def load_board(path: Path) -> Board:
    """Read one descriptor. Raises `ConfigError` naming file, table and key."""
    return strict.load_toml(Board, path)


def board_ids() -> tuple[str, ...]:
    """Sorted ids of the boards that come with edgekws."""
    return tuple(sorted(path.stem for path in boards_folder().glob("*.toml")))


def emulated_ids() -> tuple[str, ...]:
    """Sorted ids of the boards that QEMU has."""
    ids = ((name, load_board(boards_folder() / f"{name}.toml")) for name in board_ids())
    return tuple(name for name, board in ids if board.emulator is not None)


def find_board(name: str) -> tuple[str, Board]:
    """Return id and descriptor of a board by its id, or by the path of a TOML file.

    Raises
    ------
    UsageError
        No board has this id; lists the known ones.
    ConfigError
        The file does not fit.
    """
    if name.endswith(".toml"):
        path = Path(name)
        if not path.exists():
            raise ConfigError(f"{path}: no such board file")
        if not re.fullmatch(r"[\w.+-]+", path.stem):
            raise ConfigError(
                f"{path}: the file's name is the board's id; "
                "use letters, digits, '_', '.', '+' and '-'"
            )
        return path.stem, load_board(path)
    if name not in board_ids():
        raise UsageError(f"board {name!r} is not known; known: {', '.join(board_ids())}")
    return name, load_board(boards_folder() / f"{name}.toml")


def emulated(board_id: str, board: Board) -> tuple[tuple[str, Board], ...]:
    """Boards that QEMU has and that can run the code of ``board``, nearest first.

    Their memory and machine are QEMU's, their core is that of ``board``. The first is ``board``
    itself where QEMU has it; a Cortex-M3 also runs the code of a Cortex-M0, with more memory.
    """
    ids = [name for name in _EMULATED[board.cpu.core] if name != board_id]
    others = [(name, load_board(boards_folder() / f"{name}.toml")) for name in ids]
    found = [(name, replace(other, cpu=board.cpu)) for name, other in others]
    return ((board_id, board), *found) if board.emulator else tuple(found)
