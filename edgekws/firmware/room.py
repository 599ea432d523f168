"""Whether a network can fit a board at all, known before anything is compiled."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np

from edgekws.boards import Board, emulated
from edgekws.codegen.spotter import Keywords
from edgekws.errors import BoardTooSmall
from edgekws.kernel import Kernel

T = TypeVar("T")


def refuse_if_hopeless(keywords: Keywords, board_id: str, board: Board, way: str = "") -> None:
    """Raise `BoardTooSmall` when the constants or the arena alone are too large.

    ``way`` is as in `refuse_if_more`.
    """
    view = keywords.on(board).model_view()
    kernels = [node.op.kernel(board.cpu.body) for node in keywords.graph.nodes]
    arena = view.inference_arena_bytes + view.state_bytes
    refuse_if_more(_constant_bytes(kernels), arena, board_id, board, way)


def refuse_without_machine(keywords: Keywords, board_id: str, board: Board, way: str = "") -> None:
    """As `refuse_if_hopeless`, when no machine of QEMU with the core of ``board`` has room."""

    def refuse(machine_id: str, machine: Board) -> None:
        refuse_if_hopeless(keywords, machine_id, machine, way)

    on_first_with_room(emulated(board_id, board), refuse)


def on_first_with_room(
    machines: Sequence[tuple[str, Board]], attempt: Callable[[str, Board], T]
) -> T:
    """Return what ``attempt`` does on the first machine where it raises no `BoardTooSmall`.

    What it raises on the last of them is raised.
    """
    *smaller, last = machines
    for machine in smaller:
        with contextlib.suppress(BoardTooSmall):
            return attempt(*machine)
    return attempt(*last)


def refuse_if_more(flash: int, arena: int, board_id: str, board: Board, way: str = "") -> None:
    """Raise `BoardTooSmall` when so many bytes are more than there are.

    ``way`` ends the message with what else can be done.
    """
    memory = board.memory
    for what, need, there in (
        ("flash", flash, memory.flash_bytes + memory.const_bytes),
        ("RAM", arena + memory.stack_bytes, memory.ram_bytes),
    ):
        if need > there:
            raise BoardTooSmall(
                f"{board_id}: the program does not fit: {what} at least {need:,} bytes needed, "
                f"{there:,} there (too small); choose a smaller model or a larger board{way}"
            )


def _constant_bytes(kernels: Iterable[Kernel | None]) -> int:
    tables = [value for kernel in kernels if kernel for _, value in kernel.fields]
    return sum(table.nbytes for table in tables if isinstance(table, np.ndarray))
