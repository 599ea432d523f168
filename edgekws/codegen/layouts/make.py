"""``make``: a whole program for one board, built by Make or CMake."""

from __future__ import annotations

from edgekws.boards import Board
from edgekws.codegen import project
from edgekws.codegen.spotter import Keywords


def generate(
    keywords: Keywords, board_id: str, board: Board, *, command: str, verified: str
) -> dict[str, str | bytes]:
    """Return the files of `edgekws.codegen.project`."""
    return {**project.generate(keywords, board_id, board, command=command, verified=verified)}
