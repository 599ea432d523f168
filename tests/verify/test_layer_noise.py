"""Signal-to-noise ratios against noise made by hand, and bad layers that must be named."""

from __future__ import annotations

import math

import numpy as np
import pytest
from support.calibrated_network import CONV, DENSE, LOGITS, Calibrated, calibrated_network

from edgekws.graph import run_layers
from edgekws.verify.layer_noise import LayerNoise, layer_noise, losing, said_losing, snr_db
from edgekws.verify.real_ops import FineWeights, real_values

SOUND = calibrated_network()


def test_a_ratio_of_known_noise() -> None:
    signal = np.sin(np.arange(10_000) * 0.1) + 5.0  # variance 1/2; its mean says nothing
    noise = np.resize([0.01, -0.01], 10_000)  # power 1e-4
    assert snr_db(signal, signal + noise) == pytest.approx(10 * math.log10(0.5e4), abs=0.01)
    assert snr_db(signal, signal) is None
    assert snr_db(np.ones(4), np.zeros(4)) == -100.0


def test_rounding_alone_costs_a_twelfth_of_a_step_squared() -> None:
    real = np.random.default_rng(1).normal(0, 20, 100_000)  # in steps
    assert snr_db(real, np.rint(real)) == pytest.approx(10 * math.log10(400 * 12), abs=0.1)


def test_a_sound_network_keeps_its_signal() -> None:
    found = layer_noise(SOUND.graph, SOUND.features)
    assert [(each.layer, each.op) for each in found] == [
        (CONV, "CONV_2D"), (DENSE, "FULLY_CONNECTED"), (LOGITS, "FULLY_CONNECTED"), (4, "SOFTMAX"),
    ]  # fmt: skip
    assert found[0].snr_db == found[0].own_snr_db  # the features are exact
    assert all(each.snr_db is not None and 30 < each.snr_db < 60 for each in found)


def test_the_ratios_are_those_of_the_float_network() -> None:
    """The network's own float arithmetic, which knows nothing of the int8 file."""
    found = {each.layer: each for each in layer_noise(SOUND.graph, SOUND.features, fine(SOUND))}
    said = run_layers(SOUND.graph, SOUND.features)
    for number in (CONV, DENSE):
        tensor = SOUND.graph.tensors[SOUND.graph.nodes[number].output]
        noise = real_values(tensor, said[number]) - SOUND.outputs[number]
        expected = 10 * math.log10(np.var(SOUND.outputs[number]) / np.mean(noise**2))
        assert found[number].snr_db == pytest.approx(expected, abs=0.006)
    logits = SOUND.outputs[LOGITS]
    tensor = SOUND.graph.tensors[SOUND.graph.nodes[LOGITS].output]
    wanted, scores = softmax(logits), softmax(real_values(tensor, said[LOGITS]))
    expected = 10 * math.log10(np.var(wanted) / np.mean((scores - wanted) ** 2))
    assert found[LOGITS].snr_db == pytest.approx(expected, abs=0.006)


def test_rounded_weights_cost_signal_too() -> None:
    coarse, both = (layer_noise(SOUND.graph, SOUND.features, f) for f in (None, fine(SOUND)))
    for activations, all_noise in zip(coarse[:3], both[:3], strict=True):
        assert activations.own_snr_db is not None and all_noise.own_snr_db is not None
        assert all_noise.own_snr_db < activations.own_snr_db


@pytest.mark.parametrize("number", [CONV, DENSE, LOGITS])
@pytest.mark.parametrize("wider", [8.0, 0.15])
def test_a_layer_with_a_bad_scale_is_named(number: int, wider: float) -> None:
    """Its steps are far too coarse, or so fine that it clips."""
    bad = calibrated_network(number, wider)
    for weights in (None, fine(bad)):
        found = layer_noise(bad.graph, bad.features, weights)
        assert losing(found)[0].layer == number
        assert said_losing(found).startswith(f"most signal is lost in layer {number} ")


@pytest.mark.parametrize("number", [CONV, DENSE, LOGITS])
def test_a_layer_with_bad_weights_is_named(number: int) -> None:
    weights = fine(SOUND)
    random = np.random.default_rng(2)
    values = weights[number].values
    weights[number] = FineWeights(values + random.normal(0, 8, values.shape), weights[number].bias)
    found = layer_noise(SOUND.graph, SOUND.features, weights)
    assert losing(found)[0].layer == number
    before = layer_noise(SOUND.graph, SOUND.features, fine(SOUND))
    own = [a.own_snr_db == b.own_snr_db for a, b in zip(before, found, strict=True)]
    assert own == [layer.layer != number for layer in found]
    whole = [a.snr_db == b.snr_db for a, b in zip(before, found, strict=True)]
    assert whole == [layer.layer < number for layer in found]  # it goes on from there


def test_softmax_and_exact_layers_are_not_blamed() -> None:
    layers = [LayerNoise(0, "CONV_2D", 40.0, 40.0), LayerNoise(1, "MAX_POOL_2D", 38.0, None)]
    layers += [LayerNoise(2, "SOFTMAX", 5.0, 5.0)]
    assert [each.layer for each in losing(layers)] == [0]
    assert said_losing(layers[1:]) == "no layer loses signal"


def fine(network: Calibrated) -> dict[int, FineWeights]:
    """The real weights in steps of the int8 ones."""
    found = {}
    for number, (kernel, steps) in network.weights.items():
        node = network.graph.nodes[number]
        grid = network.graph.tensors[node.inputs[0]].quantization
        assert grid is not None
        shaped = steps.reshape(-1, *[1] * (kernel.ndim - 1))
        bias = network.biases[number] / (steps * float(grid.scale[0]))
        found[number] = FineWeights(kernel / shaped, bias)
    return found


def softmax(x: np.ndarray) -> np.ndarray:
    shares = np.exp(x)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
