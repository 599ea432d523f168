"""The counter gives exact numbers: of instructions, calls, taken branches and stack."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import bare_program, tools

from edgekws.boards import find_board
from edgekws.errors import BuildError, ToolMissing
from edgekws.firmware import count as counting
from edgekws.firmware.build import build_board, workspace
from edgekws.firmware.count import Counts, count
from edgekws.firmware.cycles import instructions_of, kinds
from edgekws.firmware.instructions import Instruction, Kind, disassemble
from edgekws.firmware.symbols import read_symbols

# Written in assembly, so that every number is known beforehand.
#   leaf    4 + 3 * turns - 1 instructions: a loop whose last branch is not taken
#   jumps   ends in a jump to leaf, so both return at once
#   twice   calls leaf and jumps, and writes 16 bytes of stack
PROGRAM = """
__asm__(".syntax unified\\n"
        ".thumb\\n"
        ".thumb_func\\n.global leaf\\n.type leaf, %function\\n"
        "leaf: movs r1, #0\\n movs r2, #0\\n"
        "1: adds r1, #1\\n cmp r1, r0\\n bne 1b\\n bx lr\\n"
        ".thumb_func\\n.global jumps\\n.type jumps, %function\\n"
        "jumps: movs r0, #5\\n b leaf\\n"
        ".thumb_func\\n.global twice\\n.type twice, %function\\n"
        "twice: push {r4, lr}\\n sub sp, #8\\n str r0, [sp]\\n"
        "movs r0, #7\\n bl leaf\\n bl jumps\\n movs r0, #2\\n bl leaf\\n"
        "add sp, #8\\n pop {r4, pc}\\n");
void twice(int);
int main(void)
{
    twice(1);
    twice(2);
    return 0;
}
"""


def leaf(turns: int) -> int:
    """Instructions of one call."""
    return 3 + 3 * turns


JUMPS = 2 + leaf(5)
TWICE = 10 + leaf(7) + JUMPS + leaf(2)


def counted(board_id: str, main: str = PROGRAM) -> tuple[Counts, dict[int, Instruction]]:
    tools.require("cc", *tools.CROSS)
    board_id, board = find_board(board_id)
    assert board.emulator is not None
    with workspace(bare_program.files(main, board_id, board)) as folder:
        program = build_board(folder, bare_program.SOURCES, board_id, board)
        watch = ("main", "leaf", "jumps", "not_there")
        counts = count(program, board.emulator, watch=watch, series=("twice",))
        ends = [piece.start + piece.bytes for piece in counts.pieces(0)]
        starts = [piece.start for piece in counts.pieces(0)]
        return counts, disassemble(program.elf, min(starts), max(ends))


@pytest.mark.qemu
@pytest.mark.parametrize("board_id", ["microbit", "mps2_an385", "mps2_an521", "mps3_an547"])
def test_every_number_is_exact(board_id: str) -> None:
    counts, code = counted(board_id)
    assert counts.outcome.status == 0
    (main,) = counts.of("main")
    (twice,) = counts.of("twice", main)
    place = counts.places[twice]
    assert (place.calls, place.least, place.most) == (2, TWICE, TWICE)
    inside = [counts.places[number] for number in counts.children(twice)]
    expected = [("leaf", 0, leaf(7)), ("jumps", 1, JUMPS), ("leaf", 2, leaf(2))]
    assert [(p.function, p.position, p.most) for p in inside] == expected
    assert all(p.calls == 2 and p.instructions == 2 * p.most for p in inside)
    (nested,) = counts.of("leaf", counts.children(twice)[1])
    assert counts.places[nested].instructions == 2 * leaf(5)
    taken = sum(piece.taken for piece in counts.pieces(twice))
    loops, calls_and_returns, jump = (6 + 4 + 1), 3 + 3 + 1, 1
    assert taken == 2 * (loops + calls_and_returns + jump)
    assert kinds(counts.pieces(twice), code)[Kind.LOAD] == 2


@pytest.mark.qemu
@pytest.mark.parametrize("board_id", ["microbit", "mps2_an386", "mps2_an505", "mps3_an547"])
def test_pieces_add_up_to_all_instructions(board_id: str) -> None:
    """Over 2 KB of code, so that instructions of both sizes lie across the pages of QEMU."""
    turns = "\n".join(f"    x = x * {i + 3} + (x >> {i % 7}) + y[{i}];" for i in range(400))
    main = f"""
#include <stdint.h>
static volatile uint32_t y[400];
int main(void)
{{
    uint32_t x = y[3];
{turns}
    return (int)(x & 1);
}}
"""
    counts, code = counted(board_id, main)
    total = sum(len(instructions_of(p, code)) * p.runs for p in counts.pieces(0))
    assert total == counts.places[0].instructions


@pytest.mark.qemu
def test_stack_is_what_was_written() -> None:
    shallow, _ = counted("mps2_an386")
    deep, _ = counted("mps2_an386", PROGRAM.replace("sub sp, #8", "sub sp, #72").replace(
        "add sp, #8", "add sp, #72"))  # fmt: skip
    assert deep.stack_bytes - shallow.stack_bytes == 64


@pytest.mark.qemu
def test_a_fault_is_reported() -> None:
    with pytest.raises(BuildError, match="fault: exception 3"):
        counted("mps2_an386", 'int main(void) { __asm__ volatile("udf #1"); return 0; }\n')


@pytest.mark.qemu
def test_names_of_a_program() -> None:
    tools.require(*tools.CROSS)
    board_id, board = find_board("mps2_an386")
    main = "static const volatile int table[5] = {1};\nint main(void) { return table[1]; }\n"
    with workspace(bare_program.files(main, board_id, board)) as folder:
        elf = build_board(folder, bare_program.SOURCES, board_id, board).elf
        symbols = read_symbols(elf)
        assert symbols.bytes_of(frozenset({"table"})) == 20
        assert symbols.name(symbols.address("main")) == "main"
        with pytest.raises(BuildError, match="the program has no nowhere"):
            symbols.address("nowhere")
        with pytest.raises(BuildError, match=r"nothing\.elf"):
            read_symbols(folder / "nothing.elf")


def test_a_missing_host_compiler_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    with pytest.raises(ToolMissing, match="gcc: not installed"):
        counting.toolchain.host_compiler()


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_plugin_compiles_once(
    compiler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools.require(compiler)
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(tmp_path))
    library = counting.plugin_library.__wrapped__(compiler)
    made = library.stat().st_mtime_ns
    assert counting.plugin_library.__wrapped__(compiler) == library
    assert library.stat().st_mtime_ns == made
