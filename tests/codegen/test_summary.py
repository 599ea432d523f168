"""The figures of a network are those of its generated code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support import tools
from support.scrambled import scrambled
from support.small_network import small_keywords, sound_keywords
from support.time_network import ORDINARY, time_keywords

from edgekws.boards import find_board
from edgekws.codegen.environment import Banner
from edgekws.codegen.memory_map import draw_memory_map
from edgekws.codegen.spotter import Keywords, portable_files
from edgekws.codegen.summary import Summary, summarize
from edgekws.graph import read_model
from edgekws.verify import foreign_keywords

MADE = {"features": small_keywords, "sound": sound_keywords}


def foreign() -> Keywords:
    from edgekws.graph import read_model

    path = tools.foreign_model("mlperf_tiny_kws_ref.tflite")
    return foreign_keywords(read_model(path), path.read_bytes(), None)


def most_painted(summary: Summary) -> int:
    """Paint the arena layer by layer; fails when a byte is painted twice, but for what a layer
    writes over its own input."""
    highest = 0
    for step, in_use in enumerate(summary.in_use):
        painted: set[int] = set()
        for place in summary.places:
            if place.first <= step <= place.last:
                span = set(range(place.offset, place.offset + place.bytes))
                over = {
                    byte
                    for other in summary.places
                    if place.in_place and other.last == place.first == step
                    and other.offset == place.offset
                    for byte in range(other.offset, other.offset + other.bytes)
                }  # fmt: skip
                assert not (painted - over) & span, place
                painted |= span
        assert len(painted) == in_use
        highest = max(highest, max(painted, default=-1) + 1)
    return highest


@pytest.mark.parametrize("kind", MADE)
def test_the_map_is_that_of_the_code(kind: str) -> None:
    keywords = MADE[kind]()
    summary = summarize(keywords)
    files = portable_files(keywords, Banner("", "", "", "no"))
    code, header = files["model/kws_model.c"], files["model/kws_model.h"]
    arena = re.search(r"#define KWS_MODEL_ARENA_BYTES (\d+)", header)
    assert arena is not None
    assert summary.arena_bytes == int(arena.group(1))
    offsets = {int(offset) for offset in re.findall(r"&memory\[(\d+)\]", code)}
    assert {place.offset for place in summary.places} == offsets
    assert most_painted(summary) <= summary.arena_bytes
    assert max(summary.in_use) <= summary.lower_bound_bytes <= summary.arena_bytes
    assert (summary.frontend_work_bytes is None) == (kind == "features")


def test_published_figures_of_a_model_made_elsewhere() -> None:
    summary = summarize(foreign())
    assert (summary.macs, summary.arena_bytes) == (2_656_768, 8_784)
    assert summary.parameters == 22_604
    assert most_painted(summary) == 8_784


def test_a_board_is_compared_by_what_is_sure() -> None:
    summary = summarize(sound_keywords())
    board_id, board = find_board("microbit")
    room = summary.room_on(board_id, board)
    assert room.fits
    assert room.flash_needed > summary.constant_bytes
    assert summary.frontend_work_bytes is not None
    working = max(summary.arena_bytes, summary.frontend_work_bytes)
    assert room.ram_needed == working + summary.input_bytes + board.memory.stack_bytes


def test_the_picture_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    draw_memory_map(summarize(small_keywords()), "a $name$ \t日本", tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_what_streams_and_what_is_recomputed() -> None:
    keywords = time_keywords(ORDINARY, 2)
    found = summarize(keywords).streaming
    hop, view = keywords.hop, keywords.model_view().hop
    assert found is not None and hop is not None and view is not None
    assert (found.hops_per_inference, found.milliseconds) == (2, 40)
    assert found.macs == hop.macs < keywords.graph.macs
    names = [node.op.name for node in keywords.graph.nodes]
    assert [(each.op, names[each.layer]) for each in found.recomputed] == [
        ("FULLY_CONNECTED", "FULLY_CONNECTED")
    ]
    assert found.state_bytes == view.state_bytes
    assert (found.arena_bytes, found.arena_plan) == (view.arena_bytes, view.arena_verdict)
    assert found.input_bytes == 2 * ORDINARY.bands
    assert summarize(time_keywords(ORDINARY, 1)).streaming is None
    assert summarize(small_keywords()).streaming is None


def test_a_board_must_hold_what_streaming_keeps() -> None:
    summary = summarize(time_keywords(ORDINARY, 2))
    board = find_board("mps2_an386")[1]
    streaming = summary.streaming
    assert streaming is not None
    working = max(streaming.arena_bytes, summary.frontend_work_bytes or 0)
    kept = streaming.state_bytes + streaming.input_bytes
    assert summary.room_on("mps2_an386", board).ram_needed == (
        working + kept + board.memory.stack_bytes
    )


def test_a_board_must_hold_what_layers_remember() -> None:
    model = scrambled()
    keywords = Keywords(read_model(model), model, ("a", "b"))
    summary, board = summarize(keywords), find_board("mps2_an386")[1]
    assert summary.state_bytes == 4 * (4 * 257 + 3 * 513)  # int16 [64, 8] and [32, 32], and places
    assert (summary.parameters, summary.macs) == (21_474, 21_056)  # as TFLite Micro's own file
    kept = summary.state_bytes + summary.input_bytes
    assert summary.room_on("mps2_an386", board).ram_needed == (
        summary.arena_bytes + kept + board.memory.stack_bytes
    )
    assert summarize(small_keywords()).state_bytes == 0
