"""docs/boards.md names every board, with the numbers of its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgekws.boards import board_ids, find_board

PAGE = Path(__file__).parents[2] / "docs" / "boards.md"


def row(board_id: str) -> str:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    (found,) = [line for line in lines if line.startswith(f"| `{board_id}`") and "MHz" in line]
    return found


def size(count: int) -> str:
    return f"{count >> 20} MB" if count % (1 << 20) == 0 else f"{count >> 10} KB"


@pytest.mark.parametrize("board_id", board_ids())
def test_every_board_has_its_row(board_id: str) -> None:
    _, board = find_board(board_id)
    words = row(board_id)
    assert f"| {board.cpu.clock_hz // 1_000_000} MHz |" in words
    assert f"| {size(board.memory.ram_bytes)}" in words
    if board_id != "raspberry_pi_pico":  # less the 256 bytes of its boot loader
        assert f"| {size(board.memory.flash_bytes)}" in words
    assert ("QEMU" in words) is (board.emulator is not None)
