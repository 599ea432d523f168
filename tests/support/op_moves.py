"""Networks around an operator that moves values: paddings, slices, splits, joins, transposes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import hypothesis.strategies as st
import numpy as np
from support.op_models import Draw, OneOp, finish
from support.tflite_builder import ModelBuilder, options


def _start(draw: Callable[[Any], Any]) -> tuple[Draw, ModelBuilder, list[int], int]:
    d, b = Draw(draw), ModelBuilder()
    shape = [1, *(d.integer(1, 7) for _ in range(d.integer(1, 3)))]
    return d, b, shape, b.tensor(shape, d.scale(), d.zero_point())


def _like(b: ModelBuilder, x: int, shape: Sequence[int]) -> int:
    """A tensor on the grid of another."""
    grid = b.graph.tensors[x].quantization
    return b.tensor(shape, float(grid.scale[0]), int(grid.zeroPoint[0]))


def _int32(b: ModelBuilder, values: Sequence[Any]) -> int:
    data = np.array(values, np.int32)
    return b.tensor(data.shape, data=data, dtype="INT32")


@st.composite
def pad(draw: Callable[[Any], Any], name: str) -> OneOp:
    """``PAD`` or ``PADV2`` on any sides."""
    d, b, shape, x = _start(draw)
    paddings = [[0, 0], *([d.integer(0, 3), d.integer(0, 3)] for _ in shape[1:])]
    y = _like(b, x, [n + sum(p) for n, p in zip(shape, paddings, strict=True)])
    inputs = [x, _int32(b, paddings)]
    if name == "PADV2":
        inputs.append(_like(b, x, []))
        value = np.array(d.integer(-128, 127), np.int8)
        b.graph.tensors[inputs[-1]].buffer = b._buffer(value)
    b.operator(name, inputs, [y], options("PadOptions" if name == "PAD" else "PadV2Options"))
    return finish(d, b, x, y, shape)


@st.composite
def block(draw: Callable[[Any], Any]) -> OneOp:
    """``SLICE`` of any block, with sizes written as -1 now and then."""
    d, b, shape, x = _start(draw)
    begins = [d.integer(0, n - 1) for n in shape]
    sizes = [d.integer(1, n - begin) for n, begin in zip(shape, begins, strict=True)]
    y = _like(b, x, sizes)
    written = [
        -1 if begin + size == n and d.flag() else size
        for n, begin, size in zip(shape, begins, sizes, strict=True)
    ]
    inputs = [x, _int32(b, begins), _int32(b, written)]
    b.operator("SLICE", inputs, [y], options("SliceOptions"))
    return finish(d, b, x, y, shape)


@st.composite
def strided_slice(draw: Callable[[Any], Any]) -> OneOp:
    """Any begin, end and stride, forwards and backwards, with masks, as long as values are left."""
    d, b, shape, x = _start(draw)
    bounds, masks, sizes = [(0, 1, 1)], [0, 0, 0], [1]
    for axis, n in enumerate(shape[1:], 1):
        stride = d.draw(st.sampled_from([1, 1, 2, 3, -1, -2]))
        begin, end = d.integer(-n - 2, n + 2), d.integer(-n - 2, n + 2)
        shrink, no_begin, no_end = d.integer(0, 5) == 0, d.flag(), d.flag()
        count = len(
            range(*slice(None if no_begin else begin, None if no_end else end, stride).indices(n))
        )
        if shrink:
            begin, end, stride, no_begin, no_end = d.integer(-n, n - 1), 0, 1, False, False
        elif count == 0:
            begin, end, stride, count, no_begin, no_end = 0, n, 1, n, False, False
        bounds.append((begin, end, stride))
        masks = [
            m | flag << axis for m, flag in zip(masks, (no_begin, no_end, shrink), strict=True)
        ]
        sizes += [] if shrink else [count]
    y = _like(b, x, sizes)
    chosen = options(
        "StridedSliceOptions", beginMask=masks[0], endMask=masks[1], shrinkAxisMask=masks[2]
    )
    inputs = [x, *(_int32(b, list(values)) for values in zip(*bounds, strict=True))]
    b.operator("STRIDED_SLICE", inputs, [y], chosen)
    return finish(d, b, x, y, shape)


@st.composite
def transpose(draw: Callable[[Any], Any]) -> OneOp:
    """The axes behind the batch in any order."""
    d, b, shape, x = _start(draw)
    order = [0, *d.draw(st.permutations(range(1, len(shape))))]
    y = _like(b, x, [shape[axis] for axis in order])
    b.operator("TRANSPOSE", [x, _int32(b, order)], [y], options("TransposeOptions"))
    return finish(d, b, x, y, shape)


@st.composite
def concatenation(draw: Callable[[Any], Any]) -> OneOp:
    """The input, beside parts of itself, along any axis."""
    d, b, shape, x = _start(draw)
    axis = d.integer(1, len(shape) - 1)
    count = d.integer(2, 8)
    tensors, along = [x], shape[axis]
    for _ in range(count - 1):
        sizes = list(shape)
        sizes[axis] = d.integer(1, shape[axis])
        tensors.append(_like(b, x, sizes))
        inputs = [x, _int32(b, [0] * len(shape)), _int32(b, sizes)]
        b.operator("SLICE", inputs, tensors[-1:], options("SliceOptions"))
        along += sizes[axis]
    y = _like(b, x, [*shape[:axis], along, *shape[axis + 1 :]])
    written = axis - len(shape) if d.flag() else axis
    chosen = options("ConcatenationOptions", axis=written)
    b.operator("CONCATENATION", d.draw(st.permutations(tensors)), [y], chosen)
    return finish(d, b, x, y, shape)


@st.composite
def pack(draw: Callable[[Any], Any]) -> OneOp:
    """The input and a frame within itself, along any new axis."""
    d, b, shape, x = _start(draw)
    shape = shape[:3]
    b.graph.tensors[x].shape = shape
    count = d.integer(2, 4)
    tensors = [x]
    for _ in range(count - 1):
        tensors.append(_like(b, x, shape))
        turned = [axis for axis in range(1, len(shape)) if d.flag()]
        bounds = [(n - 1, -n - 1, -1) if i in turned else (0, n, 1) for i, n in enumerate(shape)]
        inputs = [x, *(_int32(b, list(values)) for values in zip(*bounds, strict=True))]
        b.operator("STRIDED_SLICE", inputs, tensors[-1:], options("StridedSliceOptions"))
    axis = d.integer(1, len(shape))
    y = _like(b, x, [*shape[:axis], count, *shape[axis:]])
    written = axis - len(shape) - 1 if d.flag() else axis
    chosen = options("PackOptions", valuesCount=count, axis=written)
    b.operator("PACK", tensors, [y], chosen)
    return finish(d, b, x, y, shape)


@st.composite
def split(draw: Callable[[Any], Any], name: str) -> OneOp:
    """``SPLIT``, ``SPLIT_V`` or ``UNPACK``; one part goes on, nobody reads the others."""
    d, b, shape, x = _start(draw)
    axis = d.integer(1, len(shape) - 1)
    count = d.integer(1, 4)
    part = d.integer(1, 3)
    parts = [part] * count
    if name == "SPLIT_V":
        parts = [d.integer(1, 4) for _ in range(count)]
    if name == "UNPACK":
        parts = [1] * count
        shape = shape if len(shape) > 2 else [*shape, d.integer(1, 4)]
    shape[axis] = sum(parts)
    b.graph.tensors[x].shape = shape
    gone = [] if name == "UNPACK" else None
    outputs = [
        _like(b, x, [*shape[:axis], *([size] if gone is None else gone), *shape[axis + 1 :]])
        for size in parts
    ]
    written = axis - len(shape) if d.flag() else axis
    if name == "SPLIT":
        b.operator(name, [_int32(b, written), x], outputs, options("SplitOptions", numSplits=count))
    elif name == "SPLIT_V":
        sizes = [*parts[:-1], -1] if d.flag() else parts
        inputs = [x, _int32(b, sizes), _int32(b, written)]
        b.operator(name, inputs, outputs, options("SplitVOptions", numSplits=count))
    else:
        b.operator(name, [x], outputs, options("UnpackOptions", num=count, axis=written))
    return finish(d, b, x, outputs[d.integer(0, count - 1)], shape)


STRATEGIES: dict[str, st.SearchStrategy[OneOp]] = {
    "PAD": pad("PAD"),
    "PADV2": pad("PADV2"),
    "SLICE": block(),
    "STRIDED_SLICE": strided_slice(),
    "TRANSPOSE": transpose(),
    "CONCATENATION": concatenation(),
    "PACK": pack(),
    "SPLIT": split("SPLIT"),
    "SPLIT_V": split("SPLIT_V"),
    "UNPACK": split("UNPACK"),
}
