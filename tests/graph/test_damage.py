"""Damaged and hostile files: a ModelError in one line, never another exception, never a hang."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from support.many_ops import many_ops
from support.scrambled import scrambled
from support.small_model import small_model

from edgekws.errors import ModelError
from edgekws.graph import read_model, run_graph
from edgekws.graph.flatbuffer import Source

FLIPS = 2000


def outcome(data: bytes) -> str:
    """The reason a file is refused; empty when it is read, and then it must run as well."""
    try:
        graph = read_model(data)
    except ModelError as exc:
        assert "\n" not in str(exc)
        assert str(exc).startswith("model: ")
        return str(exc)
    tensor = graph.input_tensor
    run_graph(graph, np.zeros((2, *tensor.shape[1:]), tensor.dtype))
    return ""


def test_the_sound_file_is_read() -> None:
    assert outcome(small_model()) == ""
    assert outcome(many_ops(remembers=True)) == ""
    assert outcome(scrambled(size=8)) == ""


def test_every_truncation_is_refused() -> None:
    data = small_model()
    for length in range(len(data)):
        assert outcome(data[:length]) != "" or length > len(data) - 8, length


def test_truncations_of_a_real_file_are_refused(foreign_models: Path) -> None:
    data = (foreign_models / "mlperf_tiny_kws_ref.tflite").read_bytes()
    for length in range(0, len(data) - 8, 499):
        assert outcome(data[:length]) != "", length


SOUND = {
    "small": small_model,
    "many": lambda: many_ops(remembers=True),
    "int16": lambda: scrambled(size=8),
}


@pytest.mark.parametrize("width", [1, 4])
@pytest.mark.parametrize("name", SOUND)
def test_flipped_bytes_raise_only_model_errors(name: str, width: int) -> None:
    data = SOUND[name]()
    random = np.random.default_rng(width)
    refused = 0
    for _ in range(FLIPS):
        spoilt = bytearray(data)
        for _ in range(random.integers(1, 4)):
            at = int(random.integers(0, len(data) - width + 1))
            spoilt[at : at + width] = random.bytes(width)
        refused += outcome(bytes(spoilt)) != ""
    assert refused > FLIPS // 4


@pytest.mark.parametrize("name", SOUND)
def test_extreme_numbers_in_every_place_raise_only_model_errors(name: str) -> None:
    data = SOUND[name]()
    for at in range(0, len(data) - 3, 4 if name == "small" else 20):
        for value in (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF):
            outcome(data[:at] + struct.pack("<I", value) + data[at + 4 :])


def test_a_file_whose_parts_overlap_cannot_fill_the_memory() -> None:
    source = Source(bytes(1000), "model")
    with pytest.raises(ModelError, match="overlap"):
        for _ in range(1000):
            source.span(0, 1000)


def test_an_offset_beyond_the_file_is_refused() -> None:
    source = Source(struct.pack("<I", 0xFFFFFFF0) + bytes(16), "model")
    with pytest.raises(ModelError, match="truncated"):
        source.root()
