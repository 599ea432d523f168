"""A published network on a thousand random inputs: every core gives TFLite Micro's bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support import tools
from support.tflm import Tflm

from edgekws.boards import find_board
from edgekws.codegen.spotter import Keywords
from edgekws.firmware.probe import board_probe
from edgekws.graph import read_model

INPUTS = 1000
CORES = [
    "microbit",
    "mps2_an385",
    "mps2_an386",
    "mps2_an500",
    "mps2_an505",
    "mps2_an521",
    "mps3_an547",
]

pytestmark = [pytest.mark.slow, pytest.mark.qemu]


@pytest.fixture(scope="module")
def model(foreign_models: Path) -> bytes:
    return (foreign_models / "mlperf_tiny_kws_ref.tflite").read_bytes()


@pytest.fixture(scope="module")
def inputs(model: bytes) -> np.ndarray:
    shape = (INPUTS, *read_model(model).input_tensor.shape[1:])
    return np.random.default_rng(11).integers(-128, 128, shape, dtype=np.int8)


@pytest.fixture(scope="module")
def expected(model: bytes, inputs: np.ndarray) -> np.ndarray:
    tflm = Tflm(model)
    return np.concatenate([tflm.run(x[np.newaxis]) for x in inputs])


@pytest.mark.parametrize("board_id", CORES)
def test_scores(board_id: str, model: bytes, inputs: np.ndarray, expected: np.ndarray) -> None:
    tools.require(*tools.CROSS)
    graph = read_model(model)
    keywords = Keywords(graph, model, tuple(f"label_{i}" for i in range(12)))
    with board_probe(keywords, *find_board(board_id)) as probe:
        np.testing.assert_array_equal(probe.scores(inputs), expected)
