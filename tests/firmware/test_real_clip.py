"""One real clip gives the same bits in numpy, TFLite Micro, C on the host and C on the cores."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from support import tools
from support.tflm import Tflm

from edgekws.audio.read import read_clip
from edgekws.boards import find_board
from edgekws.codegen.spotter import Keywords
from edgekws.features import find_frontend
from edgekws.firmware.build import SANITIZERS
from edgekws.firmware.probe import Probe, board_probe, host_probe
from edgekws.graph.engine import run_graph
from edgekws.graph.read import read_model
from edgekws.graph.types import Quantization
from edgekws.recipe import FrontendSpec


@pytest.fixture(scope="module")
def clip(speech_commands: Path) -> np.ndarray:
    path = sorted((speech_commands / "yes").iterdir())[0]
    pcm = read_clip(path, 16_000)[:16_000]
    return np.pad(pcm, (0, 16_000 - len(pcm)))


@pytest.fixture(scope="module")
def keywords(foreign_models: Path) -> Keywords:
    """MLPerf Tiny's network behind log_mel, which it was not trained on: only the bits count."""
    content = (foreign_models / "mlperf_tiny_kws_ref.tflite").read_bytes()
    graph = read_model(content)
    frontend = find_frontend(FrontendSpec(bands=10))
    grid = Quantization(
        np.array([frontend.scale], np.float32), np.array([frontend.zero_point], np.int32)
    )
    tensors = list(graph.tensors)
    tensors[graph.input] = dataclasses.replace(graph.input_tensor, quantization=grid)
    labels = tuple(f"label_{i}" for i in range(12))
    return Keywords(
        dataclasses.replace(graph, tensors=tuple(tensors)), content, labels, frontend=frontend
    )


def expect_equal(probe: Probe, clip: np.ndarray) -> None:
    """Features and scores equal the numpy twin's, and TFLite Micro's from the same file."""
    keywords = probe.keywords
    assert keywords.frontend is not None
    features = keywords.frontend.reference(clip[np.newaxis])
    np.testing.assert_array_equal(probe.frames(clip[np.newaxis]), features)
    _, scores = probe.digests(features.reshape(1, 49, 10, 1))
    np.testing.assert_array_equal(scores, run_graph(keywords.graph, features))
    truth = Tflm(keywords.model).run(features.reshape(1, 49, 10, 1))
    np.testing.assert_array_equal(scores, truth)


def test_the_host(keywords: Keywords, clip: np.ndarray) -> None:
    tools.require("gcc")
    with host_probe(keywords, flags=SANITIZERS) as probe:
        expect_equal(probe, clip)


@pytest.mark.qemu
@pytest.mark.parametrize("board_id", ["mps2_an385", "mps2_an386", "mps2_an505", "mps3_an547"])
def test_a_core(keywords: Keywords, clip: np.ndarray, board_id: str) -> None:
    tools.require(*tools.CROSS)
    with board_probe(keywords, *find_board(board_id)) as probe:
        expect_equal(probe, clip)
