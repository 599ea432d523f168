"""Whether a converted file is what was asked for: int8 throughout, and reading the frontend."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from tensorflow.lite.python import schema_py_generated as schema

from edgekws.errors import CheckFailed

SUPPORTED = (
    "ADD",
    "AVERAGE_POOL_2D",
    "CONCATENATION",
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "FULLY_CONNECTED",
    "LOGISTIC",
    "MAX_POOL_2D",
    "MEAN",
    "MUL",
    "PAD",
    "RELU",
    "RESHAPE",
    "RESIZE_BILINEAR",
    "SLICE",
    "SOFTMAX",
    "STRIDED_SLICE",
    "TRANSPOSE",
)
CHANNEL_AXIS = {"CONV_2D": 0, "DEPTHWISE_CONV_2D": 3}  # of the weights
SMALLEST_PEAK = 100  # of 127: below it a channel wastes a bit or more
_INTEGER = {schema.TensorType.INT8, schema.TensorType.INT32}


def check(model: bytes, *, scale: float, zero_point: int) -> None:
    """Raise `CheckFailed` unless a ``.tflite`` fits its frontend and wastes nothing.

    Every tensor is integer, the input has exactly this scale and zero point, every channel of a
    convolution reaches 100 of 127 (or is all zero), and each operator is one of `SUPPORTED`.
    """
    file = schema.ModelT.InitFromPackedBuf(model)
    graph = file.subgraphs[0]
    _all_integer(graph)
    _all_supported(file, graph)
    _pinned(graph.tensors[graph.inputs[0]], scale, zero_point)
    for operator in graph.operators:
        axis = CHANNEL_AXIS.get(_name(file, operator))
        if axis is not None:
            _well_used(file, graph.tensors[operator.inputs[1]], axis)


def _all_integer(graph: Any) -> None:
    for tensor in graph.tensors:
        if tensor.type not in _INTEGER:
            raise CheckFailed(
                f"int8 model: tensor {_text(tensor.name)!r} is of type {_type_name(tensor.type)}; "
                "the layer that makes it was not quantized"
            )


def _all_supported(file: Any, graph: Any) -> None:
    for operator in graph.operators:
        name = _name(file, operator)
        if name not in SUPPORTED:
            raise CheckFailed(f"int8 model: op {name}; only {', '.join(SUPPORTED)} are made here")


def _pinned(tensor: Any, scale: float, zero_point: int) -> None:
    found = (float(tensor.quantization.scale[0]), int(tensor.quantization.zeroPoint[0]))
    if found != (float(np.float32(scale)), zero_point):
        raise CheckFailed(
            f"int8 model: input scale {found[0]} and zero point {found[1]} are not the frontend's "
            f"{scale} and {zero_point}"
        )


def _well_used(file: Any, tensor: Any, axis: int) -> None:
    peaks = channel_peaks(file, tensor, axis)
    weak = np.flatnonzero((peaks > 0) & (peaks < SMALLEST_PEAK))
    if weak.size:
        raise CheckFailed(
            f"int8 model: {_text(tensor.name)!r} uses {peaks[weak[0]]} of 127 steps in channel "
            f"{weak[0]}; {weak.size} channels are below {SMALLEST_PEAK}"
        )


def channel_peaks(file: Any, tensor: Any, axis: int) -> npt.NDArray[np.int64]:
    """Largest absolute int8 value of each channel of a weight tensor."""
    data = np.asarray(file.buffers[tensor.buffer].data, dtype=np.uint8).view(np.int8)
    values = np.abs(data.reshape(tensor.shape).astype(np.int64))
    others = tuple(number for number in range(values.ndim) if number != axis)
    peaks: npt.NDArray[np.int64] = values.max(axis=others)
    return peaks


def _name(file: Any, operator: Any) -> str:
    code = file.operatorCodes[operator.opcodeIndex]
    number = max(code.builtinCode, code.deprecatedBuiltinCode)
    return _constant(schema.BuiltinOperator, number)


def _type_name(number: int) -> str:
    return _constant(schema.TensorType, number)


def _constant(kind: Any, number: int) -> str:
    return next(str(name) for name, value in vars(kind).items() if value == number)


def _text(name: bytes | str) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else name
