"""What one layer does for another gives the same bits, and is left alone where it would not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.tflite_builder import ModelBuilder, options
from support.tflm import Tflm

from edgekws.fixedpoint import quantize_multipliers
from edgekws.graph import read_model
from edgekws.graph.binary import Operands
from edgekws.graph.copy import Place
from edgekws.graph.engine import run_layers
from edgekws.graph.fuse import fuse
from edgekws.graph.lookup import EVERY_VALUE, Lookup
from edgekws.graph.ops.conv_2d import Conv2D
from edgekws.graph.ops.depthwise_conv_2d import DepthwiseConv2D
from edgekws.graph.ops.logistic import Logistic, Swish
from edgekws.graph.ops.mul import Mul
from edgekws.graph.ops.pad import Pad
from edgekws.graph.ops.relu import Relu
from edgekws.graph.ops.reshape import Reshape
from edgekws.graph.ops.tanh import Tanh
from edgekws.graph.types import Graph, Node, Op, Tensor
from edgekws.graph.weights import Rescale, Weights
from edgekws.graph.window import SAME, VALID, Window, fit_axis

ZERO = -5
SHAPE = (1, 6, 5, 3)
few = settings(max_examples=80, deadline=None, derandomize=True)


def chain(*ops: Op) -> Graph:
    """Each op reads what the one before wrote."""
    shape, tensors, nodes = SHAPE, [Tensor("0", SHAPE, "int8")], []
    for i, op in enumerate(ops):
        shape = op.run(np.zeros(shape, np.int8)).shape
        tensors.append(Tensor(str(i + 1), shape, "int8"))
        nodes.append(Node(op, (i,), i + 1))
    return Graph(tuple(tensors), tuple(nodes), 0, len(ops), "0" * 64)


def expect_same(graph: Graph, left: int) -> Graph:
    """Fused there are ``left`` layers, each with the values of its tensor in the whole graph."""
    x = np.random.default_rng(3).integers(-128, 128, (4, *SHAPE[1:])).astype(np.int8)
    fused = fuse(graph)
    assert len(fused.nodes) == left
    whole = dict(zip((n.output for n in graph.nodes), run_layers(graph, x), strict=True))
    for node, values in zip(fused.nodes, run_layers(fused, x), strict=True):
        np.testing.assert_array_equal(values, whole[node.output])
    return fused


def conv(depthwise: bool, size: tuple[int, int], stride: int = 1, padding: int = VALID) -> Op:
    random = np.random.default_rng(1)
    channels = SHAPE[3]
    shape = (1, 3, 2, channels) if depthwise else (4, 3, 2, channels)
    outputs = channels if depthwise else 4
    factors = random.uniform(0.002, 0.01, outputs)
    rescale = Rescale(*quantize_multipliers(factors), -20, -128, 110)
    values = random.integers(-127, 128, shape).astype(np.int8)
    bias = random.integers(-900, 900, outputs).astype(np.int32)
    weights = Weights(values, bias, 3 if depthwise else 0, ZERO, rescale)
    axes = [fit_axis(n, k, stride, 1, padding) for n, k in zip(size, (3, 2), strict=True)]
    if depthwise:
        return DepthwiseConv2D(weights, Window(*axes), channels)
    return Conv2D(weights, Window(*axes))


def pad(top: int, bottom: int, left: int, right: int, fill: int = ZERO) -> Pad:
    _, height, width, channels = SHAPE
    shape = (1, top + height + bottom, left + width + right, channels)
    row = shape[2] * channels
    strides = (height * width * channels, width * channels, channels, 1)
    source = Place(height * width * channels, 0, strides)
    size = shape[1] * row
    target = Place(size, top * row + left * channels, (size, row, channels, 1))
    return Pad(shape, SHAPE, source, target, fill)


def clip(low: int, high: int) -> Relu:
    return Relu(np.clip(EVERY_VALUE, low, high).astype(np.int8), 1)


@few
@given(
    st.tuples(*[st.integers(0, 3)] * 4), st.booleans(), st.integers(1, 3),
    st.sampled_from((SAME, VALID)),
)  # fmt: skip
def test_padding_into_a_convolution(
    around: tuple[int, int, int, int], depthwise: bool, stride: int, padding: int
) -> None:
    padded = pad(*around)
    size = padded.output_shape[1:3]
    expect_same(chain(padded, conv(depthwise, size, stride, padding)), 1)


def test_padding_of_another_value_stays() -> None:
    padded = pad(1, 1, 1, 1, fill=ZERO + 1)
    expect_same(chain(padded, conv(False, padded.output_shape[1:3])), 2)


@few
@given(st.integers(-128, 127), st.integers(-128, 127), st.booleans())
def test_a_clamp_into_the_layer_before(one: int, other: int, depthwise: bool) -> None:
    low, high = sorted((one, other))
    expect_same(chain(conv(depthwise, SHAPE[1:3]), clip(low, high)), 1)


def test_what_is_no_clamp_stays() -> None:
    table = np.clip(EVERY_VALUE, -20, 90).astype(np.int8)
    table[150] -= 1
    expect_same(chain(conv(False, SHAPE[1:3]), Relu(table, 1)), 2)


def test_tables_and_shapes_of_tables_and_shapes() -> None:
    table = np.random.default_rng(5).integers(-128, 128, 256).astype(np.int8)
    fused = expect_same(chain(clip(-30, 70), Tanh(table, 1)), 1)
    assert isinstance(fused.nodes[0].op, Lookup)
    expect_same(chain(Reshape((1, 5, 18)), Reshape((1, 90)), Reshape((1, 9, 10))), 1)


def gated(
    order: tuple[int, int], shape: tuple[int, ...] = SHAPE, reads: int = 1,
    curve: type[Lookup] = Logistic,
) -> Graph:  # fmt: skip
    """The input times a table's values for it, in either order, and whatever else reads them."""
    random = np.random.default_rng(6)
    table = random.integers(-128, 128, 256).astype(np.int8)
    shapes = [shape if number == 1 else SHAPE for number in order]
    product = Mul(Operands((shapes[0], shapes[1]), None), (3, -9), 1 << 30, -5, 4, -100, 120)
    nodes = [Node(curve(table, 1), (0,), 1), Node(product, order, 2)]
    nodes += [Node(clip(-20, 20), (1,), 3)] * (reads - 1)
    tensors = tuple(Tensor(str(i), SHAPE, "int8") for i in range(4))
    return Graph(tensors, tuple(nodes), 0, 2, "0" * 64)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_tensor_times_its_sigmoid(order: tuple[int, int]) -> None:
    fused = expect_same(gated(order), 1)
    assert isinstance(fused.nodes[0].op, Swish)


