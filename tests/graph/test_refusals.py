"""What cannot be run exactly is refused with its reason and what to do; what can is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support.small_model import builder, small_model
from support.tflite_builder import ModelBuilder, options, schema

from edgekws.errors import ModelError
from edgekws.graph import read_model, run_graph, supported_ops

Edit = Callable[[ModelBuilder], object]


def refusal(edit: Edit) -> str:
    """Message for the small network after an edit."""
    b, x, scores = builder()
    edit(b)
    inputs = getattr(b, "inputs", [x])
    outputs = getattr(b, "outputs", [scores])
    with pytest.raises(ModelError) as caught:
        read_model(b.build(inputs, outputs))
    return str(caught.value)


def set_tensor(number: int, **members: object) -> Edit:
    """Edit that changes members of a tensor."""

    def edit(b: ModelBuilder) -> None:
        for name, value in members.items():
            setattr(b.graph.tensors[number], name, value)

    return edit


def set_grid(number: int, scale: list[float], zero_point: list[int], axis: int = 0) -> Edit:
    """Edit that changes a tensor's quantization."""

    def edit(b: ModelBuilder) -> None:
        grid = b.graph.tensors[number].quantization
        grid.scale = np.array(scale, np.float32)
        grid.zeroPoint = np.array(zero_point, np.int64)
        grid.quantizedDimension = axis

    return edit


def set_options(operator: int, **members: object) -> Edit:
    """Edit that changes options of an operator."""

    def edit(b: ModelBuilder) -> None:
        for name, value in members.items():
            setattr(b.graph.operators[operator].builtinOptions, name, value)

    return edit


def set_operator(operator: int, **members: object) -> Edit:
    """Edit that changes members of an operator."""

    def edit(b: ModelBuilder) -> None:
        for name, value in members.items():
            setattr(b.graph.operators[operator], name, value)

    return edit


def set_kind(operator: int, name: str) -> Edit:
    """Edit that makes an operator another one."""

    def edit(b: ModelBuilder) -> None:
        b.graph.operators[operator].opcodeIndex = b._code(getattr(schema.BuiltinOperator, name))

    return edit


def two_subgraphs(b: ModelBuilder) -> None:
    b.model.subgraphs.append(b.graph)


def two_inputs(b: ModelBuilder) -> None:
    b.inputs = [0, b.tensor([1, 4], 0.1)]


def no_output(b: ModelBuilder) -> None:
    b.outputs = []


def unmade_output(b: ModelBuilder) -> None:
    b.outputs = [b.tensor([1, 4], 0.1, name="nobody")]


def custom(b: ModelBuilder) -> None:
    set_kind(1, "CUSTOM")(b)
    b.model.operatorCodes[-1].customCode = "MyPool"


def late_operator(b: ModelBuilder) -> None:
    b.graph.operators.append(b.graph.operators.pop(0))


def written_twice(b: ModelBuilder) -> None:
    b.graph.operators.append(b.graph.operators[3])


def short_buffer(b: ModelBuilder) -> None:
    buffer = b.model.buffers[b.graph.tensors[1].buffer]
    buffer.data = buffer.data[:-1]


def float_network(b: ModelBuilder) -> None:
    for number in (0, 1, 2, 3):
        b.graph.tensors[number].type = schema.TensorType.FLOAT32


def sparse(b: ModelBuilder) -> None:
    b.graph.tensors[1].sparsity = schema.SparsityParametersT()


