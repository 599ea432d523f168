"""Figures of layers, against ones counted by hand and published ones."""

from __future__ import annotations

from pathlib import Path

from support.small_model import small_model

from edgekws.graph import read_model
from edgekws.graph.describe import Layer, describe
from edgekws.kernel import Body


def test_small_network() -> None:
    layers = describe(read_model(small_model()), Body.PORTABLE)
    assert layers[0] == Layer("CONV_2D", "conv", (1, 6, 4, 2), 288, 14, 4 * 6 + 4 * 12)
    assert layers[1] == Layer("MAX_POOL_2D", "pool", (1, 3, 2, 2), 0, 0, 0)
    assert layers[2] == Layer("RESHAPE", "flat", (1, 12), 0, 0, 0)
    assert layers[3].parameters == 4 * 12 + 4


def test_ds_cnn_has_the_published_parameters(foreign_models: Path) -> None:
    layers = describe(read_model(foreign_models / "mlperf_tiny_kws_ref.tflite"), Body.PORTABLE)
    assert sum(layer.parameters for layer in layers) == 22_604
    assert sum(layer.macs for layer in layers) == 2_656_768
