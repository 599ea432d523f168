"""Made-up networks whose layers look at time in every way a hop graph must cope with."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from support.small_network import recording
from support.tflite_builder import ModelBuilder, options

from edgekws.codegen.spotter import Keywords
from edgekws.features import find_frontend
from edgekws.graph import read_model
from edgekws.recipe import DetectorSpec, FrontendSpec

LABELS = ("_silence_", "_unknown_", "yes")
SAME, VALID = 0, 1
PADDING = {"same": SAME, "valid": VALID}


@dataclass(frozen=True)
class Layer:
    """One layer: its kind, and along time its kernel, stride, dilation and padding."""

    kind: str  # conv, depthwise, average, max, relu, double, wide
    kernel: int = 1
    stride: int = 1
    dilation: int = 1
    padding: str = "valid"


@dataclass(frozen=True)
class TimeNetwork:
    """Layers over [1, frames, bands, 1], and how the end makes scores of them."""

    frames: int
    bands: int
    layers: tuple[Layer, ...]
    pooled: bool  # by one average over all that is left, else flattened
    seed: int
    scale: float = 0.5  # of the features
    zero_point: int = -3

    def build(self) -> bytes:
        """Bytes of the ``.tflite`` file."""
        return _Maker(self).make()


@st.composite
def time_networks(draw: st.DrawFn) -> TimeNetwork:
    """Networks of up to five layers with a column left at the end."""
    frames, bands = draw(st.integers(4, 24)), draw(st.integers(1, 4))
    left, layers = frames, []
    for _ in range(draw(st.integers(1, 5))):
        kinds = ["conv", "depthwise", "average", "max", "relu", "double", "wide"]
        kind = draw(st.sampled_from(kinds))
        if kind in ("relu", "double", "wide"):
            layers.append(Layer(kind))
            continue
        padding = draw(st.sampled_from(["valid", "valid", "valid", "same"]))
        dilation = draw(st.integers(1, 2)) if kind in ("conv", "depthwise") else 1
        most = left if padding == "same" else (left - 1) // dilation + 1
        kernel = draw(st.integers(1, min(4, most)))
        stride = draw(st.integers(1, 3)) if dilation == 1 else 1
        layers.append(Layer(kind, kernel, stride, dilation, padding))
        left = _left(left, layers[-1])
    return TimeNetwork(frames, bands, tuple(layers), draw(st.booleans()), draw(st.integers(0, 99)))


def _left(columns: int, layer: Layer) -> int:
    if layer.padding == "same":
        return -(-columns // layer.stride)
    return (columns - (layer.kernel - 1) * layer.dilation - 1) // layer.stride + 1


class _Maker:
    def __init__(self, network: TimeNetwork) -> None:
        self.network = network
        self.random = np.random.default_rng(network.seed)
        self.b = ModelBuilder()

    def make(self) -> bytes:
        network = self.network
        self.columns, self.width, self.channels = network.frames, network.bands, 1
        sides = [1, network.frames, network.bands, 1]
        entry = x = self.b.tensor(sides, network.scale, network.zero_point)
        for layer in network.layers:
            x = getattr(self, f"_{layer.kind}")(x, layer)
        if network.pooled:
            x = self._pool("AVERAGE_POOL_2D", x, Layer("average", self.columns))
        size = self.columns * self.width * self.channels
        flat = self.b.tensor([1, size], self.network.scale, self.network.zero_point)
        shape = self.b.tensor([2], data=np.array([-1, size], np.int32), dtype="INT32")
        self.b.operator("RESHAPE", [x, shape], [flat], options("ReshapeOptions"))
        weights, bias = self._weights([3, size]), self._bias(3)
        logits = self.b.tensor([1, 3], 0.4, 2)
        self.b.operator(
            "FULLY_CONNECTED", [flat, weights, bias], [logits], options("FullyConnectedOptions")
        )
        scores = self.b.tensor([1, 3], 1 / 256, -128)
        self.b.operator("SOFTMAX", [logits], [scores], options("SoftmaxOptions", beta=1.0))
        return self.b.build([entry], [scores])

    def _weights(self, shape: list[int]) -> int:
        return self.b.tensor(
            shape, 0.01, data=self.random.integers(-127, 128, shape, dtype=np.int8)
        )

    def _bias(self, channels: int) -> int:
        values = self.random.integers(-500, 500, channels).astype(np.int32)
        return self.b.tensor([channels], 0.01 * self.network.scale, data=values, dtype="INT32")

    def _output(self, layer: Layer) -> int:
        self.columns = _left(self.columns, layer)
        return self.b.tensor(
            [1, self.columns, self.width, self.channels],
            self.network.scale,
            self.network.zero_point,
        )

    def _conv(self, x: int, layer: Layer) -> int:
        before, self.channels = self.channels, int(self.random.integers(1, 5))
        weights = self._weights([self.channels, layer.kernel, 1, before])
        return self._multiplied("CONV_2D", "Conv2DOptions", x, weights, layer)

    def _depthwise(self, x: int, layer: Layer) -> int:
        weights = self._weights([1, layer.kernel, 1, self.channels])
        return self._multiplied(
            "DEPTHWISE_CONV_2D", "DepthwiseConv2DOptions", x, weights, layer, depthMultiplier=1
        )

    def _multiplied(
        self, name: str, kind: str, x: int, weights: int, layer: Layer, **more: int
    ) -> int:
        bias, y = self._bias(self.channels), self._output(layer)
        chosen = options(
            kind, padding=PADDING[layer.padding], strideH=layer.stride, strideW=1,
            dilationHFactor=layer.dilation, dilationWFactor=1, **more,
        )  # fmt: skip
        self.b.operator(name, [x, weights, bias], [y], chosen)
        return y

    def _average(self, x: int, layer: Layer) -> int:
        return self._pool("AVERAGE_POOL_2D", x, layer)

    def _max(self, x: int, layer: Layer) -> int:
        return self._pool("MAX_POOL_2D", x, layer)

    def _pool(self, name: str, x: int, layer: Layer) -> int:
        y = self._output(layer)
        chosen = options(
            "Pool2DOptions", padding=PADDING[layer.padding], strideH=layer.stride, strideW=1,
            filterHeight=layer.kernel, filterWidth=1,
        )  # fmt: skip
        self.b.operator(name, [x], [y], chosen)
        return y

    def _relu(self, x: int, layer: Layer) -> int:
        y = self._output(layer)
        self.b.operator("RELU", [x], [y])
        return y

    def _wide(self, x: int, layer: Layer) -> int:
        """Padding beside the bands, as networks have it that pad nothing in time."""
        self.width += 2
        frame = np.array([[0, 0], [0, 0], [1, 1], [0, 0]], np.int32)
        y, amounts = self._output(layer), self.b.tensor([4, 2], data=frame, dtype="INT32")
        self.b.operator("PAD", [x, amounts], [y], options("PadOptions"))
        return y

    def _double(self, x: int, layer: Layer) -> int:
        """A branch: the values and their ReLU, added."""
        other, y = self._relu(x, layer), self._output(layer)
        self.b.operator("ADD", [x, other], [y], options("AddOptions"))
        return y


LAYERS = (Layer("conv", 5, 2), Layer("relu"), Layer("depthwise", 3), Layer("double"))
ORDINARY = TimeNetwork(29, 4, LAYERS, False, 5)  # every hop of 2 frames has 1 new column


def time_keywords(network: TimeNetwork, hops: int) -> Keywords:
    """A project that listens with a made-up network."""
    frontend = find_frontend(FrontendSpec(bands=network.bands))
    network = dataclasses.replace(network, scale=frontend.scale, zero_point=frontend.zero_point)
    model, spec = network.build(), frontend.spec
    samples = spec.window_samples + (network.frames + 8 * hops) * spec.hop_samples
    rule = DetectorSpec(window_ms=200, threshold=40.0, suppression_ms=60, minimum_count=2)
    return Keywords(
        read_model(model), model, LABELS, frontend, rule, recording(samples),
        hops_per_inference=hops,
    )  # fmt: skip