REFUSALS: dict[str, tuple[Edit, str]] = {
    "two subgraphs": (two_subgraphs, "has 2 subgraphs; edgekws runs exactly 1"),
    "two inputs": (two_inputs, "has 2 inputs; edgekws runs exactly 1"),
    "no output": (no_output, "has 0 outputs"),
    "output of nobody": (unmade_output, "'nobody' is computed by no operator"),
    "schema version": (lambda b: setattr(b.model, "version", 2), "schema version must be 3"),
    "float input": (
        set_tensor(0, type=schema.TensorType.FLOAT32),
        "input 'features' is float32, not int8; convert with int8 input and output",
    ),
    "uint8 output": (set_tensor(10, type=schema.TensorType.UINT8), "'scores' is uint8, not int8"),
    "float inside": (
        set_tensor(4, type=schema.TensorType.FLOAT32),
        "MAX_POOL_2D (operator 1): 'pool' is float32; quantize the whole network",
    ),
    "batch of two": (set_tensor(0, shape=[2, 6, 4, 1]), "computes a batch of 2"),
    "batch of two inside": (set_tensor(3, shape=[2, 6, 4, 2]), "must have the shape [1, 6, 4, 2]"),
    "open shape": (set_tensor(3, shape=[1, -1, 4, 2]), "is dynamic; convert with a fixed shape"),
    "open signature": (set_tensor(3, shapeSignature=[-1, -1, 4, 2]), "dynamic"),
    "unsupported": (
        set_kind(1, "LSTM"),
        f"LSTM (operator 1): not supported; supported: {', '.join(supported_ops())}",
    ),
    "beyond the byte": (set_kind(1, "GELU"), "GELU (operator 1): not supported"),
    "custom": (custom, "CUSTOM 'MyPool' (operator 1): not supported"),
    "control flow": (set_kind(1, "WHILE"), "control flow is not supported"),
    "state": (
        set_tensor(3, isVariable=True),
        "keeps state between runs; only one SVDF may have it",
    ),
    "state of a constant": (set_tensor(1, isVariable=True), "keeps state and is a constant"),
    "sparse": (sparse, "sparse tensors are not supported"),
    "weights of wrong depth": (set_tensor(1, shape=[2, 3, 1, 2]), "do not fit the input"),
    "wrong output shape": (set_tensor(4, shape=[1, 3, 2, 1]), "the file says [1, 3, 2, 1]"),
    "wrong flat size": (set_tensor(6, shape=[1, 11]), "must keep the number of values"),
    "short buffer": (short_buffer, "its buffer has 11 bytes, its shape needs 12"),
    "weights with zero point": (
        set_grid(1, [0.01, 0.02], [0, 1]),
        "zero point other than 0; quantize them symmetrically",
    ),
    "weights along a wrong axis": (
        set_grid(1, [0.01, 0.02, 0.03], [0, 0, 0], axis=1),
        "needs 1, or 2 along axis 0",
    ),
    "scales that fit no axis": (set_grid(1, [0.01] * 3, [0] * 3), "3 scales do not fit axis 0"),
    "activation per channel": (
        set_grid(3, [0.7, 0.7], [5, 5], axis=3),
        "'conv' must have one scale",
    ),
    "no scale": (set_tensor(4, quantization=None), "'pool' must have one scale"),
    "scale of zero": (set_grid(4, [0.0], [5]), "not a finite number above 0"),
    "scale not a number": (set_grid(4, [float("nan")], [5]), "not a finite number above 0"),
    "zero point too large": (set_grid(4, [0.7], [128]), "zero point is not in -128..127"),
    "bias of other scale": (set_grid(8, [0.1], [0]), "is not input scale x weight scale"),
    "bias with zero point": (set_grid(8, [0.007], [1]), "zero point 0"),
    "bias too short": (set_tensor(8, shape=[3]), "its buffer has 16 bytes, its shape needs 12"),
    "bias of int8": (set_operator(0, inputs=[0, 1, 1]), "must be int32, is int8"),
    "scales far apart": (set_grid(3, [1e-30], [5]), "far apart"),
    "sums beyond 32 bits": (set_grid(3, [1e-8], [5]), "can exceed 32 bits"),
    "pool changes scale": (set_grid(4, [0.6], [5]), "must have the scale and zero point of its"),
    "reshape changes scale": (set_grid(6, [0.6], [5]), "and the scale"),
    "softmax of other scale": (set_grid(10, [1 / 128], [-128]), "scale 1/256"),
    "stride of zero": (set_options(0, strideH=0), "impossible height"),
    "window too large": (set_options(1, filterWidth=5), "larger than the input of 4"),
    "tanh": (set_options(0, fusedActivationFunction=4), "fused activation 4 is not supported"),
    "padding": (set_options(0, padding=2), "padding 2 is not known"),
    "shuffled weights": (set_options(3, weightsFormat=1), "shuffled weights are not supported"),
    "beta of zero": (set_options(4, beta=0.0), "too small"),
    "too few inputs": (set_operator(0, inputs=[0]), "has 1 inputs and 1 outputs"),
    "no weights": (set_operator(0, inputs=[0, -1, 2]), "input 1 must be a constant"),
    "constant input": (set_operator(1, inputs=[1]), "not a constant"),
    "computed weights": (set_operator(3, inputs=[6, 6, 8]), "input 1 must be a constant"),
    "written twice": (written_twice, "'logits' is written twice"),
    "used too early": (late_operator, "'conv' is used before it is computed"),
    "far tensor": (set_operator(0, inputs=[0, 99, 2]), "there is no tensor 99"),
    "far kind": (set_operator(0, opcodeIndex=99), "of unknown kind 99"),
    "far buffer": (set_tensor(1, buffer=99), "there is no buffer 99"),
    "other options": (
        set_operator(0, builtinOptionsType=schema.BuiltinOptions.AddOptions),
        "carries the options of another operator",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refuses(name: str) -> None:
    edit, part = REFUSALS[name]
    message = refusal(edit)
    assert message.startswith("model: ")
    assert part in message
    assert "\n" not in message


def test_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "broken.tflite"
    path.write_bytes(b"RIFF....WAVE")
    with pytest.raises(ModelError, match=r"broken\.tflite: not a TensorFlow Lite file"):
        read_model(path)


def test_refuses_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.tflite: cannot read: No such file"):
        read_model(tmp_path / "none.tflite")


def test_refuses_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot read: Is a directory"):
        read_model(tmp_path)


def test_refuses_an_empty_file() -> None:
    with pytest.raises(ModelError, match="not a TensorFlow Lite file"):
        read_model(b"")


def test_reads_old_files_that_have_only_the_one_byte_code() -> None:
    b, x, scores = builder()
    for code in b.model.operatorCodes:
        code.builtinCode = 0
    assert len(read_model(b.build([x], [scores])).nodes) == 5


def test_keeps_names_and_open_batch() -> None:
    b, x, scores = builder()
    b.graph.tensors[3].shapeSignature = [-1, 6, 4, 2]
    graph = read_model(b.build([x], [scores]))
    assert graph.input_tensor.name == "features"
    assert [graph.tensors[node.output].name for node in graph.nodes][:2] == ["conv", "pool"]


def test_appends_softmax_to_logits() -> None:
    b, x, _ = builder()
    b.graph.operators.pop()
    graph = read_model(b.build([x], [9]))
    assert graph.nodes[-1].op.name == "SOFTMAX"
    grid = graph.output_tensor.quantization
    assert grid is not None
    assert (float(grid.scale[0]), int(grid.zero_point[0])) == (1 / 256, -128)
    features = np.random.default_rng(0).integers(-128, 128, (20, 6, 4), dtype=np.int8)
    whole = run_graph(read_model(small_model()), features)
    np.testing.assert_array_equal(run_graph(graph, features), whole)


def test_leaves_out_shape_arithmetic() -> None:
    b, x, scores = builder()
    shape = b.tensor([4], dtype="INT32", name="shape")
    b.operator("SHAPE", [4], [shape], options("ShapeOptions", outType=schema.TensorType.INT32))
    b.graph.operators.insert(2, b.graph.operators.pop())
    b.graph.operators[3].inputs = [4, shape]
    graph = read_model(b.build([x], [scores]))
    assert [node.op.name for node in graph.nodes][2] == "RESHAPE"
    assert graph.nodes[2].inputs == (4,)


def test_shape_arithmetic_cannot_be_computed_with() -> None:
    def edit(b: ModelBuilder) -> None:
        shape = b.tensor([1, 6, 4, 2], dtype="INT32", name="shape")
        b.operator("SHAPE", [3], [shape])
        b.graph.operators.insert(1, b.graph.operators.pop())
        b.graph.operators[2].inputs = [shape]

    assert "'shape' is int32; only int8 runs here" in refusal(edit)


def test_run_graph_takes_frames_without_the_last_axis_of_one() -> None:
    graph = read_model(small_model())
    features = np.random.default_rng(0).integers(-128, 128, (200, 6, 4), dtype=np.int8)
    scores = run_graph(graph, features)
    assert scores.shape == (200, 4)
    np.testing.assert_array_equal(scores, run_graph(graph, features[..., np.newaxis]))
    assert run_graph(graph, features[:0]).shape == (0, 4)


@pytest.mark.parametrize("shape", [(3, 6, 5), (3, 12)])
def test_run_graph_refuses_other_shapes(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        run_graph(read_model(small_model()), np.zeros(shape, np.int8))
    with pytest.raises(ValueError, match="int8"):
        run_graph(read_model(small_model()), np.zeros((1, 6, 4)))
