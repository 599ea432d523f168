"""Boards are judged by the numbers: flash, RAM, and cycles per second of sound."""

from __future__ import annotations

import dataclasses

import pytest
from support import tools
from support.small_network import small_keywords, sound_keywords

from edgekws.boards import Board, find_board
from edgekws.errors import BoardTooSlow, BoardTooSmall
from edgekws.firmware import fits
from edgekws.firmware.fits import fit_all, refuse_if_too_slow
from edgekws.firmware.measure import link, measure

pytestmark = pytest.mark.qemu


@pytest.fixture(autouse=True)
def programs() -> None:
    tools.require("cc", *tools.CROSS)


def changed(board: Board, *, clock_hz: int | None = None, **memory: int) -> Board:
    cpu = dataclasses.replace(board.cpu, clock_hz=clock_hz or board.cpu.clock_hz)
    return dataclasses.replace(board, cpu=cpu, memory=dataclasses.replace(board.memory, **memory))


def test_needs_are_those_of_the_linked_program() -> None:
    keywords = sound_keywords()
    places = [find_board(name) for name in ("nrf52840_dk", "microbit_v2", "raspberry_pi_pico")]
    for (board_id, board), fit in zip(places, fit_all(keywords, places), strict=True):
        sizes = link(keywords, board_id, board)
        assert (fit.flash_needed, fit.ram_needed) == (sizes.flash, sizes.ram)
        assert fit.flash_there == board.memory.flash_bytes
        assert fit.fits


def test_boards_of_one_core_share_one_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = []

    def once(*arguments: object) -> object:
        measured.append(arguments[1])
        return measure(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(fits, "measure", once)
    places = [find_board(name) for name in ("nrf52840_dk", "microbit_v2", "nucleo_f446re")]
    shares = [fit.clock_share for fit in fit_all(sound_keywords(), places)]
    assert measured == ["nrf52840_dk"]
    assert all(share is not None for share in shares)
    assert shares[0] == shares[1] != shares[2]


def test_what_is_too_small_or_too_slow_is_named() -> None:
    keywords = sound_keywords()
    board_id, board = find_board("nrf52840_dk")
    boards = [
        changed(board, flash_bytes=8192),
        changed(board, ram_bytes=4096),
        changed(board, clock_hz=100_000),
        changed(board, clock_hz=100_000, ram_bytes=4096),
    ]
    found = fit_all(keywords, [(board_id, each) for each in boards])
    assert not any(fit.fits for fit in found)
    expected = ["flash too small", "RAM too small", "too slow", "RAM too small; too slow"]
    assert [fit.why for fit in found] == expected


def test_a_network_that_runs_less_often_keeps_up() -> None:
    keywords = sound_keywords(frames=49)
    board_id, board = find_board("nrf52840_dk")
    hop = measure(keywords, board_id, board).hop(1)
    alone = measure(keywords, board_id, board).hop_alone
    assert hop is not None and alone is not None
    clock = int(1.01 * 50 * (hop.cycles.likely + alone.cycles.likely) / 2)
    slow = changed(board, clock_hz=clock)
    with pytest.raises(BoardTooSlow, match=r"million are there; choose --hops-per-inference 2, a"):
        refuse_if_too_slow(keywords, board_id, slow)
    (fit,) = fit_all(keywords, [(board_id, slow)])
    assert (fit.fits, fit.hops_per_inference) == (True, 2)
    assert fit.why == "with --hops-per-inference 2"
    refuse_if_too_slow(dataclasses.replace(keywords, hops_per_inference=2), board_id, slow)


def test_an_emulator_need_not_keep_up() -> None:
    board_id, board = find_board("mps2_an386")
    slow = changed(board, clock_hz=100_000)
    refuse_if_too_slow(sound_keywords(), board_id, slow)
    (fit,) = fit_all(sound_keywords(), [(board_id, slow)])
    assert fit.fits
    assert "does not matter in an emulator" in fit.why


def test_a_model_alone_has_no_pace() -> None:
    refuse_if_too_slow(small_keywords(), *find_board("microbit"))


def test_what_no_machine_can_hold_has_no_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise BoardTooSmall("RAM 1 bytes needed, 0 there")

    monkeypatch.setattr(fits, "measure", refuse)
    (fit,) = fit_all(sound_keywords(), [find_board("nrf52840_dk")])
    assert (fit.fits, fit.flash_needed) == (False, None)
    assert fit.why == "RAM 1 bytes needed, 0 there"
