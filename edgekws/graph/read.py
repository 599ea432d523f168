"""A ``.tflite`` file to the typed integer graph, refusing whatever edgekws cannot run exactly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from edgekws import plugins
from edgekws.errors import ModelError
from edgekws.files import sha256
from edgekws.graph import ops, schema
from edgekws.graph.flatbuffer import Source, Table
from edgekws.graph.operator import Operator
from edgekws.graph.ops import softmax
from edgekws.graph.tensors import read_tensor
from edgekws.graph.types import Graph, Node, Op, Quantization, Tensor

MOST_BYTES = 1 << 28  # of a file: a keyword spotter is a hundred times smaller


def read_model(source: Path | str | bytes) -> Graph:
    """Read an int8 keyword spotter.

    Parameters
    ----------
    source
        A ``.tflite`` file, or the bytes of one.

    Returns
    -------
    Graph
        In the file's running order; tensors keep the file's numbers and names. A network that ends
        in logits gets a SOFTMAX appended (int8, scale 1/256, zero point -128).

    Raises
    ------
    ModelError
        The file is missing, damaged, or not a network that edgekws runs; one line says why.
    """
    if isinstance(source, bytes):
        return _read(source, "model")
    path = Path(source)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ModelError(f"{path}: larger than {MOST_BYTES} bytes; not a keyword spotter")
        data = path.read_bytes()
    except OSError as exc:
        raise ModelError(f"{path}: cannot read: {exc.strerror}") from exc
    return _read(data, str(path))


def supported_ops() -> tuple[str, ...]:
    """Sorted names of the operators that edgekws runs, as TensorFlow Lite spells them."""
    return tuple(sorted(name.upper() for name in plugins.module_names(ops)))


def _read(data: bytes, where: str) -> Graph:
    file = Source(data, where)
    if data[4:8] != schema.IDENTIFIER:
        raise file.error("not a TensorFlow Lite file (bytes 4 to 7 are not TFL3)")
    root = file.root()
    if root.integer(schema.Model.VERSION, "I") != schema.VERSION:
        raise file.error(f"schema version must be {schema.VERSION}")
    subgraph = _only_subgraph(root)
    buffers = root.tables(schema.Model.BUFFERS)
    tensors = [
        read_tensor(table, number, buffers)
        for number, table in enumerate(subgraph.tables(schema.SubGraph.TENSORS))
    ]
    reader = _NodeReader(file, _operator_names(root), tensors)
    entry = reader.only(subgraph, schema.SubGraph.INPUTS, "inputs")
    end = reader.only(subgraph, schema.SubGraph.OUTPUTS, "outputs")
    nodes = reader.read(entry, subgraph.tables(schema.SubGraph.OPERATORS))
    if end not in reader.known:
        raise file.error(f"its output {tensors[end].name!r} is computed by no operator")
    if not nodes:
        raise file.error("has no operators")
    return _with_softmax(Graph(tuple(tensors), tuple(nodes), entry, end, sha256(data)), where)


def _only_subgraph(root: Table) -> Table:
    subgraphs = root.tables(schema.Model.SUBGRAPHS)
    if len(subgraphs) != 1:
        raise root.source.error(f"has {len(subgraphs)} subgraphs; edgekws runs exactly 1")
    return subgraphs[0]


def _operator_names(root: Table) -> list[str]:
    """Name of each entry of the file's operator table."""
    names = []
    for entry in root.tables(schema.Model.OPERATOR_CODES):
        # Files from before 2020 have only the one-byte field, newer ones both; the larger counts.
        old = entry.integer(schema.OperatorCode.DEPRECATED_BUILTIN_CODE, "b")
        code = max(old, entry.integer(schema.OperatorCode.BUILTIN_CODE, "i"))
        if code == schema.CUSTOM:
            names.append(f"CUSTOM {entry.text(schema.OperatorCode.CUSTOM_CODE)!r}")
        elif 0 <= code < len(schema.BUILTIN_OPERATORS):
            names.append(schema.BUILTIN_OPERATORS[code])
        else:
            names.append(f"builtin operator {code}")
    return names


