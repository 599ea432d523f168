"""An int8 ``.tflite`` to a typed integer graph, and that graph run in numpy."""

from edgekws.graph.engine import Session, run_graph, run_layers
from edgekws.graph.nodes import supported_ops
from edgekws.graph.read import read_model
from edgekws.graph.types import Graph, Node, Op, Quantization, Tensor

__all__ = [
    "Graph",
    "Node",
    "Op",
    "Quantization",
    "Session",
    "Tensor",
    "read_model",
    "run_graph",
    "run_layers",
    "supported_ops",
]
