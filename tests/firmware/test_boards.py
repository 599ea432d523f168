"""Every board loads, and each core has a machine that proves its code."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from support import bare_program, tools

from edgekws.boards import CORES, board_ids, emulated, emulated_ids, find_board
from edgekws.errors import ConfigError, UsageError
from edgekws.firmware.build import build_board, workspace
from edgekws.resources import boards_folder


@pytest.mark.parametrize("board_id", board_ids())
def test_every_board_loads_and_has_a_machine(board_id: str) -> None:
    found, board = find_board(board_id)
    assert found == board_id
    assert board.target == "cortex-m"
    assert board.url.startswith("https://")
    machine_id, machine = emulated(board_id, board)[0]
    assert machine.cpu == board.cpu
    assert (machine_id == board_id) is (board_id in emulated_ids())


@pytest.mark.parametrize("board_id", sorted(set(board_ids()) - set(emulated_ids())))
def test_a_program_links_for_every_real_board(board_id: str) -> None:
    tools.require("arm-none-eabi-gcc")
    board_id, board = find_board(board_id)
    assert board.keeps_time
    files = bare_program.files("int main(void) { return 0; }\n", board_id, board)
    with workspace(files) as folder:
        program = build_board(folder, bare_program.SOURCES, board_id, board)
        assert 0 < program.flash_bytes < 4096


def test_the_boards_that_stand_in_for_cores_need_not_keep_time() -> None:
    slow = {name for name in board_ids() if not find_board(name)[1].keeps_time}
    assert slow == {name for name in emulated_ids() if name.startswith("mps")}


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
        (
            "[memory]",
            '[energy]\nlow_pj_per_cycle = 2\nhigh_pj_per_cycle = 1\nurl = "x"\n[memory]',
            r"energy: need 0 < low_pj_per_cycle",
        ),
        (
            "[memory]",
            '[microphone]\ndriver = "x"\nclock_pin = 64\ndata_pin = 1\n[memory]',
            r"microphone: clock_pin, data_pin and supply_pin must be below 64",
        ),
    ],
)
def test_a_wrong_board_file_says_where(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (boards_folder() / "mps2_an386.toml").read_text()
    assert old in text
    (tmp_path / "b.toml").write_text(text.replace(old, new))
    with pytest.raises(ConfigError, match=rf"b\.toml:{message}"):
        find_board(str(tmp_path / "b.toml"))
