from __future__ import annotations

import numpy as np
from support.small_network import features, small_network

from edgekws.graph import run_layers
from edgekws.verify.compare import first_difference, first_layer_difference

NAMES = ("yes/a.wav", "no/b.wav", "no/c.wav")


def test_equal_is_none() -> None:
    values = np.zeros((3, 4), np.int8)
    assert first_difference(values, values.copy(), NAMES, engine="C") is None


def test_names_clip_element_and_values() -> None:
    expected = np.zeros((3, 4, 5), np.int8)
    found = expected.copy()
    found[1, 2, 3], found[1, 3, 0], found[2, 0, 0] = 7, -1, 1
    text = first_difference(expected, found, NAMES, engine="C on host")
    assert text == (
        "no/b.wav: element [2, 3] is 7 in C on host, 0 in numpy "
        "(2 of 20 values differ; 2 of 3 inputs are affected)"
    )


def test_other_shape_is_a_difference() -> None:
    text = first_difference(np.zeros((3, 4), np.int8), np.zeros((3, 5), np.int8), NAMES, engine="C")
    assert text == "C gives the shape [3, 5], numpy [3, 4]"


def test_first_layer_in_running_order_is_named() -> None:
    graph = small_network()
    layers = run_layers(graph, features(graph))
    found = [layer.copy() for layer in layers]
    found[2][0, 1] += 1  # of an earlier clip, but in a later layer
    found[0][2, 3, 1, 2] += 1
    text = first_layer_difference(graph, layers, found, NAMES, engine="C")
    assert text is not None
    assert text.startswith("layer 0 CONV_2D: no/c.wav: element [3, 1, 2] is ")
    assert first_layer_difference(graph, layers, layers, NAMES, engine="C") is None


def test_a_file_may_have_one_layer_less() -> None:
    graph = small_network()
    layers = run_layers(graph, features(graph))
    assert first_layer_difference(graph, layers, layers[:-1], NAMES, engine="C") is None
