"""What a file may say about state, one thing wrong at a time: refused with the reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.tflite_builder import ModelBuilder, options, schema

from edgekws.errors import ModelError
from edgekws.graph import read_model, run_graph

BANDS, UNITS, RANK, MEMORY = 4, 3, 2, 5
X, FEATURE, TIME, BIAS, STATE, Y, SCORES = range(7)
SVDF, SOFTMAX = range(2)


def sound(state: str = "INT16") -> ModelBuilder:
    """SVDF and SOFTMAX."""
    b, random = ModelBuilder(), np.random.default_rng(4)
    filters = UNITS * RANK
    feature = random.integers(-127, 128, (filters, BANDS)).astype(np.int8)
    time = random.integers(-127, 128, (filters, MEMORY)).astype(state.lower())
    b.tensor([1, BANDS], 0.1, -3, name="features")
    b.tensor(feature.shape, 0.01, data=feature, name="seen")
    b.tensor(time.shape, 0.01, data=time, dtype=state, name="kept")
    b.tensor([UNITS], 1e-5, data=np.zeros(UNITS, np.int32), dtype="INT32", name="bias")
    b.tensor([1, filters * MEMORY], 0.001, dtype=state, name="state")
    b.graph.tensors[STATE].isVariable = True
    b.tensor([1, UNITS], 0.05, -4, name="units")
    b.tensor([1, UNITS], 1 / 256, -128, name="scores")
    chosen = options("SVDFOptions", rank=RANK, fusedActivationFunction=1)
    b.operator("SVDF", [X, FEATURE, TIME, BIAS, STATE], [Y], chosen)
    b.operator("SOFTMAX", [Y], [SCORES], options("SoftmaxOptions", beta=1.0))
    return b


Change = Callable[[ModelBuilder], None]


def tensor(number: int, **members: Any) -> Change:
    def change(b: ModelBuilder) -> None:
        for name, value in members.items():
            setattr(b.graph.tensors[number], name, value)

    return change


def grid(number: int, scale: list[float], zero_point: list[int]) -> Change:
    def change(b: ModelBuilder) -> None:
        b.graph.tensors[number].quantization.scale = np.array(scale, np.float32)
        b.graph.tensors[number].quantization.zeroPoint = np.array(zero_point)

    return change


def inputs(*numbers: int) -> Change:
    def change(b: ModelBuilder) -> None:
        b.graph.operators[SVDF].inputs = list(numbers)

    return change


def chosen(**members: Any) -> Change:
    def change(b: ModelBuilder) -> None:
        for name, value in members.items():
            setattr(b.graph.operators[SVDF].builtinOptions, name, value)

    return change


def buffer(number: int, data: bytes) -> Change:
    def change(b: ModelBuilder) -> None:
        b.model.buffers.append(schema.BufferT())
        b.model.buffers[-1].data = np.frombuffer(data, np.uint8)
        b.graph.tensors[number].buffer = len(b.model.buffers) - 1

    return change


def shared(b: ModelBuilder) -> None:
    """A second SVDF on what the first wrote, with the same state."""
    again = [Y, FEATURE, TIME, BIAS, STATE]
    b.operator(
        "SVDF", again, [b.tensor([1, UNITS], 0.05, -4)], b.graph.operators[SVDF].builtinOptions
    )
    b.graph.operators.insert(1, b.graph.operators.pop())


def read_elsewhere(b: ModelBuilder) -> None:
    y = b.tensor([1, UNITS * RANK * MEMORY], 0.001)
    b.operator("QUANTIZE", [STATE], [y], options("QuantizeOptions"))


WRONG: dict[str, tuple[Change, str]] = {
    "not variable": (tensor(STATE, isVariable=False), "input 4 must be its state: a variable"),
    "left out": (inputs(X, FEATURE, TIME, BIAS, -1), "input 4 must be its state: a variable"),
    "an input less": (inputs(X, FEATURE, TIME, BIAS), "has 4 inputs and 1 outputs; this operator"),
    "no such tensor": (inputs(X, FEATURE, TIME, BIAS, 99), "there is no tensor 99"),
    "a constant for it": (inputs(X, FEATURE, TIME, BIAS, TIME), "input 4 must be its state"),
    "a constant too": (buffer(STATE, bytes(60)), "keeps state and is a constant"),
    "of int32": (tensor(STATE, type=schema.TensorType.INT32), "a variable tensor of int16 or int8"),
    "of float": (tensor(STATE, type=schema.TensorType.FLOAT32), "is float32; quantize"),
    "time weights of another type": (
        tensor(STATE, type=schema.TensorType.INT8), "('kept') must be int8, is int16"
    ),
    "too short": (tensor(STATE, shape=[1, 29]), "its shapes do not go together at rank 2"),
    "too long": (tensor(STATE, shape=[1, 31]), "its shapes do not go together at rank 2"),
    "of one axis": (tensor(STATE, shape=[30]), "its shapes do not go together at rank 2"),
    "of two clips": (tensor(STATE, shape=[2, 15]), "its shapes do not go together at rank 2"),
    "of no size": (tensor(STATE, shape=[1, 0]), "shape [1, 0] is dynamic"),
    "of a negative size": (tensor(STATE, shape=[1, -30]), "shape [1, -30] is dynamic"),
    "out of proportion": (tensor(STATE, shape=[1, 2**30]), "is out of all proportion"),
    "without a scale": (tensor(STATE, quantization=None), "must have one scale"),
    "two scales": (grid(STATE, [0.1] * 30, [0] * 30), "scales do not fit axis 0"),
    "scale of 0": (grid(STATE, [0.0], [0]), "a scale is not a finite number above 0"),
    "scale not a number": (grid(STATE, [float("nan")], [0]), "a scale is not a finite number"),
    "another scale": (grid(STATE, [0.01], [0]), "bias is not state scale x time weight scale"),
    "a zero point": (grid(STATE, [0.001], [1]), "'state' must have one scale and the zero point 0"),
    "zero point of time weights": (grid(TIME, [0.01], [1]), "'kept' must have one scale and the"),
    "zero point of feature weights": (grid(FEATURE, [0.01], [1]), "'seen' must have one scale"),
    "zero point of the bias": (grid(BIAS, [1e-5], [1]), "'bias' must have one scale"),
    "scales far apart": (grid(X, [1e30], [0]), "weights and output are too far apart"),
    "sums too large": (grid(X, [1e8], [0]), "its sums can exceed 32 bits"),
    "no bias": (inputs(X, FEATURE, TIME, -1, STATE), "input 3 must be a constant of the file"),
    "weights that are computed": (inputs(X, X, TIME, BIAS, STATE), "input 1 must be a constant"),
    "rank 0": (chosen(rank=0), "its shapes do not go together at rank 0"),
    "rank below 0": (chosen(rank=-2), "its shapes do not go together at rank -2"),
    "rank that does not divide": (chosen(rank=4), "its shapes do not go together at rank 4"),
    "another rank": (chosen(rank=3), "its shapes do not go together at rank 3"),
    "no activation": (chosen(fusedActivationFunction=0), "its fused activation must be RELU"),
    "output of another size": (tensor(Y, shape=[1, 4]), "its output must have the shape [1, 3]"),
    "output that is the state": (
        lambda b: setattr(b.graph.operators[SVDF], "outputs", [STATE]), "keeps state between runs"
    ),
    "input that is the state": (
        inputs(STATE, FEATURE, TIME, BIAS, STATE), "keeps state between runs"
    ),
    "one state for two": (shared, "keeps state between runs; only one SVDF may have it"),
    "read by another operator": (read_elsewhere, "keeps state between runs; only one SVDF"),
    "at another place": (inputs(X, FEATURE, STATE, BIAS, TIME), "input 4 must be its state"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_refuses(kind: str) -> None:
    change, reason = WRONG[kind]
    b = sound()
    change(b)
    with pytest.raises(ModelError) as caught:
        read_model(b.build([X], [SCORES]))
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("number", [STATE, TIME])
def test_refuses_an_int8_state_with(number: int) -> None:
    b = sound("INT8")
    grid(number, [0.001 if number == STATE else 0.01], [200])(b)
    with pytest.raises(ModelError, match=r"zero point is not in -128\.\.127"):
        read_model(b.build([X], [SCORES]))


@pytest.mark.parametrize("state", ["INT8", "INT16"])
def test_the_sound_file_runs(state: str) -> None:
    graph = read_model(sound(state).build([X], [SCORES]))
    assert run_graph(graph, np.zeros((2, BANDS), np.int8)).shape == (2, UNITS)


def test_a_state_is_no_edge_of_the_network() -> None:
    for entry, end, reason in ((STATE, SCORES, "input"), (X, STATE, "output")):
        with pytest.raises(ModelError, match=f"{reason} 'state' keeps state between runs"):
            read_model(sound("INT8").build([entry], [end]))
