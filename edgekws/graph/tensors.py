"""One tensor of the file, checked: shape, type, quantization, and the bytes of a constant."""

from __future__ import annotations

import math

import numpy as np

from edgekws.errors import ModelError
from edgekws.graph import schema
from edgekws.graph.flatbuffer import Table
from edgekws.graph.types import Quantization, Tensor
from edgekws.graph.window import LARGEST
from edgekws.kernel import Array

MOST_AXES = 8
LARGEST_CONSTANT = 1 << 26  # values; more than of others, because the file itself holds them
CONSTANTS = {"int8": np.int8, "int16": np.int16, "int32": np.int32}


def read_tensor(table: Table, number: int, buffers: list[Table]) -> Tensor:
    """Check tensor ``number`` of the file; its data is set when it is a constant.

    Float tensors and other types pass, so that the operator that uses them can be named.

    Raises
    ------
    ModelError
        A dynamic or sparse tensor, a damaged one, or a constant of the wrong size.
    """
    field = schema.TensorField
    name = table.text(field.NAME)
    where = f"{table.source.where}: tensor {number} {name!r}"
    code = table.integer(field.TYPE, "b")
    if not 0 <= code < len(schema.TENSOR_TYPES):
        raise ModelError(f"{where}: damaged: there is no tensor type {code}")
    dtype = schema.TENSOR_TYPES[code].lower()
    shape = _shape(table, where)
    if table.table(field.SPARSITY) is not None:
        raise ModelError(f"{where}: sparse tensors are not supported; convert without sparsity")
    data = _data(table, where, buffers)
    if math.prod(shape) > (LARGEST if data is None else LARGEST_CONSTANT):
        raise ModelError(f"{where}: shape {list(shape)} is out of all proportion")
    constant = None if data is None else _constant(data, dtype, shape, where)
    variable = bool(table.integer(field.IS_VARIABLE, "b"))
    if variable and data is not None:
        raise ModelError(f"{where}: keeps state and is a constant; convert the file again")
    grid = _quantization(table, dtype, shape, where)
    return Tensor(name, shape, dtype, grid, constant, variable)


def _shape(table: Table, where: str) -> tuple[int, ...]:
    field = schema.TensorField
    values = table.array(field.SHAPE, np.int32)
    shape = () if values is None else tuple(int(n) for n in values[: MOST_AXES + 1])
    if len(shape) > MOST_AXES:
        raise ModelError(f"{where}: has more than {MOST_AXES} axes")
    if any(n < 1 for n in shape):
        raise ModelError(f"{where}: shape {list(shape)} is dynamic; convert with a fixed shape")
    signature = table.array(field.SHAPE_SIGNATURE, np.int32)
    # The first axis may be open (-1): it is the batch, and this file was made for one.
    if signature is not None and np.any(signature[1:] < 0):
        raise ModelError(f"{where}: its shape is dynamic; convert with a fixed shape")
    return shape


def _data(table: Table, where: str, buffers: list[Table]) -> Array | None:
    index = table.integer(schema.TensorField.BUFFER, "I")
    if index >= max(1, len(buffers)):
        raise ModelError(f"{where}: damaged: there is no buffer {index}")
    if index == 0:
        return None
    buffer = buffers[index]
    if buffer.integer(schema.BufferField.OFFSET, "Q") > 1:
        raise ModelError(f"{where}: its data lies outside the FlatBuffer; convert again without")
    data = buffer.array(schema.BufferField.DATA, np.uint8)
    return None if data is None or data.size == 0 else data


def _constant(data: Array, dtype: str, shape: tuple[int, ...], where: str) -> Array | None:
    kind = CONSTANTS.get(dtype)
    if kind is None:
        return (
            data  # of a type that no supported operator takes; kept so that it counts as constant
        )
    needed = math.prod(shape) * np.dtype(kind).itemsize
    if data.size != needed:
        raise ModelError(f"{where}: its buffer has {data.size} bytes, its shape needs {needed}")
    return np.frombuffer(data.tobytes(), np.dtype(kind).newbyteorder("<")).reshape(shape)


def _quantization(
    table: Table, dtype: str, shape: tuple[int, ...], where: str
) -> Quantization | None:
    field = schema.QuantizationField
    grid = table.table(schema.TensorField.QUANTIZATION)
    scale = None if grid is None else grid.array(field.SCALE, np.float32)
    if grid is None or scale is None or scale.size == 0:
        return None
    zero_point = grid.array(field.ZERO_POINT, np.int64)
    if zero_point is None:
        zero_point = np.zeros(scale.size, np.int64)
    axis = grid.integer(field.DIMENSION)
    if grid.integer(field.DETAILS_TYPE, "B") != 0:
        raise ModelError(f"{where}: custom quantization is not supported")
    if not np.all(np.isfinite(scale)) or np.any(scale < np.finfo(np.float32).tiny):
        raise ModelError(f"{where}: a scale is not a finite number above 0")
    if zero_point.size != scale.size:
        raise ModelError(f"{where}: {scale.size} scales but {zero_point.size} zero points")
    if scale.size > 1 and not (0 <= axis < len(shape) and shape[axis] == scale.size):
        raise ModelError(f"{where}: {scale.size} scales do not fit axis {axis} of {list(shape)}")
    if dtype in ("int8", "int16"):
        ends = np.iinfo(dtype)
        if np.any((zero_point < ends.min) | (zero_point > ends.max)):
            raise ModelError(f"{where}: a zero point is not in {ends.min}..{ends.max}")
    if np.any(np.abs(zero_point) > 2**31 - 1):
        raise ModelError(f"{where}: a zero point does not fit in 32 bits")
    return Quantization(scale.astype(np.float32), zero_point.astype(np.int32), axis)
