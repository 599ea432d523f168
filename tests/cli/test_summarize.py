"""``edgekws summarize`` as a user meets it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from support.command_line import ask, refused
from support.small_run import small_model

from edgekws.run import Run


def test_a_run(run: Run) -> None:
    document = ask("summarize", "--json").document
    assert document["network"] == "small"
    assert document["labels"] == list(run.recipe.labels)
    assert [layer["op"] for layer in document["layers"]] == [
        "CONV_2D", "RESHAPE", "FULLY_CONNECTED", "SOFTMAX",
    ]  # fmt: skip
    assert document["layers"][0]["shape"] == [1, 25, 5, 4]
    assert document["layers"][0]["macs"] == 25 * 5 * 4 * 5 * 3
    assert document["parameters"] == 4 * 15 + 4 + 4 * 500 + 4
    assert document["frontend_work_bytes"] > 0
    assert document["room"] is None
    text = ask("summarize", "small").out
    assert text.splitlines()[0] == "small: 49 x 10 x 1 -> 4 labels"
    assert "output of layer 0 CONV_2D" in text
    assert "bytes (optimal); features 490 bytes" in text


def test_a_model_made_elsewhere_against_a_board() -> None:
    Path("theirs.tflite").write_bytes(small_model())
    document = ask("summarize", "theirs.tflite", "--board", "microbit", "--json").document
    assert document["network"] == "theirs.tflite"
    assert document["frontend_work_bytes"] is None
    assert document["room"]["fits"]
    assert document["room"]["ram_there"] == 16_384
    said = ask("summarize", "theirs.tflite", "--board", "microbit").out.splitlines()[-1]
    assert said.startswith("microbit: may fit: flash at least ")


def test_nothing_of_a_wide_table_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("theirs.tflite").write_bytes(small_model())
    monkeypatch.setenv("COLUMNS", "20")
    assert "…" not in ask("summarize", "theirs.tflite").out


def test_the_picture(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    assert ask("summarize", "--png", "map.png").code == 0
    assert Path("map.png").read_bytes().startswith(b"\x89PNG")
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert "pip install" in refused(4, "summarize", "--png", "other.png")
    assert not Path("other.png").exists()


def test_what_cannot_be_is_refused(run: Run) -> None:
    assert "board 'uno' is not known" in refused(2, "summarize", "--board", "uno")
    assert refused(2, "summarize", "smal") == "smal: no such run; known under runs/: small"
    assert refused(1, "summarize", "no.tflite").startswith("no.tflite: cannot read: No such file")
    Path("bad.tflite").write_bytes(b"what is this? a text")
    assert "not a TensorFlow Lite file" in refused(1, "summarize", "bad.tflite", "--json")
    run.model.write_bytes(small_model(2))
    assert "model.tflite changed since `quantize` ran" in refused(1, "summarize")
