"""Which boards a run fits, and that one which cannot keep up is refused with the numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import tools
from support.command_line import ask, refused

from edgekws.resources import boards_folder
from edgekws.run import Run

pytestmark = [pytest.mark.qemu, pytest.mark.slow]


@pytest.fixture(autouse=True)
def programs() -> None:
    tools.require("gcc", *tools.CROSS)


def slow_board(clock_hz: int) -> Path:
    """A nRF52840 of another clock."""
    text = (boards_folder() / "nrf52840_dk.toml").read_text()
    path = Path("slow.toml")
    path.write_text(text.replace("64_000_000", str(clock_hz)))
    return path


def test_every_board_is_judged(run: Run) -> None:
    document = ask("boards", "--fits", "small", "--json").document
    assert document["run"] == "small"
    fits = {board["id"]: board["fit"] for board in document["boards"]}
    assert fits["nucleo_h743zi2"]["fits"]
    assert fits["mps2_an386"]["fits"]
    assert not fits["microbit"]["fits"]
    assert fits["microbit"]["why"] == "too slow"
    for fit in fits.values():
        if fit["fits"]:
            assert fit["flash_needed"] <= fit["flash_there"]
            assert fit["ram_needed"] <= fit["ram_there"]
    lines = ask("boards", "--fits", "small").out.splitlines()
    assert len(lines) == len(fits)
    assert [line.split()[1] == "fits" for line in lines] == [fit["fits"] for fit in fits.values()]


def test_without_a_run_nothing_is_judged(here: Path) -> None:
    document = ask("boards", "nrf52840_dk", "--json").document
    assert document["run"] is None
    assert document["boards"][0]["fit"] is None
    assert "no such run" in refused(2, "boards", "--fits", "none")


def test_a_board_that_cannot_keep_up_is_refused(verified: Run) -> None:
    board = slow_board(8_000_000)
    said = refused(1, "export", "--board", board)
    assert said.startswith("slow: too slow: a second of sound is predicted to take ")
    assert "8.0 million are there; choose --hops-per-inference 2, a smaller model" in said
    assert not Path("export").exists()


def test_a_network_that_runs_less_often_is_exported_and_proved(verified: Run) -> None:
    board = slow_board(8_000_000)
    answer = ask("export", "--board", board, "--hops-per-inference", "2")
    assert answer.code == 0, answer
    keywords = Path("export/small-slow/model/kws_keywords.c").read_text()
    assert ".hops_per_inference = 2," in keywords
    refused(2, "export", "--model", "x.tflite", "--hops-per-inference", "2")
