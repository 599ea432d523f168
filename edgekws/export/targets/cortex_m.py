"""``cortex-m``: a project for a board with an Arm Cortex-M, measured by linking it.

Its layouts are those of `edgekws.codegen.layouts`. Their C is the same, so what another tool will
make of one is predicted from the program of the layout ``make``.
"""

from __future__ import annotations

from dataclasses import dataclass

from edgekws.boards import Board
from edgekws.codegen.layout import MAKE, find_layout
from edgekws.codegen.project import generate, include, units
from edgekws.codegen.spotter import Keywords
from edgekws.errors import BoardTooSmall, ToolMissing
from edgekws.export.target import MEASURED, PREDICTED, UNKNOWN, Files, Place, Size, Sizes, Target
from edgekws.firmware import toolchain
from edgekws.firmware.build import Sources, build_board, workspace
from edgekws.firmware.room import refuse_if_hopeless
from edgekws.firmware.stack import StackBound, stack_bound


@dataclass(frozen=True)
class CortexM(Target):
    """C for a bare core with start-up code, linker script and Makefile, or for another tool."""

    name = "cortex-m"
    default_board = "mps2_an386"
    chosen: str = MAKE

    @property
    def layout(self) -> str:
        """Name of a file of `edgekws.codegen.layouts`."""
        return self.chosen

    def laid_out(self, layout: str) -> CortexM:
        """Return this target with another layout. Raises `UsageError` listing the known ones."""
        find_layout(layout)
        return CortexM(layout)

    def generate(
        self, keywords: Keywords, place: Place | None, *, command: str, verified: str
    ) -> Files:
        """Return the files of the layout."""
        assert place is not None
        lay_out = find_layout(self.layout)
        return lay_out(keywords, *place, command=command, verified=verified)

    def measure(self, files: Files, keywords: Keywords, place: Place | None) -> Sizes:
        """Link the program for its board; without a cross compiler only what is sure is checked."""
        assert place is not None
        try:
            toolchain.find(toolchain.ARM_GCC)
        except ToolMissing as exc:
            refuse_if_hopeless(keywords, *place)
            unknown = Size(None, UNKNOWN, str(exc))
            return Sizes(unknown, unknown)
        origin, why = MEASURED, ""
        if self.layout != MAKE:
            files = generate(keywords, *place, command="edgekws export", verified="no")
            origin, why = PREDICTED, f"linked for {place[0]} with --layout {MAKE}"
        parts = units(files)
        sources = Sources(("main.c", *parts.common, *parts.board), include(files))
        with workspace(files) as folder:
            program = build_board(folder, sources, *place)
            bound = stack_bound(program, place[1])
        refuse_if_deeper(bound, *place)
        return Sizes(
            Size(program.flash_bytes, origin, why),
            Size(program.ram_bytes, origin, why),
            Size(bound.bytes, PREDICTED, "deepest chain of calls and one interrupt"),
        )


def refuse_if_deeper(bound: StackBound, board_id: str, board: Board) -> None:
    """Raise `BoardTooSmall` when the program may need more stack than the board reserves."""
    there = board.memory.stack_bytes
    if bound.bytes > there:
        raise BoardTooSmall(
            f"{board_id}: the stack may take {bound.bytes:,} bytes ({' -> '.join(bound.path)}), "
            f"{there:,} are reserved; raise stack_bytes in the board's file"
        )


TARGET = CortexM()
