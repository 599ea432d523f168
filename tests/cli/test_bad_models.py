"""Models that cannot be exported: one line that says why, and no folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support import tools
from support.command_line import refused
from support.small_run import small_model
from support.tflite_builder import ModelBuilder, options

from edgekws.graph import supported_ops
from edgekws.resources import boards_folder
from edgekws.run import Run

FLOAT = "FLOAT32"


def one_operator(name: str, kind: str, dtype: str = "INT8", inputs: int = 1) -> bytes:
    b = ModelBuilder()
    x = [b.tensor((1, 4), 0.1, dtype=dtype, name=f"in{number}") for number in range(inputs)]
    y = b.tensor((1, 4), 1 / 256, -128, dtype=dtype, name="out")
    b.operator(name, (x[0],), (y,), options(kind))
    return b.build(x, (y,))


def big_model() -> bytes:
    """400 KB of weights, more than a small board's flash; little RAM."""
    b = ModelBuilder()
    x = b.tensor((1, 1000), 0.1, name="features")
    random = np.random.default_rng(1)
    y = x
    for width in (396, 4):
        shape = (width, b.graph.tensors[y].shape[1])
        weights = b.tensor(shape, 0.01, data=random.integers(-127, 128, shape).astype(np.int8))
        bias = b.tensor((width,), 0.001, data=np.zeros(width, np.int32), dtype="INT32")
        b.graph.tensors[bias].quantization.scale[0] = np.float32(0.1) * np.float32(0.01)
        z = b.tensor((1, width), 0.1, name=f"dense{width}")
        b.operator("FULLY_CONNECTED", (y, weights, bias), (z,), options("FullyConnectedOptions"))
        y = z
    scores = b.tensor((1, 4), 1 / 256, -128, name="scores")
    b.operator("SOFTMAX", (y,), (scores,), options("SoftmaxOptions", beta=1.0))
    return b.build((x,), (scores,))


BAD = {
    "truncated": (small_model()[:1000], "theirs.tflite: "),
    "text": (b"what is this? a text", "not a TensorFlow Lite file (bytes 4 to 7 are not TFL3)"),
    "empty": (b"", "not a TensorFlow Lite file"),
    "float": (
        one_operator("SOFTMAX", "SoftmaxOptions", FLOAT),
        "input 'in0' is float32, not int8; convert with int8 input and output",
    ),
    "two inputs": (
        one_operator("SOFTMAX", "SoftmaxOptions", inputs=2), "has 2 inputs; edgekws runs exactly 1",
    ),
    "unsupported op": (
        one_operator("LSTM", "LSTMOptions"),
        f"LSTM (operator 0): not supported; supported: {', '.join(supported_ops())}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_model_is_refused(kind: str, no_programs: None) -> None:
    data, words = BAD[kind]
    Path("theirs.tflite").write_bytes(data)
    said = refused(1, "export", "--model", "theirs.tflite", "--json")
    assert said.startswith("theirs.tflite: ")
    assert words in said
    assert not Path("export").exists()


def test_a_missing_model() -> None:
    assert refused(1, "export", "--model", "no.tflite").startswith(
        "no.tflite: cannot read: No such"
    )
    assert refused(1, "export", "--model", ".").startswith(".: cannot read: Is a directory")


LABELS = {
    "too few": ("yes\nno\n", "the model has 4 scores but 2 labels are given"),
    "empty": ("", "needs one label a line"),
    "a gap": ("a\n\nb\nc\n", "no empty line between"),
    "twice": ("a\nb\nb\nc\n", "a label is there twice"),
}


@pytest.mark.parametrize("kind", LABELS)
def test_bad_labels_are_refused(kind: str) -> None:
    text, words = LABELS[kind]
    Path("theirs.tflite").write_bytes(small_model())
    Path("labels.txt").write_text(text)
    assert words in refused(1, "export", "--model", "theirs.tflite", "--labels", "labels.txt")
    assert not Path("export").exists()


def test_missing_labels() -> None:
    Path("theirs.tflite").write_bytes(small_model())
    said = refused(1, "export", "--model", "theirs.tflite", "--labels", "no.txt")
    assert said.startswith("no.txt: cannot read: No such file")


BOARD = "stm32vldiscovery"  # 128 KB of flash, 8 KB of RAM


@pytest.mark.qemu
@pytest.mark.slow
def test_a_model_too_large_for_its_board_is_refused_with_the_numbers(verified: Run) -> None:
    Path("big.tflite").write_bytes(big_model())
    said = refused(1, "export", "--model", "big.tflite", "--board", BOARD)
    assert said.startswith(f"{BOARD}: the program does not fit: FLASH ")
    assert "131,072 there (too small); RAM " in said
    assert said.endswith("8,192 there; choose a smaller model or a larger board")
    tight = (boards_folder() / f"{BOARD}.toml").read_text().replace("8_192", "4_096")
    Path("tight.toml").write_text(tight)
    said = refused(1, "export", "small", "--board", "tight.toml")
    assert said.startswith("tight: the program does not fit: FLASH ")
    assert "4,096 there (too small); choose a smaller model or a larger board" in said
    assert not Path("export").exists()


def test_a_model_too_large_is_refused_without_a_compiler(no_programs: None) -> None:
    tools.require_package("ai_edge_litert")
    Path("big.tflite").write_bytes(big_model())
    said = refused(1, "export", "--model", "big.tflite", "--board", BOARD)
    assert "flash at least" in said
    assert "131,072 there (too small)" in said
    assert not Path("export").exists()
