"""A ``.tflite`` file to the typed integer graph, refusing whatever edgekws cannot run exactly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from edgekws.errors import ModelError
from edgekws.files import sha256
from edgekws.graph import schema
from edgekws.graph.flatbuffer import Source, Table
from edgekws.graph.fuse import fuse
from edgekws.graph.nodes import NodeReader
from edgekws.graph.ops import quantize, softmax
from edgekws.graph.tensors import read_tensor
from edgekws.graph.types import Graph, Node, Quantization

MOST_BYTES = 1 << 28  # of a file: a keyword spotter is a hundred times smaller
# Of one inference, so that a hostile file cannot keep the machine busy for hours.
MOST_MACS = 1 << 36
MOST_VALUES = 1 << 26


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
        in logits gets a SOFTMAX appended (int8, scale 1/256, zero point -128). What one layer can
        do for another with the same bits is one layer (`edgekws.graph.fuse`).

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
    reader = NodeReader(file, operator_names(root), tensors)
    entry = reader.only(subgraph, schema.SubGraph.INPUTS, "input")
    end = reader.only(subgraph, schema.SubGraph.OUTPUTS, "output")
    nodes = reader.read(entry, end, subgraph.tables(schema.SubGraph.OPERATORS))
    if end not in {node.output for node in nodes}:
        raise file.error(f"its output {tensors[end].name!r} is computed by no operator")
    graph = Graph(tuple(tensors), tuple(nodes), entry, end, sha256(data))
    values = sum(tensors[node.output].size for node in nodes)
    if graph.macs > MOST_MACS or values > MOST_VALUES:
        raise file.error(
            f"computes {values:,} values with {graph.macs:,} products; not a keyword spotter"
        )
    return fuse(_with_softmax(graph, where))


def _only_subgraph(root: Table) -> Table:
    subgraphs = root.tables(schema.Model.SUBGRAPHS)
    if len(subgraphs) != 1:
        raise root.source.error(f"has {len(subgraphs)} subgraphs; edgekws runs exactly 1")
    return subgraphs[0]


def operator_names(root: Table) -> list[str]:
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


def _gives_scores(graph: Graph) -> bool:
    """Whether SOFTMAX makes the output, perhaps with other scales or types behind it."""
    makers = {node.output: node for node in graph.nodes}
    last = makers[graph.output]
    while last.op.name == quantize.Quantize.name and last.inputs[0] in makers:
        last = makers[last.inputs[0]]
    return last.op.name == softmax.Softmax.name


def _with_softmax(graph: Graph, where: str) -> Graph:
    """Make the graph end in SOFTMAX, and refuse an output that is not [1, labels]."""
    logits = graph.output_tensor
    if len(logits.shape) != 2:
        raise ModelError(f"{where}: its output has the shape {list(logits.shape)}, not [1, labels]")
    if _gives_scores(graph):
        return graph
    if logits.dtype != "int8":
        raise ModelError(
            f"{where}: its output {logits.name!r} is {logits.dtype} and not from SOFTMAX; convert "
            "with int8 output (inference_output_type = tf.int8)"
        )
    assert logits.quantization is not None
    try:
        op = softmax.make(1, logits.shape[1], float(logits.quantization.scale[0]))
    except ValueError as exc:
        raise ModelError(f"{where}: cannot append SOFTMAX: {exc}") from exc
    grid = Quantization(
        np.array([softmax.OUTPUT_SCALE], np.float32),
        np.array([softmax.OUTPUT_ZERO_POINT], np.int32),
    )
    number = len(graph.tensors)
    return replace(
        graph,
        tensors=(*graph.tensors, replace(logits, name="scores", quantization=grid)),
        nodes=(*graph.nodes, Node(op, (graph.output,), number)),
        output=number,
    )
