"""The microphone's driver: as the manual says, without a warning, and without losing a sample."""

from __future__ import annotations

import dataclasses
import subprocess
from pathlib import Path

import pytest
from support import tools
from support.projects import COMMAND, build, made, make
from support.small_network import small_keywords, sound_keywords

from edgekws.boards import board_ids, find_board
from edgekws.codegen.driver import driver_names
from edgekws.codegen.project import generate
from edgekws.errors import ConfigError
from edgekws.firmware.build import SANITIZERS, WARNINGS

BOARDS = [name for name in board_ids() if find_board(name)[1].microphone is not None]
TEST = Path(__file__).with_name("pdm_driver.c")
DRIVER = "audio/nrf52_pdm.c"


def fake(
    tmp_path: Path, *, hops_per_inference: int = 1, change: tuple[str, str] = ("", "")
) -> Path:
    """Build the driver with a made-up PDM for this machine."""
    tools.require("gcc")
    keywords = sound_keywords(hops_per_inference=hops_per_inference)
    files = made(keywords, "arduino_nano_33_ble_sense")
    assert change[0] in files[DRIVER]
    files[DRIVER] = files[DRIVER].replace(*change) if change[0] else files[DRIVER]
    folder = build(tmp_path, files)
    # The driver keeps addresses in 32 bits, as its core does; the test compares them like that.
    allowed = ("-Wno-error=pointer-to-int-cast", "-Wno-int-to-pointer-cast")
    command = ["gcc", *WARNINGS, *allowed, *SANITIZERS, "-no-pie", "-I.", "-Iruntime", str(TEST)]
    done = subprocess.run(
        [*command, "-o", "fake"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder / "fake"


def ask(program: Path, *arguments: object) -> tuple[int, str]:
    words = [str(program), *(str(argument) for argument in arguments)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.parametrize("board_id", BOARDS)
def test_it_builds_without_a_warning(tmp_path: Path, board_id: str) -> None:
    tools.require("make", "arm-none-eabi-gcc")
    microphone = find_board(board_id)[1].microphone
    assert microphone is not None
    driver = f"audio/{microphone.driver}.c"
    build(tmp_path, made(sound_keywords(), board_id))
    done = make(tmp_path, f"AUDIO={driver}")
    assert done.returncode == 0, done.stderr
    assert "NOT CHECKED ON HARDWARE" in (tmp_path / driver).read_text()
    symbols = subprocess.run(
        ["arm-none-eabi-nm", tmp_path / "build/alone.elf"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert " T kws_board_audio_read\n" in symbols
    plain = make(tmp_path)
    assert plain.returncode == 0, plain.stderr


def test_registers_hold_what_the_manual_asks_for(tmp_path: Path) -> None:
    """Product specification of the nRF52840: CLOCK, GPIO, PDM; the pins of the Arduino board."""
    status, out = ask(fake(tmp_path), "registers")
    assert status == 0
    found = {int(a, 16): int(value, 16) for a, value in (line.split() for line in out.splitlines())}
    pdm = {offset: found[0x4001D000 + offset] for offset in (0x504, 0x508, 0x518, 0x520, 0x564)}
    # 1.280 MHz; mono, left on the falling edge; 0 dB; clock / 80; one hop of 20 ms
    assert pdm == {0x504: 0x0A000000, 0x508: 1, 0x518: 0x28, 0x520: 1, 0x564: 320}
    assert (found[0x4001D540], found[0x4001D544]) == (26, 25)
    assert (found[0x50000700 + 4 * 26], found[0x50000700 + 4 * 25]) == (3, 0)
    assert (found[0x50000508], found[0x50000700 + 4 * 17]) == (1 << 17, 3)
    assert found[0x40000000] == 1
    assert (found[0x4001D304], found[0xE000E100]) == (1, 1 << 29)


@pytest.mark.parametrize("chunk", [1, 7, 160, 320, 1000])
def test_no_sample_is_lost_doubled_or_swapped(tmp_path: Path, chunk: int) -> None:
    assert ask(fake(tmp_path), 4000 if chunk < 100 else 400, chunk, 0) == (0, "lost 0\n")


@pytest.mark.parametrize("hops", [1, 3, 5])
def test_an_inference_of_several_hops_loses_nothing(tmp_path: Path, hops: int) -> None:
    """One read of a whole block, then as many blocks pass as may wait, then it catches up."""
    program = fake(tmp_path, hops_per_inference=hops)
    assert ask(program, 1, 320, hops + 1) == (0, "lost 0\n")
    assert ask(program, 200, 320, 1) == (0, "lost 0\n")


def test_what_is_lost_is_counted(tmp_path: Path) -> None:
    status, out = ask(fake(tmp_path), 50, 320, 7)
    assert status == 0
    assert int(out.split()[1]) > 0


@pytest.mark.parametrize(
    "change",
    [
        ("place_block(begun);", "place_block(begun - 1u);"),
        ("begun < taken + 2u", "begun < taken + 1u"),
        ("begun - taken + 1u > BLOCKS", "begun - taken > BLOCKS + 1u"),
    ],
)
def test_a_planted_fault_is_seen(tmp_path: Path, change: tuple[str, str]) -> None:
    program = fake(tmp_path, change=change)
    answers = [ask(program, 100, 320, slow)[0] for slow in (0, 2, 3, 7)]
    assert any(answers)


def test_a_driver_that_there_is_not_is_named() -> None:
    board_id, board = find_board("nrf52840_dk")
    assert board.microphone is not None
    microphone = dataclasses.replace(board.microphone, driver="carrier_pigeon")
    wrong = dataclasses.replace(board, microphone=microphone)
    known = ", ".join(driver_names())
    with pytest.raises(ConfigError, match=rf"'carrier_pigeon' is not known; known: {known}"):
        generate(sound_keywords(), board_id, wrong, command=COMMAND, verified="no")


def test_a_model_alone_needs_no_microphone() -> None:
    files = made(small_keywords(), "nrf52840_dk")
    assert not [path for path in files if path.startswith("audio/")]
