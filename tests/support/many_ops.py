"""One small sound network with most operators, to be run everywhere and to be spoilt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from support.tflite_builder import ModelBuilder, options

LABELS = 3
SHAPE = (1, 6, 4, 4)


class _Chain:
    """Adds operators whose result is one tensor; sizes of constants follow from their values."""

    def __init__(self) -> None:
        self.b = ModelBuilder()
        self.random = np.random.default_rng(11)

    def constant(self, values: Any, dtype: str = "INT32") -> int:
        data = np.array(values, dtype.lower())
        return self.b.tensor(data.shape, data=data, dtype=dtype)

    def weights(self, shape: Sequence[int], scale: float) -> int:
        data = self.random.integers(-127, 128, shape).astype(np.int8)
        return self.b.tensor(shape, scale, data=data)

    def add(
        self,
        name: str,
        inputs: Sequence[int],
        shape: Sequence[int],
        grid: tuple[float, int] = (0.05, -3),
        **chosen: Any,
    ) -> int:
        kind = {"MEAN": "Reducer", "SUM": "Reducer", "PADV2": "PadV2", "SPLIT_V": "SplitV"}.get(
            name, name.title().replace("_", "")
        )
        plain = name in ("LOGISTIC", "TANH")
        output = self.b.tensor(shape, *grid)
        self.b.operator(
            name, inputs, [output], None if plain else options(f"{kind}Options", **chosen)
        )
        return output


def many_ops(*, remembers: bool = False) -> bytes:
    """A network of 22 operators from int8 [1, 6, 4, 4] to three scores; with an SVDF on demand."""
    c = _Chain()
    x = c.b.tensor(SHAPE, 0.05, -3, name="features")
    padded = c.add("PAD", [x, c.constant([[0, 0], [1, 1], [2, 0], [0, 0]])], [1, 8, 6, 4])
    value = c.b.tensor([], 0.05, -3, data=np.array(7, np.int8))
    framed = c.add(
        "PADV2", [padded, c.constant([[0, 0], [0, 1], [0, 0], [0, 0]]), value], [1, 9, 6, 4]
    )
    bounds = [c.constant(v) for v in ([0, 7, 1, 0], [1, 1, 5, 4], [1, -1, 1, 1])]
    turned = c.add("STRIDED_SLICE", [framed, *bounds], SHAPE)
    halves = [c.b.tensor([1, 6, 4, 2], 0.05, -3) for _ in range(2)]
    c.b.operator("SPLIT", [c.constant(3), turned], halves, options("SplitOptions", numSplits=2))
    gate = c.add("LOGISTIC", halves[:1], [1, 6, 4, 2], (1 / 256, -128))
    gated = c.add("MUL", [halves[1], gate], [1, 6, 4, 2], (0.04, 4))
    bent = c.add("HARD_SWISH", [gated], [1, 6, 4, 2], (0.03, -100))
    leaky = c.add("LEAKY_RELU", [bent], [1, 6, 4, 2], alpha=0.3)
    joined = c.add("CONCATENATION", [halves[0], leaky], SHAPE, axis=3)
    shifted = c.add("ADD", [c.weights([4], 0.01), joined], SHAPE, (0.06, 1))
    mean = c.add("MEAN", [shifted, c.constant([1, 2])], [1, 1, 1, 4], (0.02, 0), keepDims=True)
    centred = c.add("SUB", [shifted, mean], SHAPE, (0.06, 1))
    moved = c.add("TRANSPOSE", [centred, c.constant([0, 3, 1, 2])], [1, 4, 6, 4], (0.06, 1))
    sizes = {"alignCorners": False, "halfPixelCenters": True}
    small = c.add("RESIZE_BILINEAR", [moved, c.constant([3, 3])], [1, 3, 3, 4], (0.06, 1), **sizes)
    summed = c.add("SUM", [small, c.constant([1])], [1, 3, 4], (0.1, 5))
    rows = [c.b.tensor([1, 4], 0.1, 5) for _ in range(3)]
    c.b.operator("UNPACK", [summed], rows, options("UnpackOptions", num=3, axis=1))
    packed = c.add("PACK", [rows[2], rows[0]], [1, 2, 4], (0.1, 5), valuesCount=2, axis=1)
    parts = [c.b.tensor([1, 2, size], 0.1, 5) for size in (1, 3)]
    split = [packed, c.constant([1, -1]), c.constant([2])]
    c.b.operator("SPLIT_V", split, parts, options("SplitVOptions", numSplits=2))
    row = c.add(
        "SLICE", [parts[1], c.constant([0, 1, 0]), c.constant([-1, 1, 3])], [1, 1, 3], (0.1, 5)
    )
    flat = c.add("RESHAPE", [row], [1, 3], (0.1, 5), newShape=[1, 3])
    last = _svdf(c, flat) if remembers else flat
    bounded = c.add("TANH", [last], [1, 3], (1 / 128, 0))
    scores = c.add("SOFTMAX", [bounded], [1, LABELS], (1 / 256, -128), beta=4.0)
    return c.b.build([x], [scores])


def _svdf(c: _Chain, x: int) -> int:
    time = c.random.integers(-127, 128, (6, 4)).astype(np.int16)
    bias = c.b.tensor([3], 0.001 * 0.01, data=np.array([5, -70, 900], np.int32), dtype="INT32")
    state = c.b.tensor([1, 24], 0.001, dtype="INT16")
    c.b.graph.tensors[state].isVariable = True
    inputs = [x, c.weights([6, 3], 0.01), c.b.tensor([6, 4], 0.01, data=time, dtype="INT16"), bias]
    y = c.b.tensor([1, 3], 0.05, -4)
    chosen = options("SVDFOptions", rank=2, fusedActivationFunction=1)
    c.b.operator("SVDF", [*inputs, state], [y], chosen)
    return y
