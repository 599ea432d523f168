"""A program taken apart: its parts add up, and more work costs more."""

from __future__ import annotations

import dataclasses

import pytest
from support import tools
from support.small_network import small_keywords, small_network, sound_keywords

from edgekws.boards import find_board
from edgekws.errors import BoardTooSmall
from edgekws.firmware.benchmark import benchmark
from edgekws.firmware.measure import link, measure
from edgekws.recipe import FrontendSpec

pytestmark = pytest.mark.qemu


@pytest.fixture(autouse=True)
def programs() -> None:
    tools.require("cc", *tools.CROSS)


@pytest.mark.parametrize("board_id", ["mps2_an386", "mps3_an547", "raspberry_pi_pico"])
def test_layers_and_hops_add_up(board_id: str) -> None:
    keywords = sound_keywords(hops_per_inference=2)
    found = measure(keywords, *find_board(board_id))
    layers = [layer.instructions for layer in found.layers if layer is not None]
    assert [layer is None for layer in found.layers] == [False, True, False, False]
    assert 0 < found.inference.instructions - sum(layers) < 60
    assert found.frame is not None and found.hop_alone is not None and found.step is not None
    assert 0 < found.hop_alone.instructions - found.frame.instructions < 3000
    assert found.step.instructions > found.inference.instructions
    hop = found.hop(2)
    assert hop is not None
    half = round(found.step.instructions / 2)
    assert hop.instructions == found.hop_alone.instructions + half
    assert found.start is not None and 0 < found.start.instructions < 1000
    assert 100 < found.stack < found.stack_reserved


def test_a_frame_at_half_the_rate_has_its_filter() -> None:
    spec = FrontendSpec("log_spectrogram", bands=10, low_hz=300, high_hz=750, window_ms=20)
    found = measure(
        sound_keywords(spec=dataclasses.replace(spec, halved=True)), *find_board("mps2_an386")
    )
    assert found.frame is not None and found.hop_alone is not None
    assert found.frame.instructions > 16_000  # the filter alone
    assert 0 < found.hop_alone.instructions - found.frame.instructions < 3000


@pytest.mark.parametrize("frames", [6, 98])
def test_starting_does_not_depend_on_the_window(frames: int) -> None:
    """The window of 98 x 40 is not cleared: nothing reads it before it is full."""
    keywords = sound_keywords(frames, 40)
    assert keywords.hop is None
    found = measure(keywords, *find_board("mps2_an386"))
    assert found.start is not None
    assert 0 < found.start.instructions < 1000


def test_the_same_program_gives_the_same_numbers() -> None:
    place = find_board("mps2_an385")
    assert measure(sound_keywords(), *place) == measure(sound_keywords(), *place)


def test_a_model_alone_has_no_frames() -> None:
    found = benchmark(small_keywords(), *find_board("nucleo_l4r5zi"))
    assert (found.frontend_instructions_per_frame, found.instructions_per_hop) == (None, None)
    assert found.clock_share is None
    assert found.energy_uj_per_inference is not None
    assert found.machine == "mps2-an386"
    assert found.origins["clock_share"] == "unknown"


def test_every_eight_channels_more_take_about_the_same_work() -> None:
    place = find_board("mps2_an386")
    one, two, three = (
        measure(small_keywords(small_network(channels=n)), *place).layers[0] for n in (8, 16, 24)
    )
    assert one is not None and two is not None and three is not None
    more = three.instructions - two.instructions, two.instructions - one.instructions
    assert 0.8 < more[0] / more[1] < 1.2
    cycles = three.cycles.likely - two.cycles.likely, two.cycles.likely - one.cycles.likely
    assert 0.8 < cycles[0] / cycles[1] < 1.2


def test_flash_has_its_parts() -> None:
    keywords = sound_keywords()
    sizes = link(keywords, *find_board("nrf52840_dk"))
    assert sizes.flash > sizes.code + sizes.model + sizes.frontend
    assert sizes.model >= sum(
        table.nbytes
        for node in keywords.graph.nodes
        if (kernel := node.op.portable_kernel()) is not None
        for _, table in kernel.fields
        if not isinstance(table, int)
    )


def test_a_board_without_room_is_refused() -> None:
    board_id, board = find_board("nrf52840_dk")
    memory = dataclasses.replace(board.memory, ram_bytes=4096)
    with pytest.raises(BoardTooSmall, match=r"RAM .* bytes needed, 4,096 there"):
        link(sound_keywords(), board_id, dataclasses.replace(board, memory=memory))


@pytest.mark.parametrize("board_id", ["microbit", "mps2_an386"])
def test_a_start_is_short(board_id: str) -> None:
    """Nothing is computed at run time that the generator could have computed."""
    start = measure(sound_keywords(49), *find_board(board_id)).start
    assert start is not None
    assert start.instructions < 1000
