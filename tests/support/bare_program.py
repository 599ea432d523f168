"""Small programs for a board that need nothing but the start-up code."""

from __future__ import annotations

from edgekws.boards import Board
from edgekws.codegen.board import board_view, linker_script, startup
from edgekws.codegen.environment import Banner
from edgekws.firmware.build import Sources
from edgekws.resources import templates_folder

BANNER = Banner("a test", "0" * 64, "test", "no")
SOURCES = Sources(("main.c", "startup.c", "kws_io.c", "kws_io_semihosting.c"))
HOST_SOURCES = Sources(("main.c", "kws_io.c", "kws_io_host.c"))


def files(main: str, board_id: str, board: Board) -> dict[str, str | bytes]:
    """``main.c`` with what starts it on the board or on the host."""
    runtime = templates_folder() / "runtime"
    names = ("kws_io.h", "kws_io.c", "kws_io_semihosting.c", "kws_io_host.c")
    view = board_view(board_id, board)
    return {
        "main.c": main,
        "linker.ld": linker_script(view, BANNER),
        "startup.c": startup(view, BANNER),
        **{name: (runtime / name).read_text() for name in names},
    }
