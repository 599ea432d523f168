"""Every board loads, and a wrong one says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgekws.boards import board_ids, find_board
from edgekws.errors import ConfigError, UsageError


@pytest.mark.parametrize("board_id", board_ids())
def test_every_board_loads(board_id: str) -> None:
    found, board = find_board(board_id)
    assert found == board_id
    assert board.target == "cortex-m"


def test_unknown_board_lists_the_known() -> None:
    with pytest.raises(UsageError, match=r"board 'nope' is not known; known: .*mps2_an386"):
        find_board("nope")


def test_a_board_of_ones_own(tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "boards" / "mps2_an386.toml"
    mine = tmp_path / "mine.toml"
    mine.write_text(source.read_text())
    assert find_board(str(mine))[0] == "mine"
    mine.write_text(source.read_text().replace("ram_bytes", "ram_byte"))
    with pytest.raises(ConfigError, match=r"memory: unknown key 'ram_byte'; known: .*ram_bytes"):
        find_board(str(mine))
    with pytest.raises(ConfigError, match="no such board file"):
        find_board(str(tmp_path / "none.toml"))


def test_what_would_end_a_comment_of_generated_code_is_refused(tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "boards" / "mps2_an386.toml"
    mine = tmp_path / "mine.toml"
    mine.write_text(source.read_text().replace('name = "', 'name = "one\\n'))
    with pytest.raises(ConfigError, match="one line"):
        find_board(str(mine))
    named = tmp_path / "mine*.toml"
    named.write_text(source.read_text())
    with pytest.raises(ConfigError, match="board's id"):
        find_board(str(named))
