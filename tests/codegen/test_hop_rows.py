"""Filters over all of time, whose history lies in rows, against the clip graph."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from support import tools
from support.time_network import Layer, TimeNetwork, time_keywords

from edgekws.boards import find_board
from edgekws.codegen import hop
from edgekws.codegen.spotter import Keywords
from edgekws.firmware.build import SANITIZERS
from edgekws.firmware.probe import Probe, board_probe, host_probe
from edgekws.graph import run_graph
from edgekws.kernel import Body
from edgekws.stream.hop_graph import History

CONV, FILTER = Layer("conv", 2), Layer("depthwise", 40)
NETWORKS = {
    "after a layer": TimeNetwork(41, 1, (CONV, FILTER), False, 5),
    "of the features": TimeNetwork(43, 1, (FILTER,), False, 6),
    "after a stride": TimeNetwork(82, 1, (Layer("conv", 3, 2), FILTER), False, 9),
}


def made(name: str, hops: int) -> Keywords:
    """Keywords for the DSP extension, with one history in rows."""
    keywords = dataclasses.replace(time_keywords(NETWORKS[name], hops), body=Body.DSP)
    view = keywords.model_view().hop
    assert view is not None
    assert [history.row_bytes for history in view.histories if history.rows] == [40]
    return keywords


def expect_equal(probe: Probe, hops: int) -> None:
    """Hop by hop in C equals the clip graph in numpy, over so many hops."""
    frames, step = probe.keywords.frames, probe.keywords.hops_per_inference
    shape = frames + hops * step, 1
    features = np.random.default_rng(8).integers(-128, 128, shape, dtype=np.int8)
    windows = np.stack([features[i : i + frames] for i in range(0, hops * step + 1, step)])
    np.testing.assert_array_equal(probe.stream(features), run_graph(probe.keywords.graph, windows))


@pytest.mark.parametrize(
    ("name", "hops"),
    [
        ("after a layer", 1),
        ("after a layer", 3),
        ("of the features", 1),
        ("after a stride", 2),
        ("after a stride", 4),
    ],
)
def test_the_host_equals_the_clip_graph(name: str, hops: int) -> None:
    tools.require("gcc")
    with host_probe(made(name, hops), flags=SANITIZERS) as probe:
        expect_equal(probe, 90)  # the memory ends many times


@pytest.mark.qemu
def test_the_core_equals_the_clip_graph() -> None:
    tools.require(*tools.CROSS)
    with board_probe(made("after a layer", 1), *find_board("mps2_an386")) as probe:
        expect_equal(probe, 200)


def test_a_history_that_is_not_read_whole_stays_in_columns() -> None:
    network = TimeNetwork(42, 1, (CONV, Layer("depthwise", 40, 2)), False, 5)
    keywords = dataclasses.replace(time_keywords(network, 1), body=Body.DSP)
    view = keywords.model_view().hop
    assert view is not None
    assert view.histories
    assert not any(history.rows for history in view.histories)


@pytest.mark.parametrize("fault", ["kept_bytes", "row_bytes"])
def test_a_planted_fault_is_seen(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tools.require("gcc")
    right = hop._rows

    def wrong(index: int, history: History) -> hop.HistoryView:
        view = right(index, history)
        return dataclasses.replace(view, **{fault: getattr(view, fault) - 1})

    keywords = made("after a layer", 1)
    monkeypatch.setattr(hop, "_rows", wrong)
    with host_probe(keywords) as probe, pytest.raises(AssertionError):
        expect_equal(probe, 90)
