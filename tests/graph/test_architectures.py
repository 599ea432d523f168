"""The networks that edgekws makes, converted with untrained weights: numpy = TFLM = C."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.architectures_page import rows
from support.ckernel import Case, run_kernel, run_sanitized
from support.tflm import Tflm

from edgekws.graph import read_model, run_layers
from edgekws.models import find_architecture
from edgekws.stream.hop_graph import hop_graph, total_stride

NAMES = (
    "bc_resnet_1",
    "conv",
    "ds_cnn",
    "ds_cnn_l",
    "ds_cnn_m",
    "five_convolutions",
    "low_latency_conv",
    "low_latency_svdf",
    "matchboxnet",
    "simple_audio_32",
    "single_fc",
    "spectrogram_cnn",
    "streaming_wakeword",
    "svdf_354k",
    "tc_resnet14",
    "tc_resnet8",
    "tiny_conv",
    "tiny_embedding_conv",
)
SMALL = ("ds_cnn", "single_fc", "tiny_conv", "tiny_embedding_conv")  # to write out as C
LABELS = 12


def converted(name: str) -> bytes:
    """int8 model of an architecture in its default shape, with its first random weights."""
    from edgekws.quantize.convert import convert_calibrated

    architecture = find_architecture(name)
    spec = architecture.default_frontend
    shape = (spec.frames(spec.sample_rate_hz), spec.bands)  # of 1 s
    model = architecture.build(shape, LABELS, deploy=True)
    for layer in model.layers:  # whose new kernels leave little of the signal
        if type(layer).__name__ == "DepthwiseConv2D":
            kernel, *bias = layer.get_weights()
            layer.set_weights([kernel * kernel.shape[2] ** 0.5, *bias])
    random = np.random.default_rng(0)
    samples = (random.uniform(-1, 1, (1, *shape, 1)).astype(np.float32) for _ in range(4))
    return convert_calibrated(model, samples)


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.parametrize("name", NAMES)
def test_every_layer(name: str, tmp_path: Path) -> None:
    model = converted(name)
    graph, truth = read_model(model), Tflm(model)
    assert rows()[name]["MACs a clip"] == f"{graph.macs:,}"
    frames = graph.input_tensor.shape[1]
    stride = total_stride(graph, frames)
    hop = hop_graph(graph, frames, stride)
    often = "" if stride == 1 else f" / {stride} frames"
    once = "all" if hop.macs == graph.macs else f"{hop.macs:,}{often}"
    assert rows()[name]["MACs a frame"] == once
    random = np.random.default_rng(1)
    x = random.integers(-128, 128, (4, *graph.input_tensor.shape[1:]), dtype=np.int8)
    x[0] = 127
    values = {graph.input: x}
    cases = []
    for node, result in zip(graph.nodes, run_layers(graph, x), strict=True):
        values[node.output] = result
        kernel = node.op.portable_kernel()
        if kernel is not None:
            inputs = tuple(values[number][-1] for number in node.inputs)
            cases.append(Case(kernel, inputs, result[-1]))
    for i, clip in enumerate(x):
        truth.run(clip[np.newaxis])
        for node in graph.nodes:
            expected = truth.tensor(node.output)[0]
            np.testing.assert_array_equal(values[node.output][i], expected, node.op.name)
    for case in cases:
        written = run_kernel(case.kernel, case.expected.size, *case.inputs)
        np.testing.assert_array_equal(written, case.expected.ravel(), case.kernel.function)
    if name in SMALL:
        assert run_sanitized(cases, tmp_path).returncode == 0
