"""Every board loads, and each core has a machine that proves its code."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from edgekws.boards import CORES, board_ids, emulated, find_board
from edgekws.errors import ConfigError, UsageError
from edgekws.resources import boards_folder


@pytest.mark.parametrize("board_id", board_ids())
def test_every_board_loads_and_is_its_own_machine(board_id: str) -> None:
    found, board = find_board(board_id)
    assert found == board_id
    assert board.target == "cortex-m"
    assert emulated(board_id, board)[0] == (board_id, board)


@pytest.mark.parametrize("core", CORES)
def test_a_board_without_emulator_is_proved_on_the_machine_of_its_core(core: str) -> None:
    _, board = find_board("netduinoplus2")
    cpu = dataclasses.replace(board.cpu, core=core, fpu="none")
    machines = emulated("mine", dataclasses.replace(board, cpu=cpu, emulator=None))
    assert machines
    for _, machine in machines:
        assert machine.emulator is not None
        assert machine.cpu == cpu
        assert machine.memory != board.memory


def test_an_unknown_board_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"'nosuch' is not known; known: .*mps2_an386"):
        find_board("nosuch")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ram_bytes = 4_194_304", "ram_byte = 1", r"memory: unknown key 'ram_byte'; known: .*ram"),
        ("ram_bytes = 4_194_304", "", r"memory: missing key 'ram_bytes'"),
        ("ram_bytes = 4_194_304", "ram_bytes = 2048", r"memory: stack_bytes must be"),
        ('core = "cortex-m4"', 'core = "m4"', r"cpu: core 'm4' is not known; known: cortex-m0"),
    ],
)
def test_a_wrong_board_file_says_where(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (boards_folder() / "mps2_an386.toml").read_text()
    assert old in text
    (tmp_path / "b.toml").write_text(text.replace(old, new))
    with pytest.raises(ConfigError, match=rf"b\.toml:{message}"):
        find_board(str(tmp_path / "b.toml"))
