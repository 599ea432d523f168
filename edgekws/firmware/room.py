"""Whether a network can fit a board at all, known before anything is compiled."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from edgekws.boards import Board
from edgekws.codegen.spotter import Keywords
from edgekws.errors import BoardTooSmall
from edgekws.kernel import Kernel


def refuse_if_hopeless(keywords: Keywords, board_id: str, board: Board) -> None:
    """Raise `BoardTooSmall` when the constants or the arena alone are too large."""
    view = keywords.on(board).model_view()
    kernels = [node.op.kernel(board.cpu.body) for node in keywords.graph.nodes]
    arena = view.inference_arena_bytes + view.state_bytes
    refuse_if_more(_constant_bytes(kernels), arena, board_id, board)


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
