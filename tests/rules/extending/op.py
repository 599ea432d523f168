"""The op in numpy equals the tflite-micro wheel, and its compiled C equals both."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
from hypothesis import Phase, given, settings
from support.ckernel import run_kernel
from support.op_models import Draw, OneOp, finish
from support.tflite_builder import ModelBuilder, options
from support.tflm import Tflm

from edgekws.graph import read_model, run_layers


@st.composite
def maximum(draw) -> OneOp:
    """The larger of the input and its ReLU, both on another grid."""
    d, b = Draw(draw), ModelBuilder()
    shape = [1, d.integer(1, 5), d.integer(1, 5), d.integer(1, 5)]
    scale, zero_point = d.scale(), d.zero_point()
    x = b.tensor(shape, d.near(scale), d.zero_point())
    operands = [b.tensor(shape, scale, zero_point) for _ in range(2)]
    b.operator("QUANTIZE", [x], operands[:1], options("QuantizeOptions"))
    b.operator("RELU", [x], operands[1:])
    y = b.tensor(shape, scale, zero_point)
    b.operator("MAXIMUM", operands, [y], options("MaximumMinimumOptions"))
    return finish(d, b, x, y, shape)


@settings(max_examples=60, deadline=None, derandomize=True, phases=[Phase.generate])
@given(maximum())
def check(case: OneOp) -> None:
    graph, truth = read_model(case.model), Tflm(case.model)
    layers = run_layers(graph, case.x)
    values = {node.output: layer for node, layer in zip(graph.nodes, layers, strict=True)}
    (node,) = (node for node in graph.nodes if node.op.name == "MAXIMUM")
    kernel = node.op.portable_kernel()
    assert kernel is not None
    for i, clip in enumerate(case.x):
        truth.run(clip[np.newaxis])
        expected = truth.tensor(node.output)[0]
        np.testing.assert_array_equal(values[node.output][i], expected)
        inputs = tuple(values[number][i] for number in node.inputs)
        for in_place in (False, True):
            written = run_kernel(kernel, expected.size, *inputs, in_place=in_place)
            np.testing.assert_array_equal(written, expected.ravel())


check()
