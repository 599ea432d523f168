"""What cannot fit is refused without a compiler."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.small_run import small_model

from edgekws.boards import Board, boards_folder, find_board
from edgekws.codegen.spotter import Keywords
from edgekws.errors import BoardTooSmall
from edgekws.firmware.benchmark import benchmark
from edgekws.firmware.room import refuse_if_hopeless, refuse_without_machine
from edgekws.graph import read_model
from edgekws.verify import foreign_keywords, verify_model


@pytest.fixture(autouse=True)
def no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")


@pytest.fixture
def keywords() -> Keywords:
    return foreign_keywords(read_model(small_model()), small_model(), None)


def board_with(name: str, **memory: int) -> Board:
    board = find_board(name)[1]
    return replace(board, memory=replace(board.memory, **memory))


@pytest.mark.parametrize(
    ("memory", "what"),
    [
        ({"flash_bytes": 2000, "stack_bytes": 4096}, "flash at least .* 2,000 there"),
        ({"ram_bytes": 4500, "stack_bytes": 4096}, "RAM at least .* 4,500 there"),
    ],
)
def test_hopeless_is_known(keywords: Keywords, memory: dict[str, int], what: str) -> None:
    board_id = "mps2_an386"
    refuse_if_hopeless(keywords, *find_board(board_id))
    tiny = board_with(board_id, **memory)
    for refuse in (refuse_if_hopeless, refuse_without_machine, benchmark):
        with pytest.raises(BoardTooSmall, match=what):
            refuse(keywords, board_id, tiny)


def test_a_larger_machine_will_do(keywords: Keywords) -> None:
    tiny = board_with("microbit", flash_bytes=2000)
    with pytest.raises(BoardTooSmall):
        refuse_if_hopeless(keywords, "microbit", tiny)
    refuse_without_machine(keywords, "microbit", tiny)


def test_verify_compares_nothing_then(tmp_path: Path) -> None:
    model, board = tmp_path / "small.tflite", tmp_path / "mps2_an386.toml"
    model.write_bytes(small_model())
    text = (boards_folder() / board.name).read_text()
    board.write_text(text.replace("flash_bytes = 4_194_304", "flash_bytes = 2000"))
    said: list[str] = []
    with pytest.raises(BoardTooSmall, match=r"2,000 there.*--board none"):
        verify_model(model, board=str(board), tell=said.append)
    assert said == []
