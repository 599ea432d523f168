"""Programs start on every emulated board, see their arguments and files, and report faults."""

from __future__ import annotations

import dataclasses

import pytest
from support import bare_program, tools

from edgekws.boards import emulated_ids, find_board
from edgekws.errors import BuildError
from edgekws.firmware.build import build_board, build_host, workspace
from edgekws.firmware.emulate import Outcome, run_emulated, run_host

ECHO = """
#include "kws_io.h"
static int32_t counter = 41;
static int32_t zero;
static volatile float ratio = 0.5f;
int main(int argc, char **argv)
{
    char text[8] = {0};
    int32_t file = kws_io_open_to_read(argc > 2 ? argv[2] : "none");
    int32_t copy = kws_io_open_to_write("out.txt");
    int32_t bytes;
    if (file < 0 || copy < 0) {
        kws_io_print("no file\\n");
        return 9;
    }
    bytes = kws_io_read(file, text, 7);
    counter += 1 + zero;
    ratio *= 3.0f;
    kws_io_print(argv[1]);
    kws_io_print_number(bytes, 4, '0');
    kws_io_print_number(-2147483647 - 1, 1, ' ');
    kws_io_print(text);
    (void)kws_io_write(copy, text, bytes);
    kws_io_close(copy);
    return (int)counter + (ratio > 1.4f && ratio < 1.6f ? 0 : 1);
}
"""


def run(main: str, board_id: str, *arguments: str, timeout_s: float = 20.0) -> Outcome:
    tools.require(*tools.CROSS)
    board_id, board = find_board(board_id)
    files = {**bare_program.files(main, board_id, board), "a,b c.txt": "hello"}
    with workspace(files) as folder:
        program = build_board(folder, bare_program.SOURCES, board_id, board)
        assert board.emulator is not None
        return run_emulated(program, board.emulator, arguments, timeout_s=timeout_s)


@pytest.mark.qemu
@pytest.mark.parametrize("board_id", emulated_ids())
def test_every_board_runs_a_program(board_id: str) -> None:
    outcome = run(ECHO, board_id, "two words", "a,b c.txt")
    assert outcome == Outcome(42, "two words0005-2147483648hello")


def test_the_host_runs_the_same_program() -> None:
    tools.require("gcc")
    board_id, board = find_board("mps2_an386")
    files = {**bare_program.files(ECHO, board_id, board), "a,b c.txt": "hello"}
    with workspace(files) as folder:
        program = build_host(folder, bare_program.HOST_SOURCES)
        outcome = run_host(program, ["two words", "a,b c.txt"])
        assert (folder / "out.txt").read_text() == "hello"
    assert outcome == Outcome(42, "two words0005-2147483648hello")


@pytest.mark.qemu
@pytest.mark.parametrize("board_id", ["microbit", "mps2_an386", "mps2_an505", "mps3_an547"])
def test_a_fault_is_reported(board_id: str) -> None:
    main = 'int main(void) { __asm__ volatile("udf #1"); return 0; }\n'
    with pytest.raises(BuildError, match=r"fault: exception 3.* at 0x"):
        run(main, board_id)


@pytest.mark.qemu
@pytest.mark.parametrize("board_id", ["microbit", "mps2_an386", "mps2_an505", "mps3_an547"])
def test_a_stack_overflow_is_reported(board_id: str) -> None:
    main = """
#include <stdint.h>
static volatile int32_t deepest = 1000000;
static int32_t descend(int32_t depth)
{
    volatile int32_t block[64];
    block[depth & 63] = depth;
    return depth == deepest ? depth : descend(depth + 1) + block[depth & 63];
}
int main(void)
{
    return (int)descend(0);
}
"""
    with pytest.raises(BuildError, match=r"stack is too small|[Ll]ockup"):
        run(main, board_id)


@pytest.mark.qemu
def test_an_endless_program_is_stopped() -> None:
    with pytest.raises(BuildError, match="did not end within 1 s"):
        run("int main(void) { for (;;) { } }\n", "mps2_an386", timeout_s=1.0)


def test_a_crash_on_the_host_is_reported() -> None:
    tools.require("gcc")
    main = "#include <stdlib.h>\nint main(void) { abort(); }\n"
    board_id, board = find_board("mps2_an386")
    with workspace(bare_program.files(main, board_id, board)) as folder:
        program = build_host(folder, dataclasses.replace(bare_program.HOST_SOURCES))
        with pytest.raises(BuildError, match="SIGABRT"):
            run_host(program)
