"""What the operators of other networks must not say, on a network of one operator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from support.tflite_builder import ModelBuilder, options, schema

from edgekws.errors import ModelError
from edgekws.graph import read_model

GRID = (0.1, 3)
X = (1, 4, 6, 2)


def refusal(
    name: str,
    constants: Sequence[Any],
    shapes: Sequence[Sequence[int]],
    grid: tuple[float, int] = GRID,
    **chosen: Any,
) -> str:
    """Message for one operator with these constants and output shapes.

    A constant is a list of int32, an array, None for the input, or a shape for another activation.
    """
    b = ModelBuilder()
    x = b.tensor(X, *GRID)
    inputs = []
    for value in constants:
        if value is None:
            inputs.append(x)
        else:
            data = value if isinstance(value, np.ndarray) else np.array(value, np.int32)
            kind = data.dtype.name.upper()
            inputs.append(b.tensor(data.shape, *GRID, data=data, dtype=kind))
    outputs = [b.tensor(shape, *grid) for shape in shapes]
    kind = {"MEAN": "Reducer", "SUM": "Reducer", "REDUCE_MAX": "Reducer", "SPLIT_V": "SplitV"}.get(
        name, name.title().replace("_", "")
    )
    has_options = hasattr(schema, f"{kind}OptionsT")
    made = options(f"{kind}Options", **chosen) if has_options else None
    b.operator(name, inputs, outputs, made)
    with pytest.raises(ModelError) as caught:
        read_model(b.build([x], [outputs[0]]))
    assert "\n" not in str(caught.value)
    return str(caught.value)


INT8 = np.ones((3,), np.int8)
CASES: dict[str, tuple[tuple[Any, ...], dict[str, Any], str]] = {
    "shapes that do not broadcast": (("ADD", [None, INT8], [X]), {}, "do not go together"),
    "constants only": (("MUL", [INT8, INT8], [(1, 3)]), {}, "from constants only"),
    "float operand": (("MUL", [None, np.ones(2, np.float32)], [X]), {}, "is float32"),
    "int16 operand": (("SUB", [None, np.ones(2, np.int16)], [X]), {}, "only int8 runs here"),
    "broadcast to another shape": (
        ("ADD", [None, np.ones(2, np.int8)], [(1, 4, 6, 3)]),
        {},
        "must have the shape [1, 4, 6, 2]",
    ),
    "batch made by broadcasting": (
        ("ADD", [None, np.ones((3, 1, 1, 1), np.int8)], [X]),
        {},
        "must have the shape [3, 4, 6, 2]",
    ),
    "negative padding": (("PAD", [None, [[0, 0], [-1, 0], [0, 0], [0, 0]]], [X]), {}, "do not fit"),
    "paddings for other axes": (("PAD", [None, [[0, 0]]], [X]), {}, "do not fit the input"),
    "padded to another size": (
        ("PAD", [None, [[0, 0], [1, 0], [0, 0], [0, 0]]], [X]),
        {},
        "must have the shape [1, 5, 6, 2]",
    ),
    "computed paddings": (("PAD", [None, None], [X]), {}, "must be a constant of the file"),
    "a huge padding": (
        ("PAD", [None, [[0, 0], [2**31 - 1, 2**31 - 1], [0, 0], [0, 0]]], [X]),
        {},
        "must have the shape",
    ),
    "pads another scale": (
        ("PADV2", [None, [[0, 0]] * 4, np.ones(2, np.int8)], [X]),
        {},
        "more than one value",
    ),
    "slice beyond the end": (
        ("SLICE", [None, [0, 2, 0, 0], [1, 3, 6, 2]], [X]),
        {},
        "reach outside [1, 4, 6, 2]",
    ),
    "stride of zero": (
        ("STRIDED_SLICE", [None, [0] * 4, [1, 4, 6, 2], [1, 0, 1, 1]], [X]),
        {},
        "a stride of 0",
    ),
    "empty slice": (
        ("STRIDED_SLICE", [None, [0, 3, 0, 0], [1, 3, 6, 2], [1] * 4], [X]),
        {},
        "nothing is left of axis 1",
    ),
    "ellipsis": (
        ("STRIDED_SLICE", [None, [0] * 4, [1, 4, 6, 2], [1] * 4], [X]),
        {"ellipsisMask": 1},
        "an ellipsis",
    ),
    "element that is not there": (
        ("STRIDED_SLICE", [None, [0, 9, 0, 0], [1, 4, 6, 2], [1] * 4], [X]),
        {"shrinkAxisMask": 2},
        "element 9 of axis 1",
    ),
    "axes twice": (("TRANSPOSE", [None, [0, 1, 1, 2]], [X]), {}, "is no order of 4 axes"),
    "axis out of range": (("TRANSPOSE", [None, [0, 1, 2, 4]], [X]), {}, "axis 4 is not one of 4"),
    "parts that are not equal": (
        ("SPLIT", [[1], None], [(1, 1, 6, 2)] * 3),
        {"numSplits": 3},
        "does not split into 3 equal parts",
    ),
    "another number of parts": (
        ("SPLIT", [[1], None], [(1, 2, 6, 2)] * 2),
        {"numSplits": 4},
        "does not split into 2",
    ),
    "parts that do not add up": (
        ("SPLIT_V", [None, [1, 2], [1]], [(1, 1, 6, 2), (1, 2, 6, 2)]),
        {"numSplits": 2},
        "does not split into [1, 2]",
    ),
    "elements of another axis": (
        ("UNPACK", [None], [(1, 6, 2)] * 3),
        {"num": 3, "axis": 1},
        "has not 3 elements",
    ),
    "joined along the batch": (
        ("CONCATENATION", [None, None], [X]),
        {"axis": 0},
        "do not join along axis 0",
    ),
    "joined with an activation": (
        ("CONCATENATION", [None, None], [(1, 8, 6, 2)]),
        {"axis": 1, "fusedActivationFunction": 1},
        "activation is not supported",
    ),
    "joined with nothing": (("CONCATENATION", [None], [X]), {"axis": 1}, "has 1 inputs"),
    "nine tensors joined": (
        ("CONCATENATION", [None] * 9, [(1, 36, 6, 2)]),
        {"axis": 1},
        "has 9 inputs",
    ),
    "joined with a constant": (
        ("CONCATENATION", [None, np.ones(X, np.int8)], [(1, 8, 6, 2)]),
        {"axis": 1},
        "not a constant",
    ),
    "mean over the batch": (("MEAN", [None, [0, 1]], [(1, 6, 2)]), {}, "the batch is one of them"),
    "mean over no axes": (
        ("MEAN", [None, np.zeros(0, np.int32)], [X]),
        {},
        "shape [0] is dynamic",
    ),
    "max of another scale": (
        ("REDUCE_MAX", [None, [1, 2]], [(1, 2)], (0.2, 3)),
        {},
        "the scale and zero point of its input",
    ),
    "max over the last axis": (("REDUCE_MAX", [None, [3]], [(1, 4, 6)]), {}, "right behind"),
    "resized to nothing": (("RESIZE_BILINEAR", [None, [0, 3]], [X]), {}, "to [0, 3]"),
    "corners and centres": (
        ("RESIZE_BILINEAR", [None, [4, 6]], [X]),
        {"alignCorners": True, "halfPixelCenters": True},
        "exclude each other",
    ),
    "sigmoid of another scale": (("LOGISTIC", [None], [X]), {}, "must have the scale 1/256"),
    "tanh of another scale": (("TANH", [None], [X]), {}, "must have the scale 1/128"),
    "slope below zero": (("LEAKY_RELU", [None], [X]), {"alpha": -0.5}, "must be 0 or more"),
    "hard swish far apart": (("HARD_SWISH", [None], [X], (1e-6, 0)), {}, "too far apart"),
    "variables": (("VAR_HANDLE", [], [(1, 4)]), {}, "keeps variables from run to run"),
}


@pytest.mark.parametrize("case", CASES)
def test_refuses(case: str) -> None:
    arguments, chosen, part = CASES[case]
    assert part in refusal(*arguments, **chosen)


def test_refuses_work_without_end() -> None:
    b = ModelBuilder()
    x = b.tensor([1, 2048, 2048, 4], *GRID)
    last = x
    for _ in range(5):
        y = b.tensor([1, 2048, 2048, 4], *GRID)
        order = b.tensor([4], data=np.array([0, 2, 1, 3], np.int32), dtype="INT32")
        b.operator("TRANSPOSE", [last, order], [y], options("TransposeOptions"))
        last = y
    with pytest.raises(ModelError, match="computes 83,886,080 values"):
        read_model(b.build([x], [last]))


def test_refuses_a_window_beyond_all_proportion() -> None:
    b = ModelBuilder()
    x, y = b.tensor([1, 1024, 1024, 1], *GRID), b.tensor([1, 1024, 1024, 1], *GRID)
    sizes = {"strideH": 1, "strideW": 1, "filterHeight": 1000, "filterWidth": 1000}
    b.operator("AVERAGE_POOL_2D", [x], [y], options("Pool2DOptions", padding=0, **sizes))
    with pytest.raises(ModelError, match="1000 x 1000 is out of all proportion"):
        read_model(b.build([x], [y]))
