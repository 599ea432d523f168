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
    view, memory = keywords.on(board).model_view(), board.memory
    kernels = [node.op.kernel(board.cpu.body) for node in keywords.graph.nodes]
    arena = view.inference_arena_bytes + view.state_bytes
    for what, need, there in (
        ("flash", _constant_bytes(kernels), memory.flash_bytes + memory.const_bytes),
        ("RAM", arena + memory.stack_bytes, memory.ram_bytes),
    ):
        if need > there:
            raise BoardTooSmall(
                f"{board_id}: the program does not fit: {what} at least {need:,} bytes needed, "
                f"{there:,} there (too small); choose a smaller model or a larger board"
            )


def _constant_bytes(kernels: Iterable[Kernel | None]) -> int:
    tables = [value for kernel in kernels if kernel for _, value in kernel.fields]
    return sum(table.nbytes for table in tables if isinstance(table, np.ndarray))
