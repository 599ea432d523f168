"""A ``.tflite`` file as it is, operator by operator, for a program that interprets it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from edgekws.errors import ModelError
from edgekws.graph import schema
from edgekws.graph.flatbuffer import Source, Table
from edgekws.graph.read import operator_names
from edgekws.graph.schema import OperatorField, SubGraph
from edgekws.graph.tensors import read_tensor
from edgekws.graph.types import Tensor


@dataclass(frozen=True, eq=False)
class Step:
    """One operator: its name, and the numbers of its tensors; an input left out is -1."""

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Outline:
    """The file's only subgraph: nothing is fused, renamed or added."""

    tensors: tuple[Tensor, ...]
    steps: tuple[Step, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def outline(model: bytes) -> Outline:
    """Read the operators of a file that `edgekws.graph.read_model` accepts.

    Raises
    ------
    ModelError
        The file is damaged.
    """
    source = Source(model, "model")
    root = source.root()
    subgraph = root.tables(schema.Model.SUBGRAPHS)[0]
    buffers, names = root.tables(schema.Model.BUFFERS), operator_names(root)
    tensors = tuple(
        read_tensor(table, number, buffers)
        for number, table in enumerate(subgraph.tables(SubGraph.TENSORS))
    )
    steps = tuple(_step(table, names) for table in subgraph.tables(SubGraph.OPERATORS))
    found = Outline(
        tensors, steps, _numbers(subgraph, SubGraph.INPUTS), _numbers(subgraph, SubGraph.OUTPUTS)
    )
    used = [i for step in steps for i in (*step.inputs, *step.outputs)]
    if any(not -1 <= i < len(tensors) for i in (*used, *found.inputs, *found.outputs)):
        raise ModelError("model: damaged: an operator uses a tensor that is not there")
    return found


def _step(table: Table, names: list[str]) -> Step:
    index = table.integer(OperatorField.OPCODE_INDEX, "I")
    if index >= len(names):
        raise ModelError(f"model: damaged: an operator is of unknown kind {index}")
    inputs = _numbers(table, OperatorField.INPUTS)
    return Step(names[index], inputs, _numbers(table, OperatorField.OUTPUTS))


def _numbers(table: Table, field: int) -> tuple[int, ...]:
    values = table.array(field, np.int32)
    return () if values is None else tuple(int(value) for value in values)
