"""Sizes are those of the linked program, and a program that does not fit is refused with them."""

from __future__ import annotations

import dataclasses

import pytest
from support import bare_program, tools

from edgekws.boards import Board, find_board
from edgekws.errors import BoardTooSmall, BuildError, ToolMissing
from edgekws.firmware import toolchain
from edgekws.firmware.build import (
    Program,
    Sources,
    build_board,
    build_host,
    memory_usage,
    workspace,
)

TABLES = """
#include <stdint.h>
static const int8_t weights[{weights}] = {{1, 2}};
static int8_t arena[{arena}];
static volatile int32_t start[100] = {{7}};
int main(int argc, char **argv)
{{
    const volatile int8_t *weight = &weights[argc];
    volatile int8_t *place = &arena[argc];
    *place = *weight;
    return *place + argv[0][0] + (int)start[argc];
}}
"""


def build(board_id: str, weights: int, arena: int, board: Board | None = None) -> Program:
    tools.require("arm-none-eabi-gcc")
    board_id, known = find_board(board_id)
    board = board or known
    main = TABLES.format(weights=weights, arena=arena)
    with workspace(bare_program.files(main, board_id, board)) as folder:
        return build_board(folder, bare_program.SOURCES, board_id, board)


def test_sizes_count_what_is_added() -> None:
    small, large = build("mps2_an386", 8, 8), build("mps2_an386", 1008, 2008)
    assert large.flash_bytes - small.flash_bytes == 1000
    assert large.ram_bytes - small.ram_bytes == 2000
    assert small.ram_bytes >= 2048 + 400  # the stack, the initialised variables


def test_start_values_take_flash_and_ram(monkeypatch: pytest.MonkeyPatch) -> None:
    few = build("mps2_an386", 8, 8)
    monkeypatch.setitem(globals(), "TABLES", TABLES.replace("start[100]", "start[300]"))
    many = build("mps2_an386", 8, 8)
    assert many.flash_bytes - few.flash_bytes == 800
    assert many.ram_bytes - few.ram_bytes == 800


def test_too_much_flash_and_ram_are_both_named() -> None:
    with pytest.raises(BoardTooSmall) as caught:
        build("microbit", 300_000, 20_000)
    message = str(caught.value)
    assert message.startswith("microbit: the program does not fit: FLASH 30")
    assert "262,144 there (too small)" in message
    assert "16,384 there (too small)" in message


def test_only_what_is_too_small_is_called_so() -> None:
    with pytest.raises(BoardTooSmall) as caught:
        build("microbit", 1000, 20_000)
    assert str(caught.value).count("(too small)") == 1


def test_weights_use_the_second_memory_where_there_is_one() -> None:
    tools.require("arm-none-eabi-gcc")
    main = TABLES.format(weights="1500000", arena="10").replace(
        "[1500000]", '[1500000] __attribute__((section(".kws_const")))'
    )
    board_id, board = find_board("mps3_an547")
    assert board.memory.flash_bytes < 1_500_000
    with workspace(bare_program.files(main, board_id, board)) as folder:
        assert build_board(folder, bare_program.SOURCES, board_id, board).flash_bytes > 1_500_000
    without = dataclasses.replace(board, memory=dataclasses.replace(board.memory, const_bytes=0))
    with (
        workspace(bare_program.files(main, board_id, without)) as folder,
        pytest.raises(BoardTooSmall, match="FLASH 1,50"),
    ):
        build_board(folder, bare_program.SOURCES, board_id, without)


def test_usage_is_read_in_all_units() -> None:
    text = """Memory region         Used Size  Region Size  %age Used
           FLASH:        5800 B         4 MB    141.60%
             RAM:          8 KB        16 KB     50.00%
           CONST:          0 GB        16 KB      0.00%
"""
    assert memory_usage(text) == {
        "FLASH": (5800, 4 << 20),
        "RAM": (8192, 16384),
        "CONST": (0, 16384),
    }


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_a_warning_is_an_error_that_is_quoted(compiler: str) -> None:
    tools.require(compiler)
    main = "int main(void) { int unused = 1; return 0; }\n"
    with (
        workspace({"main.c": main}) as folder,
        pytest.raises(BuildError, match=rf"{compiler}.*: main\.c:1:.*unused"),
    ):
        build_host(folder, Sources(("main.c",)), compiler=compiler)


def test_an_undefined_symbol_is_quoted() -> None:
    tools.require("gcc")
    main = "int missing(void);\nint main(void) { return missing(); }\n"
    with (
        workspace({"main.c": main}) as folder,
        pytest.raises(BuildError, match="undefined reference to `missing'"),
    ):
        build_host(folder, Sources(("main.c",)), compiler="gcc")


def test_a_missing_tool_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.delenv("CC", raising=False)
    with pytest.raises(ToolMissing, match=r"apt-get install .* gcc-arm-none-eabi"):
        toolchain.find(toolchain.ARM_GCC)
    with pytest.raises(ToolMissing, match="gcc: not installed"):
        toolchain.host_compiler()
