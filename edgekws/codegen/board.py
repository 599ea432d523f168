"""A board as C needs it: where its memory lies and how the core starts."""

from __future__ import annotations

from dataclasses import dataclass

from edgekws.boards import Board
from edgekws.codegen.environment import Banner, render


@dataclass(frozen=True)
class BoardView:
    """What the templates may know about a board. Every value is final text."""

    id: str
    name: str
    core: str
    gcc_flags: str
    machine: str  # of QEMU; empty where it has none
    flash_origin: str
    flash_bytes: str
    ram_origin: str
    ram_bytes: str
    has_const: bool
    const_origin: str
    const_bytes: str
    stack_bytes: str
    constructors: bool = False  # C++ objects are made before main()


def board_view(board_id: str, board: Board) -> BoardView:
    """Turn a descriptor into text."""
    memory = board.memory
    return BoardView(
        id=board_id,
        name=board.name,
        core=board.cpu.core,
        gcc_flags=" ".join(board.cpu.gcc_flags),
        machine=board.emulator.machine if board.emulator else "",
        flash_origin=f"0x{memory.flash_origin:08X}",
        flash_bytes=str(memory.flash_bytes),
        ram_origin=f"0x{memory.ram_origin:08X}",
        ram_bytes=str(memory.ram_bytes),
        has_const=memory.const_bytes > 0,
        const_origin=f"0x{memory.const_origin:08X}",
        const_bytes=str(memory.const_bytes),
        stack_bytes=str(memory.stack_bytes),
    )


def linker_script(view: BoardView, banner: Banner) -> str:
    """``linker.ld``: code to flash, variables and stack to RAM, weights to where they belong."""
    return render("cortex_m/linker.ld.j2", banner, {"board": view})


def startup(view: BoardView, banner: Banner) -> str:
    """``startup.c``: from reset to ``main()``, and what happens on a fault."""
    return render("cortex_m/startup.c.j2", banner, {"board": view})
