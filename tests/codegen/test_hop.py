"""The streaming code against the clip graph run on every window."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import projects, tools
from support.time_network import ORDINARY, Layer, TimeNetwork, time_keywords, time_networks

from edgekws.boards import find_board
from edgekws.codegen import hop
from edgekws.codegen.arena import Buffer, Plan, Tie
from edgekws.codegen.spotter import Keywords
from edgekws.firmware.build import SANITIZERS
from edgekws.firmware.probe import Probe, board_probe, host_probe
from edgekws.graph import run_graph
from edgekws.stream.hop_graph import History


def noise(made: Keywords, hops: int) -> np.ndarray:
    """Frames of so many hops after the first window, int8 [frames, bands]."""
    assert made.frontend is not None
    frames = made.frames + hops * made.hops_per_inference
    random = np.random.default_rng(8)
    return random.integers(-128, 128, (frames, made.frontend.spec.bands), dtype=np.int8)


def expect_equal(probe: Probe, frames: np.ndarray) -> None:
    """Hop by hop in C equals the clip graph in numpy."""
    made = probe.keywords
    starts = range(0, len(frames) - made.frames + 1, made.hops_per_inference)
    windows = np.stack([frames[start : start + made.frames] for start in starts])
    np.testing.assert_array_equal(probe.stream(frames), run_graph(made.graph, windows))


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.filter_too_much])
@given(time_networks(), st.integers(1, 4))
def test_the_host_equals_the_clip_graph(network: TimeNetwork, hops: int) -> None:
    tools.require("gcc")
    made = time_keywords(network, min(hops, network.frames))
    if made.hop is not None:
        with host_probe(made, flags=SANITIZERS) as probe:
            expect_equal(probe, noise(made, 80))  # histories wrap a few times


@pytest.mark.qemu
@pytest.mark.parametrize("board_id", ["mps2_an385", "mps2_an386", "mps3_an547"])
def test_every_core_equals_the_clip_graph(board_id: str) -> None:
    tools.require(*tools.CROSS)
    with board_probe(time_keywords(ORDINARY, 2), *find_board(board_id)) as probe:
        expect_equal(probe, noise(probe.keywords, 200))


@pytest.mark.qemu
@pytest.mark.parametrize("hops", [2, 4])
def test_the_selftest_passes(hops: int, tmp_path: Path) -> None:
    tools.require(*tools.CROSS)
    project = projects.build(tmp_path, projects.made(time_keywords(ORDINARY, hops)))
    done = projects.make(project, "selftest")
    assert done.stdout.count("features, layers, scores, detections equal: PASS") == 2, done.stderr


def test_a_network_that_cannot_stream_runs_over_the_window() -> None:
    padded = dataclasses.replace(ORDINARY, layers=(Layer("conv", 5, 2, padding="same"),))
    assert time_keywords(padded, 1).model_view().hop is None


def test_weights_are_there_once() -> None:
    view = time_keywords(ORDINARY, 2).model_view()
    assert view.hop is not None
    assert not [table.name for table in view.hop.own_tables if "weights" in table.name]


@pytest.mark.parametrize("fault", ["a read one byte late", "one old column lost"])
def test_a_planted_fault_is_seen(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tools.require("gcc")
    right_place, right_history = hop._moved, hop._history

    def lost(index: int, history: History) -> hop.HistoryView:
        view = right_history(index, history)
        return dataclasses.replace(view, kept_bytes=view.kept_bytes - history.column_bytes)

    if fault == "one old column lost":
        monkeypatch.setattr(hop, "_history", lost)
    else:
        monkeypatch.setattr(hop, "_moved", lambda place, by: right_place(place, by + (by < 0)))
    made = time_keywords(ORDINARY, 2)
    with host_probe(made) as probe, pytest.raises(AssertionError):
        expect_equal(probe, noise(made, 80))


# What pads along time is computed anew from kept columns, and its branches add up in place.
IN_PLACE = (Layer("conv", 5, 2), Layer("conv", 3, padding="same"), Layer("double"), Layer("double"))


def test_layers_of_a_hop_work_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    tools.require("gcc")
    made = time_keywords(dataclasses.replace(ORDINARY, layers=IN_PLACE), 2)
    view = made.model_view().hop
    assert view is not None
    assert view.arena_verdict == "optimal"
    with host_probe(made, flags=SANITIZERS) as probe:
        expect_equal(probe, noise(made, 80))
    right = hop.plan
    monkeypatch.setattr(hop, "plan", lambda buffers, ties: right(buffers))
    apart = made.model_view().hop
    assert apart is not None
    assert apart.arena_bytes > view.arena_bytes


def test_a_layer_that_writes_over_what_is_read_again_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The branch of ReLU is read once more, by the sum."""
    tools.require("gcc")
    made = time_keywords(dataclasses.replace(ORDINARY, layers=IN_PLACE), 2)
    right = hop.plan

    def overlapping(buffers: list[Buffer], ties: list[Tie]) -> Plan:
        found = right(buffers, ties)
        return dataclasses.replace(found, offsets=(0,) * len(found.offsets))

    monkeypatch.setattr(hop, "plan", overlapping)
    with host_probe(made) as probe, pytest.raises(AssertionError):
        expect_equal(probe, noise(made, 80))
