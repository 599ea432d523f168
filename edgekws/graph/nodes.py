"""The file's operators to nodes, with account of which tensors are computed when."""

from __future__ import annotations

import numpy as np

from edgekws import plugins
from edgekws.errors import ModelError
from edgekws.graph import ops, schema
from edgekws.graph.flatbuffer import Source, Table
from edgekws.graph.operator import MOST_OPERANDS, Operator
from edgekws.graph.types import Node, Op, Tensor

ACTIVATIONS = ("int8", "int16")
EDGES = {"input": ACTIVATIONS, "output": (*ACTIVATIONS, "int32")}


def supported_ops() -> tuple[str, ...]:
    """Sorted names of the operators that edgekws runs, as TensorFlow Lite spells them."""
    return tuple(sorted(name.upper() for name in plugins.module_names(ops)))


class NodeReader:
    """Reads one subgraph; ``tensors`` are the file's, ``names`` those of its kinds of operators."""

    def __init__(self, file: Source, names: list[str], tensors: list[Tensor]) -> None:
        self.file = file
        self.names = names
        self.tensors = tensors
        self.known: set[int] = set()
        self._wanted: set[int] = set()
        self._states: set[int] = set()
        self._supported = supported_ops()

    def only(self, subgraph: Table, field: int, what: str) -> int:
        """Number of the one ``what`` (input or output) of the network: integers with batch 1."""
        numbers = self._numbers(subgraph, field)
        if len(numbers) != 1:
            raise self.file.error(f"has {len(numbers)} {what}s; edgekws runs exactly 1")
        tensor = self.tensors[numbers[0]]
        if tensor.dtype not in EDGES[what]:
            raise self.file.error(
                f"{what} {tensor.name!r} is {tensor.dtype}, not int8; convert with int8 input and "
                "output (inference_input_type = inference_output_type = tf.int8)"
            )
        if tensor.quantization is None or tensor.quantization.scale.size != 1:
            raise self.file.error(f"{what} {tensor.name!r} must have one scale")
        if tensor.is_variable:
            raise self.file.error(f"{what} {tensor.name!r} keeps state between runs")
        if tensor.data is not None or len(tensor.shape) < 2:
            raise self.file.error(f"{what} {tensor.name!r} has no batch axis or is a constant")
        if tensor.shape[0] != 1:
            raise self.file.error(f"computes a batch of {tensor.shape[0]}; convert with batch 1")
        return numbers[0]

    def read(self, entry: int, end: int, tables: list[Table]) -> list[Node]:
        """Return the nodes that compute tensor ``end`` from tensor ``entry``."""
        self.known = {entry}
        inputs = [self._numbers(t, schema.OperatorField.INPUTS, optional=True) for t in tables]
        self._wanted = {end, *(i for numbers in inputs for i in numbers)}
        return [node for number, table in enumerate(tables) for node in self._nodes(table, number)]

    def _nodes(self, table: Table, number: int) -> list[Node]:
        """Nodes of one operator: one for each of its outputs, less those that nobody reads."""
        index = table.integer(schema.OperatorField.OPCODE_INDEX, "I")
        if index >= len(self.names):
            raise self.file.error(f"damaged: operator {number} is of unknown kind {index}")
        name = self.names[index]
        where = f"{self.file.where}: {name} (operator {number})"
        inputs = self._numbers(table, schema.OperatorField.INPUTS, optional=True)
        outputs = self._numbers(table, schema.OperatorField.OUTPUTS)
        if name != "QUANTIZE" and self._only_shapes(outputs):
            return []
        self._expect_runnable(where, name, [*inputs, *outputs])
        self._take_states(where, name, [*inputs, *outputs])
        operator = Operator(
            where,
            tuple(None if i < 0 else self.tensors[i] for i in inputs),
            tuple(self.tensors[i] for i in outputs),
            table.integer(schema.OperatorField.OPTIONS_TYPE, "B"),
            table.table(schema.OperatorField.OPTIONS),
        )
        made = plugins.load(ops, name.lower()).read(operator)
        parts: tuple[Op, ...] = made if isinstance(made, tuple) else (made,)
        found = zip(parts, outputs, strict=True)
        wanted = [(op, i) for op, i in found if len(parts) == 1 or i in self._wanted]
        return self._link(where, wanted, inputs)

    def _only_shapes(self, outputs: list[int]) -> bool:
        """Whether an operator only computes shapes, which stand in the file already.

        A network converted with an open batch reckons its shapes from the input's (SHAPE,
        STRIDED_SLICE, PACK) in int32 for RESHAPE, whose output has its shape written down too.
        """
        return bool(outputs) and all(
            self.tensors[i].dtype == "int32" and self.tensors[i].data is None for i in outputs
        )

    def _expect_runnable(self, where: str, name: str, numbers: list[int]) -> None:
        if name in schema.CONTROL_FLOW:
            raise ModelError(f"{where}: control flow is not supported; convert without it")
        if name in schema.VARIABLES:
            raise ModelError(
                f"{where}: keeps variables from run to run; convert the network that sees a whole "
                "clip, or one with fused SVDF"
            )
        for tensor in (self.tensors[i] for i in numbers if i >= 0):
            if "float" in tensor.dtype:
                raise ModelError(
                    f"{where}: {tensor.name!r} is {tensor.dtype}; quantize the whole network to "
                    "int8, with int8 input and output"
                )
        if name not in self._supported:
            raise ModelError(f"{where}: not supported; supported: {', '.join(self._supported)}")

    def _take_states(self, where: str, name: str, numbers: list[int]) -> None:
        """Refuse state in an operator that has none, or in a second one."""
        for i in numbers:
            if i >= 0 and self.tensors[i].is_variable:
                if name != "SVDF" or i in self._states:
                    raise ModelError(
                        f"{where}: {self.tensors[i].name!r} keeps state between runs; only one "
                        "SVDF may have it"
                    )
                self._states.add(i)

    def _link(self, where: str, made: list[tuple[Op, int]], inputs: list[int]) -> list[Node]:
        """Make the nodes once all they read is known and what they write is not."""
        activations = tuple(i for i in inputs if i >= 0 and self._is_activation(i))
        if not activations:
            raise ModelError(f"{where}: reads nothing that the network computes")
        for i in activations:
            if i not in self.known:
                raise ModelError(f"{where}: {self.tensors[i].name!r} is used before it is computed")
        for i in (*activations, *(output for _, output in made)):
            if self.tensors[i].shape[:1] != (1,):
                raise ModelError(f"{where}: {self.tensors[i].name!r} has no first axis of 1")
        for _, output in made:
            if output in self.known or not self._computed(output):
                raise ModelError(f"{where}: {self.tensors[output].name!r} is written twice")
            self.known.add(output)
        return [Node(op, activations, output) for op, output in made]

    def _is_activation(self, number: int) -> bool:
        return self.tensors[number].dtype in ACTIVATIONS and self._computed(number)

    def _computed(self, number: int) -> bool:
        return self.tensors[number].data is None and not self.tensors[number].is_variable

    def _numbers(self, table: Table, field: int, optional: bool = False) -> list[int]:
        array = table.array(field, np.int32)
        if array is None:
            return []
        if array.size > MOST_OPERANDS:
            raise self.file.error(f"an operator or the network has {array.size} inputs or outputs")
        numbers = [int(i) for i in array]
        for i in numbers:
            if not (-1 if optional else 0) <= i < len(self.tensors):
                raise self.file.error(f"damaged: there is no tensor {i}")
        return numbers
