"""A small network with random weights, made without a file and without TensorFlow."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from edgekws.codegen.spotter import Keywords
from edgekws.features import find_frontend
from edgekws.fixedpoint import quantize_multipliers
from edgekws.graph.ops import softmax
from edgekws.graph.ops.conv_2d import Conv2D
from edgekws.graph.ops.fully_connected import FullyConnected
from edgekws.graph.ops.reshape import Reshape
from edgekws.graph.types import Graph, Node, Quantization, Tensor
from edgekws.graph.weights import Rescale, Weights
from edgekws.graph.window import SAME, Window, fit_axis
from edgekws.kernel import Array
from edgekws.recipe import DetectorSpec, FrontendSpec

LABELS = ("_silence_", "_unknown_", "yes", "no")


def small_network(
    frames: int = 49,
    bands: int = 10,
    *,
    channels: int = 4,
    hidden: int = 0,
    scale: float = 0.1,
    zero_point: int = -3,
    seed: int = 1,
) -> Graph:
    """CONV_2D, RESHAPE, FULLY_CONNECTED (twice when ``hidden`` is above 0) and SOFTMAX."""
    random = np.random.default_rng(seed)
    shape = (1, -(-frames // 2), -(-bands // 2), channels)
    size = int(np.prod(shape))
    window = Window(fit_axis(frames, 5, 2, 1, SAME), fit_axis(bands, 3, 2, 1, SAME))
    tensors = [_tensor("features", (1, frames, bands, 1), scale, zero_point)]
    tensors += [_tensor("conv", shape, 0.1, -128), _tensor("flat", (1, size), 0.1, -128)]
    nodes = [
        Node(
            Conv2D(_weights(random, (channels, 5, 3, 1), zero_point, -128, 0.01), window), (0,), 1
        ),
        Node(Reshape((1, size)), (1,), 2),
    ]
    for width in (hidden, len(LABELS)) if hidden else (len(LABELS),):
        inputs = tensors[-1].size
        weights = _weights(random, (width, inputs), -128, 5, 0.3 / inputs)
        tensors.append(_tensor(f"dense{width}", (1, width), 0.1, 5))
        nodes.append(
            Node(FullyConnected(weights, 1, (1, width)), (len(tensors) - 2,), len(tensors) - 1)
        )
    tensors.append(_tensor("scores", (1, len(LABELS)), 1 / 256, -128))
    nodes.append(Node(softmax.make(1, len(LABELS), 0.1), (len(tensors) - 2,), len(tensors) - 1))
    digest = hashlib.sha256(repr((frames, bands, channels, hidden, seed)).encode()).hexdigest()
    return Graph(tuple(tensors), tuple(nodes), 0, len(tensors) - 1, digest)


def small_keywords(graph: Graph | None = None, prefix: str = "kws") -> Keywords:
    """What a project without a frontend is made from."""
    return Keywords(graph or small_network(), b"TFL3 stands here", LABELS, prefix=prefix)


def sound_keywords(
    frames: int = 6,
    bands: int = 10,
    prefix: str = "kws",
    seed: int = 1,
    hops_per_inference: int = 1,
    spec: FrontendSpec | None = None,
) -> Keywords:
    """What a project that listens is made from; its detector reports words of random scores."""
    frontend = find_frontend(spec or FrontendSpec(bands=bands))
    spec = frontend.spec
    graph = small_network(
        frames, spec.bands, scale=frontend.scale, zero_point=frontend.zero_point, seed=seed
    )
    samples = spec.window_samples + (frames + 8) * spec.hop_samples
    return Keywords(
        graph,
        b"TFL3 stands here",
        LABELS,
        frontend,
        DetectorSpec(window_ms=100, threshold=40.0, suppression_ms=60, minimum_count=2),
        recording(samples),
        prefix,
        hops_per_inference,
    )


def recording(samples: int, seed: int = 3) -> npt.NDArray[np.int16]:
    """Noise whose loudness changes every 40 ms, int16 [samples]."""
    random = np.random.default_rng(seed)
    loudness = np.repeat(random.uniform(20, 12_000, samples // 640 + 1), 640)[:samples]
    return (random.uniform(-1, 1, samples) * loudness).astype(np.int16)


def features(graph: Graph, count: int = 3) -> Array:
    """Random int8 [count, ...], the first two entries at the ends of the range."""
    shape = (count, *graph.input_tensor.shape[1:])
    values = np.random.default_rng(7).integers(-128, 128, shape).astype(np.int8)
    values[:2] = np.array([-128, 127], np.int8).reshape(2, *[1] * (len(shape) - 1))
    return values


def _tensor(name: str, shape: tuple[int, ...], scale: float, zero_point: int) -> Tensor:
    grid = Quantization(np.array([scale], np.float32), np.array([zero_point], np.int32))
    return Tensor(name, shape, "int8", grid)


def _weights(
    random: np.random.Generator,
    shape: tuple[int, ...],
    input_zero_point: int,
    output_zero_point: int,
    factor: float,
) -> Weights:
    channels = shape[0]
    factors = factor * random.uniform(0.5, 1.5, channels)
    rescale = Rescale(*quantize_multipliers(factors), output_zero_point, -128, 127)
    values = random.integers(-127, 128, shape).astype(np.int8)
    bias = random.integers(-2000, 2000, channels).astype(np.int32)
    return Weights(values, bias, 0, input_zero_point, rescale)
