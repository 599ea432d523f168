"""What people read: every table says what the report holds, and nothing where there is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgekws.verify.by_label import LabelLoss
from edgekws.verify.check import Check
from edgekws.verify.layer_noise import LayerNoise
from edgekws.verify.pictures import draw_layers, draw_sweep
from edgekws.verify.report import Report
from edgekws.verify.sweep import SweepPoint
from edgekws.verify.text import to_text

CHECK = Check("host", "passed", "all equal", "measured")
LAYERS = (
    LayerNoise(0, "CONV_2D", 40.04, 40.04),
    LayerNoise(1, "MAX_POOL_2D", 39.0, None),
    LayerNoise(3, "FULLY_CONNECTED", -2.5, 12.34),
    LayerNoise(4, "SOFTMAX", 5.0, 5.0),
)
SWEEP = (
    SweepPoint(-30.0, 0.0, 0.5, (0.4, 0.6), 0.0),
    SweepPoint(0.0, 0.0, 1.0, (0.9, 1.0), 0.0),
    SweepPoint(0.0, 10.0, 0.25, (0.2, 0.3), 0.125),
)
FULL = Report(
    "model.tflite", "0" * 64, None, 1.0, 10, (CHECK,), 0.9, (0.6, 0.98), 0.8, (0.49, 0.94),
    10.0, 30.0, 0.3, 0.85, 0.5,
    (LabelLoss("yes", 7, 1.0, 0.5, 0.25, 0.125, None, 0.0),), LAYERS, sweep=SWEEP,
)  # fmt: skip


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_every_number_has_its_place() -> None:
    found = rows(to_text(FULL))
    assert ["yes", "7", "100.00", "50.00", "25.00", "12.50", "-", "0.00"] in found
    assert ["1", "MAX_POOL_2D", "39.0", "exact"] in found
    assert ["3", "FULLY_CONNECTED", "-2.5", "12.3", "loses", "most"] in found
    assert sum(row[-1:] == ["most"] for row in found) == 1
    assert ["+0", "+10", "25.00", "20.00..30.00", "12.50"] in found
    assert "same answer on 85.00 %; McNemar's p is 0.5 " in to_text(FULL)


def test_a_model_made_elsewhere_has_layers_only() -> None:
    bare = Report("theirs.tflite", "0" * 64, None, 0.0, 0, (CHECK,), layers=LAYERS)
    text = to_text(bare)
    assert text.startswith("passed   host       all equal\n\nsignal over noise of activations, dB")
    assert "accuracy" not in text
    assert "precision" not in text


@pytest.mark.parametrize("layers", [LAYERS, LAYERS[3:], ()])
def test_layers_are_drawn(tmp_path: Path, layers: tuple[LayerNoise, ...]) -> None:
    draw_layers(layers, tmp_path / "layers.png")
    assert (tmp_path / "layers.png").read_bytes().startswith(b"\x89PNG")


def test_a_sweep_is_drawn_the_same_every_time(tmp_path: Path) -> None:
    draw_sweep(SWEEP, 0.3, tmp_path / "one.png")
    draw_sweep(SWEEP, 0.3, tmp_path / "two.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
