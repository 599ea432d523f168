"""Make ``.tflite`` files by hand, sound ones and others, with LiteRT's generated schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flatbuffers
import numpy as np
import numpy.typing as npt
import pytest

schema: Any = pytest.importorskip("ai_edge_litert.schema_py_generated")

Array = npt.NDArray[np.generic]


class ModelBuilder:
    """Collects tensors and operators of one subgraph; everything may be edited in ``model``."""

    def __init__(self) -> None:
        self.model = schema.ModelT()
        self.model.version = 3
        self.model.buffers = [schema.BufferT()]
        self.model.operatorCodes = []
        self.graph = schema.SubGraphT()
        self.graph.tensors, self.graph.operators = [], []
        self.model.subgraphs = [self.graph]

    def tensor(
        self,
        shape: Sequence[int],
        scale: float | Sequence[float] | None = None,
        zero_point: int = 0,
        *,
        data: Array | None = None,
        dtype: str = "INT8",
        axis: int = 0,
        name: str = "",
    ) -> int:
        """Add a tensor, a constant when ``data`` is given; returns its number."""
        tensor = schema.TensorT()
        number = len(self.graph.tensors)
        tensor.name = name or f"t{number}"
        tensor.shape = [int(n) for n in shape]
        tensor.type = getattr(schema.TensorType, dtype)
        tensor.buffer = 0 if data is None else self._buffer(data)
        if scale is not None:
            scales = np.atleast_1d(np.asarray(scale, np.float32))
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale = scales
            tensor.quantization.zeroPoint = np.full(scales.size, zero_point, np.int64)
            tensor.quantization.quantizedDimension = axis
        self.graph.tensors.append(tensor)
        return number

    def _buffer(self, data: Array) -> int:
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(np.ascontiguousarray(data).tobytes(), np.uint8)
        self.model.buffers.append(buffer)
        return len(self.model.buffers) - 1

    def operator(
        self, name: str, inputs: Sequence[int], outputs: Sequence[int], options: Any = None
    ) -> Any:
        """Add an operator; ``options`` is an object like ``schema.Conv2DOptionsT()``."""
        operator = schema.OperatorT()
        operator.opcodeIndex = self._code(getattr(schema.BuiltinOperator, name))
        operator.inputs, operator.outputs = list(inputs), list(outputs)
        if options is not None:
            kind = type(options).__name__.removesuffix("T")
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
            operator.builtinOptions = options
        self.graph.operators.append(operator)
        return operator

    def _code(self, number: int) -> int:
        code = schema.OperatorCodeT()
        code.deprecatedBuiltinCode = min(number, 127)
        code.builtinCode = number
        code.version = 1
        self.model.operatorCodes.append(code)
        return len(self.model.operatorCodes) - 1

    def build(self, inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        """Bytes of the file."""
        self.graph.inputs, self.graph.outputs = list(inputs), list(outputs)
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def options(kind: str, **members: Any) -> Any:
    """Options of an operator: ``options("Conv2DOptions", strideW=2)``."""
    made = getattr(schema, f"{kind}T")()
    for name, value in members.items():
        if not hasattr(made, name):
            raise AttributeError(f"{kind} has no {name}")
        setattr(made, name, value)
    return made