def test_a_product_stays_where_it_must() -> None:
    assert len(fuse(gated((0, 1), reads=2)).nodes) == 3  # something else reads the table's values
    assert len(fuse(gated((0, 1), shape=(1, 1, 1, 3))).nodes) == 2  # other values meet
    assert len(fuse(gated((0, 1), curve=Tanh)).nodes) == 2  # verify knows no name for both


def test_what_is_read_twice_stays() -> None:
    graph = chain(conv(False, SHAPE[1:3]), clip(-20, 60), clip(-10, 50))
    first, second, third = graph.nodes
    again = replace(graph, nodes=(first, second, replace(third, inputs=(1,))), output=2)
    assert len(fuse(again).nodes) == 3
    shown = replace(graph, nodes=(first, second), output=1)
    assert len(fuse(shown).nodes) == 2


@pytest.mark.parametrize("depthwise", [False, True])
def test_all_at_once(depthwise: bool) -> None:
    padded = pad(2, 0, 1, 1)
    layer = conv(depthwise, padded.output_shape[1:3])
    expect_same(chain(padded, layer, clip(-20, 90), clip(-128, 127)), 1)


def model() -> bytes:
    """PAD, CONV_2D, RELU, QUANTIZE, PAD, DEPTHWISE_CONV_2D, RESHAPE twice, FULLY_CONNECTED."""
    b, random = ModelBuilder(), np.random.default_rng(7)

    def constant(values: object, dtype: str = "int32", scale: float = 0.0) -> int:
        data = np.array(values, dtype)
        return b.tensor(data.shape, scale or None, data=data, dtype=dtype.upper())

    def weights(*shape: int) -> int:
        return constant(random.integers(-127, 128, shape), "int8", 0.01)

    def add(name: str, inputs: list[int], shape: tuple[int, ...], kind: str, **chosen: int) -> int:
        output = b.tensor(shape, 0.2, -3)
        b.operator(name, inputs, [output], options(f"{kind}Options", **chosen))
        return output

    steps = {"padding": 1, "strideH": 1, "strideW": 1}
    around = constant([[0, 0], [1, 0], [1, 2], [0, 0]])
    x = b.tensor((1, 6, 5, 3), 0.2, -3)
    y = add("PAD", [x, around], (1, 7, 8, 3), "Pad")
    y = add("CONV_2D", [y, weights(4, 3, 2, 3), constant([9] * 4, scale=0.002)], (1, 5, 7, 4),
            "Conv2D", **steps)  # fmt: skip
    relu = b.tensor((1, 5, 7, 4), 0.2, -3)
    b.operator("RELU", [y], [relu], None)
    y = add("QUANTIZE", [relu], (1, 5, 7, 4), "Quantize")
    y = add("PAD", [y, around], (1, 6, 10, 4), "Pad")
    y = add("DEPTHWISE_CONV_2D", [y, weights(1, 3, 3, 4), constant([5] * 4, scale=0.002)],
            (1, 4, 8, 4), "DepthwiseConv2D", depthMultiplier=1, **steps)  # fmt: skip
    y = add("RESHAPE", [y], (1, 32, 4), "Reshape", newShape=[1, 32, 4])
    y = add("RESHAPE", [y], (1, 128), "Reshape", newShape=[1, 128])
    y = add("FULLY_CONNECTED", [y, weights(3, 128)], (1, 3), "FullyConnected")
    return b.build([x], [y])


def test_a_file_gives_the_bits_of_tflm() -> None:
    graph, truth = read_model(model()), Tflm(model())
    names = [node.op.name for node in graph.nodes]
    assert names == ["CONV_2D", "DEPTHWISE_CONV_2D", "RESHAPE", "FULLY_CONNECTED", "SOFTMAX"]
    x = np.random.default_rng(8).integers(-128, 128, (50, *SHAPE[1:])).astype(np.int8)
    layers = run_layers(graph, x)
    for i, clip in enumerate(x):
        truth.run(clip[np.newaxis])
        for node, values in zip(graph.nodes[:-1], layers, strict=False):
            np.testing.assert_array_equal(values[i], truth.tensor(node.output)[0], node.op.name)
