"""Which memory holds each tensor of a graph: the caller's, or a buffer of the planned arena."""

from __future__ import annotations

from dataclasses import dataclass

from edgekws.codegen.arena import Buffer, Plan, plan, scratch_name, tensor_name
from edgekws.graph.types import Graph
from edgekws.kernel import Body, Kernel


@dataclass(frozen=True)
class Storage:
    """What each tensor of a graph is kept in.

    ``roots`` maps a tensor to the tensor whose memory it shares: itself, or the one that a
    reshape renamed. The graph's input and output belong to the caller and are not in ``plan``.
    ``in_place`` are the steps whose output lies where their first input does.
    """

    plan: Plan
    roots: dict[int, int]
    in_place: frozenset[int]


def plan_graph(graph: Graph, body: Body) -> Storage:
    """Plan the arena of one inference."""
    kernels = [node.op.kernel(body) for node in graph.nodes]
    roots = _roots(graph, kernels)
    last_use = _last_use(graph, roots)
    outside = {roots[graph.input], roots[graph.output]}
    buffers: list[Buffer] = []
    numbers: dict[int, int] = {}  # of the buffer that holds a root
    ties: dict[tuple[int, int], int] = {}
    for step, (node, kernel) in enumerate(zip(graph.nodes, kernels, strict=True)):
        if kernel is None:
            continue
        if node.output not in outside:
            numbers[node.output] = len(buffers)
            size, last = graph.tensors[node.output].bytes, last_use.get(node.output, step)
            buffers.append(Buffer(tensor_name(node.output), size, step, last))
            reads = [roots[tensor] for tensor in node.inputs]
            ends = kernel.in_place and last_use[reads[0]] == step and reads.count(reads[0]) == 1
            if ends and reads[0] not in outside:
                ties[numbers[reads[0]], numbers[node.output]] = step
        if kernel.scratch_bytes:
            buffers.append(Buffer(scratch_name(step), kernel.scratch_bytes, step, step))
    found = plan(buffers, tuple(ties))
    return Storage(found, roots, frozenset(ties[tie] for tie in found.ties))


def _roots(graph: Graph, kernels: list[Kernel | None]) -> dict[int, int]:
    roots = {graph.input: graph.input}
    for node, kernel in zip(graph.nodes, kernels, strict=True):
        roots[node.output] = roots[node.inputs[0]] if kernel is None else node.output
    return roots


def _last_use(graph: Graph, roots: dict[int, int]) -> dict[int, int]:
    """Step that reads a root last; nothing may be written over the graph's output."""
    last = {roots[graph.output]: len(graph.nodes)}
    for step, node in enumerate(graph.nodes):
        for tensor in node.inputs:
            last[roots[tensor]] = max(step, last.get(roots[tensor], 0))
    return last
