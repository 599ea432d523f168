"""A network of many operators as generated C: every layer equals numpy, also on a core."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from support import tools
from support.many_ops import LABELS, many_ops
from support.small_network import features

from edgekws.boards import find_board
from edgekws.codegen.spotter import Keywords
from edgekws.firmware.build import SANITIZERS
from edgekws.firmware.probe import Probe, board_probe, host_probe
from edgekws.graph import read_model, run_layers
from edgekws.kernel import Body


def keywords() -> Keywords:
    model = many_ops()
    return Keywords(read_model(model), model, tuple(f"label_{i}" for i in range(LABELS)))


def expect_equal(probe: Probe) -> None:
    x = features(probe.graph, 40)
    for node, is_, should in zip(
        probe.graph.nodes, probe.layers(x), run_layers(probe.graph, x), strict=True
    ):
        np.testing.assert_array_equal(is_, should, node.op.name)


def test_on_the_host_under_the_sanitizers() -> None:
    tools.require("gcc")
    with host_probe(keywords(), flags=SANITIZERS) as probe:
        expect_equal(probe)


@pytest.mark.qemu
@pytest.mark.parametrize("body", [Body.PORTABLE, Body.DSP])
def test_on_a_core(body: Body) -> None:
    tools.require(*tools.CROSS)
    own = dataclasses.replace(keywords(), body=body)
    with board_probe(own, *find_board("mps2_an386")) as probe:
        expect_equal(probe)
