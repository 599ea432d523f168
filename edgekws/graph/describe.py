"""What each layer of a graph is and costs, for tables that people read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edgekws.graph.types import Graph, Node, Tensor
from edgekws.kernel import Body


@dataclass(frozen=True)
class Layer:
    """One node in figures."""

    op: str  # CONV_2D
    name: str  # of its output tensor, as the file has it
    shape: tuple[int, ...]  # of its output
    macs: int  # multiply-accumulates of one inference
    parameters: int  # weights and biases
    table_bytes: int  # constants that its kernel reads


def describe(graph: Graph, body: Body) -> tuple[Layer, ...]:
    """Return one `Layer` per node, in running order; the tables are those of ``body``."""
    return tuple(describe_node(graph.tensors, node, body) for node in graph.nodes)


def describe_node(tensors: Sequence[Tensor], node: Node, body: Body) -> Layer:
    """Return the figures of one node among ``tensors``."""
    kernel = node.op.kernel(body)
    fields = () if kernel is None else kernel.fields
    output = tensors[node.output]
    return Layer(
        op=node.op.name,
        name=output.name,
        shape=output.shape,
        macs=node.op.macs,
        parameters=node.op.parameters,
        table_bytes=sum(table.nbytes for _, table in fields if isinstance(table, np.ndarray)),
    )
