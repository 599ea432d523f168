"""What cannot fit is refused without a compiler."""

from __future__ import annotations

import pytest
from support.small_run import small_model

from edgekws.boards import find_board
from edgekws.errors import BoardTooSmall
from edgekws.firmware.benchmark import benchmark
from edgekws.firmware.room import refuse_if_hopeless
from edgekws.graph import read_model
from edgekws.verify import foreign_keywords


def test_hopeless_is_known_without_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    keywords = foreign_keywords(read_model(small_model()), small_model(), None)
    board_id, board = find_board("mps2_an386")
    refuse_if_hopeless(keywords, board_id, board)
    for name, size, what in (("flash_bytes", 2000, "flash"), ("ram_bytes", 4500, "RAM")):
        memory = {**vars(board.memory), name: size, "stack_bytes": 4096}
        tiny = type(board)(**{**vars(board), "memory": type(board.memory)(**memory)})
        with pytest.raises(BoardTooSmall, match=f"{what} at least .* {size:,} there"):
            refuse_if_hopeless(keywords, board_id, tiny)
        with pytest.raises(BoardTooSmall, match=f"{what} at least .* {size:,} there"):
            benchmark(keywords, board_id, tiny)
