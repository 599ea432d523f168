"""The facts of the file format, against the schema that LiteRT carries."""

from __future__ import annotations

import importlib
import inspect
import re
from enum import IntEnum
from types import ModuleType

import pytest
from support.tflite_builder import schema as truth

from edgekws.graph import pool, schema, supported_ops
from edgekws.graph.ops import average_pool_2d, conv_2d, depthwise_conv_2d, max_pool_2d

TABLES = {
    schema.Model: "Model",
    schema.OperatorCode: "OperatorCode",
    schema.SubGraph: "SubGraph",
    schema.TensorField: "Tensor",
    schema.QuantizationField: "QuantizationParameters",
    schema.OperatorField: "Operator",
    schema.BufferField: "Buffer",
}
OTHER_NAMES = {
    "OPTIONS": "BuiltinOptions",
    "OPTIONS_TYPE": "BuiltinOptionsType",
    "DIMENSION": "QuantizedDimension",
}
OPTIONS_NAMES = {
    "CONV_2D": "Conv2DOptions",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions",
    "FULLY_CONNECTED": "FullyConnectedOptions",
    "MEAN": "ReducerOptions",
    "SUM": "ReducerOptions",
    "REDUCE_MAX": "ReducerOptions",
    "PADV2": "PadV2Options",
    "SVDF": "SVDFOptions",
}


def numbers(enum: object) -> dict[int, str]:
    return {v: k for k, v in vars(enum).items() if isinstance(v, int)}


def test_names_of_operators_and_types() -> None:
    assert dict(enumerate(schema.BUILTIN_OPERATORS)) == numbers(truth.BuiltinOperator)
    assert dict(enumerate(schema.TENSOR_TYPES)) == numbers(truth.TensorType)
    assert set(schema.CONTROL_FLOW) <= set(schema.BUILTIN_OPERATORS)


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.__name__)
def test_field_numbers(table: type[IntEnum]) -> None:
    for field in table:
        name = OTHER_NAMES.get(field.name, field.name.title().replace("_", ""))
        assert field_number(TABLES[table], name) == field


@pytest.mark.parametrize("name", sorted(supported_ops()))
def test_options_types(name: str) -> None:
    module = importlib.import_module(f"edgekws.graph.ops.{name.lower()}")
    kind = OPTIONS_NAMES.get(name, f"{name.title().replace('_', '')}Options")
    if module in (average_pool_2d, max_pool_2d):
        assert truth.BuiltinOptions.Pool2DOptions == pool.OPTIONS_TYPE
    elif hasattr(module, "OPTIONS_TYPE"):
        assert getattr(truth.BuiltinOptions, kind) == module.OPTIONS_TYPE


@pytest.mark.parametrize("module", [conv_2d, depthwise_conv_2d, pool])
def test_option_numbers(module: ModuleType) -> None:
    table = {conv_2d: "Conv2D", depthwise_conv_2d: "DepthwiseConv2D", pool: "Pool2D"}[module]
    short = {"stride_width": "StrideW", "stride_height": "StrideH", "padding": "Padding"}
    short |= {"dilation_width": "DilationWFactor", "dilation_height": "DilationHFactor"}
    short |= {"activation": "FusedActivationFunction"}
    for name, number in module.OPTIONS.items():
        assert field_number(f"{table}Options", short[name]) == number
    if module is pool:
        assert field_number("Pool2DOptions", "FilterWidth") == pool.KERNEL_WIDTH
        assert field_number("Pool2DOptions", "FilterHeight") == pool.KERNEL_HEIGHT


def field_number(table: str, name: str) -> int:
    """Number of a field, from how the generated code writes it."""
    written = inspect.getsource(getattr(truth, f"{table}Add{name}"))
    found = re.search(r"Slot\((\d+),", written)
    assert found is not None
    return int(found.group(1))
