"""Generated C on the host and on every core gives the numpy reference's bits, layer by layer."""

from __future__ import annotations

import dataclasses
import re
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from support import tools
from support.small_network import features, small_keywords, small_network
from support.tflm import Tflm

from edgekws.boards import emulated, emulated_ids, find_board
from edgekws.codegen import project
from edgekws.codegen.spotter import Keywords
from edgekws.errors import BoardTooSmall, BuildError
from edgekws.firmware.build import SANITIZERS
from edgekws.firmware.probe import Probe, board_probe, host_probe
from edgekws.graph.engine import run_layers
from edgekws.graph.read import read_model

CORES = ["mps2_an385", "mps2_an386", "mps2_an500", "mps2_an505", "mps2_an521", "mps3_an547"]


def expect_equal(probe: Probe, count: int = 3) -> None:
    """Every layer's bytes, and the digests, equal those of the numpy reference."""
    x = features(probe.keywords.graph, count)
    want = run_layers(probe.keywords.graph, x)
    for node, is_, should in zip(probe.keywords.graph.nodes, probe.layers(x), want, strict=True):
        np.testing.assert_array_equal(is_, should, err_msg=node.op.name)
    digests, scores = probe.digests(x)
    np.testing.assert_array_equal(scores, want[-1])
    crcs = [[zlib.crc32(layer[i].tobytes()) for layer in want] for i in range(count)]
    np.testing.assert_array_equal(digests, np.array(crcs, np.uint32))


@pytest.fixture(scope="module")
def mlperf(foreign_models: Path) -> Keywords:
    content = (foreign_models / "mlperf_tiny_kws_ref.tflite").read_bytes()
    graph = read_model(content)
    return Keywords(graph, content, tuple(f"label_{i}" for i in range(12)))


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_host_equals_numpy_under_the_sanitizers(compiler: str) -> None:
    tools.require(compiler)
    with host_probe(small_keywords(), compiler=compiler, flags=SANITIZERS) as probe:
        expect_equal(probe)


@pytest.mark.qemu
@pytest.mark.parametrize("board_id", emulated_ids())
def test_every_board_equals_numpy(board_id: str) -> None:
    tools.require(*tools.CROSS)
    with board_probe(small_keywords(), *find_board(board_id)) as probe:
        expect_equal(probe)


@pytest.mark.slow
@pytest.mark.qemu
def test_weights_beyond_the_first_memory_of_the_m55() -> None:
    tools.require(*tools.CROSS)
    keywords = small_keywords(small_network(hidden=2200))
    board_id, board = find_board("mps3_an547")
    with board_probe(keywords, board_id, board) as probe:
        assert probe.program.flash_bytes > 1_000_000 > board.memory.flash_bytes
        expect_equal(probe)


def test_a_network_made_elsewhere_on_the_host(mlperf: Keywords) -> None:
    tools.require("gcc")
    with host_probe(mlperf, flags=SANITIZERS) as probe:
        expect_equal(probe, 8)


@pytest.mark.qemu
@pytest.mark.parametrize("board_id", CORES)
def test_a_network_made_elsewhere_on_every_core(mlperf: Keywords, board_id: str) -> None:
    tools.require(*tools.CROSS)
    with board_probe(mlperf, *find_board(board_id)) as probe:
        expect_equal(probe)


@pytest.mark.qemu
def test_the_m4_equals_tflite_micro(mlperf: Keywords) -> None:
    tools.require(*tools.CROSS)
    truth = Tflm(mlperf.model)
    x = features(mlperf.graph, 8)
    with board_probe(mlperf, *find_board("mps2_an386")) as probe:
        _, scores = probe.digests(x)
    for row, entry in zip(scores, x, strict=True):
        np.testing.assert_array_equal(row, truth.run(entry[np.newaxis])[0])


@pytest.mark.qemu
def test_ds_cnn_runs_in_the_16_kb_of_a_microbit(mlperf: Keywords) -> None:
    tools.require(*tools.CROSS)
    (board_id, board), *_ = emulated(*find_board("microbit"))
    with board_probe(mlperf, board_id, board) as probe:
        expect_equal(probe)
    memory = dataclasses.replace(board.memory, ram_bytes=8192)
    with (
        pytest.raises(BoardTooSmall, match=r"microbit: .* RAM 1\d,\d+ bytes needed, 8,192 there"),
        board_probe(mlperf, board_id, dataclasses.replace(board, memory=memory)),
    ):
        pass


def replaced(files: Mapping[str, str], pattern: str, new: str) -> dict[str, str]:
    """``files`` with the first match of ``pattern`` in the model replaced."""
    text = files["model/kws_model.c"]
    changed = re.sub(pattern, new, text, count=1)
    assert changed != text
    return {**files, "model/kws_model.c": changed}


@pytest.mark.parametrize(
    ("pattern", "new", "layer"),
    [
        (r"(node0_weights\[\d+\] KWS_CONST_ATTR = \{\n    )-?\d+", r"\g<1>99", "CONV_2D"),
        (r"(&node2, )&memory\[0\]", r"\g<1>&memory[16]", "FULLY_CONNECTED"),
        (r"(\.smallest_difference = )-\d+", r"\g<1>-1", "SOFTMAX"),
    ],
)
def test_a_planted_fault_is_seen_in_its_layer(
    monkeypatch: pytest.MonkeyPatch, pattern: str, new: str, layer: str
) -> None:
    tools.require("gcc")
    right = project.probe
    monkeypatch.setattr(
        project, "probe", lambda *arguments: replaced(right(*arguments), pattern, new)
    )
    with host_probe(small_keywords()) as probe, pytest.raises(AssertionError, match=layer):
        expect_equal(probe)


def test_a_crash_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    tools.require("gcc")
    right = project.probe
    monkeypatch.setattr(
        project,
        "probe",
        lambda *arguments: replaced(right(*arguments), r"&memory\[0\]", "&memory[1000000]"),
    )
    with host_probe(small_keywords(), flags=SANITIZERS) as probe, pytest.raises(BuildError):
        expect_equal(probe)