class _NodeReader:
    """Turns the file's operators into nodes, keeping account of which tensors are computed."""

    def __init__(self, file: Source, names: list[str], tensors: list[Tensor]) -> None:
        self.file = file
        self.names = names
        self.tensors = tensors
        self.known: set[int] = set()

    def only(self, subgraph: Table, field: int, what: str) -> int:
        """Return the one input or output of the network: int8 with batch 1."""
        numbers = self._numbers(subgraph, field)
        if len(numbers) != 1:
            raise self.file.error(f"has {len(numbers)} {what}; edgekws runs exactly 1")
        tensor = self.tensors[numbers[0]]
        if tensor.dtype != "int8":
            raise self.file.error(
                f"{what[:-1]} {tensor.name!r} is {tensor.dtype}, not int8; convert with int8 input "
                "and output (inference_input_type and inference_output_type = tf.int8)"
            )
        if tensor.quantization is None or tensor.quantization.scale.size != 1:
            raise self.file.error(f"{what[:-1]} {tensor.name!r} must have one scale")
        if tensor.data is not None or len(tensor.shape) < 2:
            raise self.file.error(f"{what[:-1]} {tensor.name!r} has no batch axis or is constant")
        if tensor.shape[0] != 1:
            raise self.file.error(f"computes a batch of {tensor.shape[0]}; convert with batch 1")
        return numbers[0]

    def read(self, entry: int, tables: list[Table]) -> list[Node]:
        """Return the nodes; ``entry`` is the tensor known before the first."""
        self.known = {entry}
        return [self._node(table, number) for number, table in enumerate(tables)]

    def _node(self, table: Table, number: int) -> Node:
        index = table.integer(schema.OperatorField.OPCODE_INDEX, "I")
        if index >= len(self.names):
            raise self.file.error(f"damaged: operator {number} is of unknown kind {index}")
        where = f"{self.file.where}: {self.names[index]} (operator {number})"
        inputs = self._numbers(table, schema.OperatorField.INPUTS, optional=True)
        outputs = self._numbers(table, schema.OperatorField.OUTPUTS)
        self._expect_runnable(where, self.names[index], (*inputs, *outputs))
        operator = Operator(
            where,
            tuple(None if i < 0 else self.tensors[i] for i in inputs),
            tuple(self.tensors[i] for i in outputs),
            table.integer(schema.OperatorField.OPTIONS_TYPE, "B"),
            table.table(schema.OperatorField.OPTIONS),
        )
        return self._link(where, self._make(operator, self.names[index]), inputs, outputs)

    def _expect_runnable(self, where: str, name: str, numbers: tuple[int, ...]) -> None:
        if name in schema.CONTROL_FLOW:
            raise ModelError(f"{where}: control flow is not supported; convert without it")
        floats = [t for t in (self.tensors[i] for i in numbers if i >= 0) if "float" in t.dtype]
        if floats:
            raise ModelError(
                f"{where}: {floats[0].name!r} is {floats[0].dtype}; quantize the whole network to "
                "int8, with int8 input and output"
            )
        if name not in supported_ops():
            raise ModelError(f"{where}: not supported; supported: {', '.join(supported_ops())}")

    def _make(self, operator: Operator, name: str) -> Op:
        module = plugins.load(ops, name.lower())
        op = module.read(operator)
        assert isinstance(op, Op)
        return op

    def _link(self, where: str, op: Op, inputs: list[int], outputs: list[int]) -> Node:
        """Make the node once all it reads is known and what it writes is not."""
        activations = tuple(i for i in inputs if i >= 0 and self.tensors[i].data is None)
        for i in activations:
            if i not in self.known:
                raise ModelError(f"{where}: {self.tensors[i].name!r} is used before it is computed")
        for i in (*activations, *outputs):
            if self.tensors[i].shape[:1] != (1,):
                raise ModelError(f"{where}: {self.tensors[i].name!r} has no first axis of 1")
        if outputs[0] in self.known or self.tensors[outputs[0]].data is not None:
            raise ModelError(f"{where}: {self.tensors[outputs[0]].name!r} is written twice")
        self.known.add(outputs[0])
        return Node(op, activations, outputs[0])

    def _numbers(self, table: Table, field: int, optional: bool = False) -> list[int]:
        array = table.array(field, np.int32)
        numbers = [] if array is None else [int(i) for i in array]
        for i in numbers:
            if not (-1 if optional else 0) <= i < len(self.tensors):
                raise self.file.error(f"damaged: there is no tensor {i}")
        return numbers


def _with_softmax(graph: Graph, where: str) -> Graph:
    """Make the graph end in SOFTMAX, and refuse an output that is not [1, labels]."""
    logits = graph.output_tensor
    if len(logits.shape) != 2:
        raise ModelError(f"{where}: its output has the shape {list(logits.shape)}, not [1, labels]")
    last = next(node for node in graph.nodes if node.output == graph.output)
    if last.op.name == "SOFTMAX":
        return graph
    assert logits.quantization is not None
    grid = Quantization(np.array([1 / 256], np.float32), np.array([-128], np.int32))
    scores = replace(logits, name="scores", quantization=grid)
    node = Node(
        softmax.make(1, logits.shape[1], float(logits.quantization.scale[0])),
        (graph.output,),
        len(graph.tensors),
    )
    return replace(
        graph,
        tensors=(*graph.tensors, scores),
        nodes=(*graph.nodes, node),
        output=len(graph.tensors),
    )
