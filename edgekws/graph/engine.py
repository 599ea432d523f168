"""Run the integer graph in numpy: the specification that every other engine must equal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from edgekws.graph.types import Graph
from edgekws.kernel import Array

CLIPS_AT_ONCE = 64  # keeps the activations of a batch in the caches
VALUES_AT_ONCE = 1 << 24  # of one tensor; keeps those of a large network in the memory


def run_graph(graph: Graph, features: Array) -> npt.NDArray[np.int8]:
    """Scores ``int8 [batch, labels]`` of features int8 [batch, ...].

    The features have the shape of the network's input, or one with the same number of values per
    entry: ``[batch, frames, bands]`` fits an input ``[1, frames, bands, 1]``. A network made
    elsewhere may take and give other integers; then so do these. In one that remembers, the entries
    follow each other in time, from a fresh state on.

    Raises
    ------
    ValueError
        The features are of another type or have another number of values.
    """
    x = _fit(graph, features)
    labels = graph.output_tensor.shape[1]
    scores: npt.NDArray[np.int8] = np.empty((len(x), labels), graph.output_tensor.dtype)
    if graph.stateful:
        session = Session(graph)
        for row in range(len(x)):
            scores[row] = session.run(x[row : row + 1])
        return scores
    largest = max(graph.tensors[node.output].size for node in graph.nodes)
    clips = max(1, min(CLIPS_AT_ONCE, VALUES_AT_ONCE // largest))
    for start in range(0, len(x), clips):
        part = slice(start, start + clips)
        for number, values in _steps(graph, x[part]):
            if number == graph.output:
                scores[part] = values
    return scores


def run_layers(graph: Graph, features: Array) -> list[npt.NDArray[np.int8]]:
    """Output of every node, in the graph's order: int8 [batch, ...] each. See `run_graph`."""
    x = _fit(graph, features)
    if not graph.stateful:
        return [values for _, values in _steps(graph, x)]
    session = Session(graph)
    rows = [session.run_layers(x[row : row + 1]) for row in range(len(x))]
    return [np.concatenate(layer) for layer in zip(*rows, strict=True)]


class Session:
    """A network that remembers: each run goes on from the state that the one before left."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.reset()

    def reset(self) -> None:
        """Forget all runs."""
        self._states = {
            node.output: state
            for node in self._graph.nodes
            if (state := node.op.fresh_state(1)) is not None
        }

    def run(self, features: Array) -> npt.NDArray[np.int8]:
        """Scores int8 [1, labels] of one entry int8 [1, ...]. See `run_graph`."""
        return dict(self._layers(features))[self._graph.output]

    def run_layers(self, features: Array) -> list[npt.NDArray[np.int8]]:
        """Output of every node, in the graph's order: int8 [1, ...] each."""
        return [values for _, values in self._layers(features)]

    def _layers(self, features: Array) -> Iterator[tuple[int, npt.NDArray[np.int8]]]:
        if len(features) != 1:
            raise ValueError(f"a session takes one entry at a time, got {len(features)}")
        return _steps(self._graph, _fit(self._graph, features), self._states)


def _steps(
    graph: Graph, x: Array, states: Mapping[int, Array] | None = None
) -> Iterator[tuple[int, npt.NDArray[np.int8]]]:
    """Each node's output; ``states``, per tensor that is written, are used and changed."""
    last_use = {number: i for i, node in enumerate(graph.nodes) for number in node.inputs}
    values = {graph.input: x}
    for i, node in enumerate(graph.nodes):
        inputs = [values[number] for number in node.inputs]
        state = None if states is None else states.get(node.output)
        result = node.op.run(*inputs) if state is None else node.op.step(state, *inputs)
        values[node.output] = result
        for number in node.inputs:
            if last_use[number] == i:
                values.pop(number, None)
        yield node.output, result.astype(graph.tensors[node.output].dtype, copy=False)


def _fit(graph: Graph, features: Array) -> Array:
    shape, dtype = graph.input_tensor.shape[1:], graph.input_tensor.dtype
    if features.dtype != dtype or features.ndim < 2:
        raise ValueError(f"features must be {dtype} [batch, ...], got {features.dtype}")
    if features[0:1].size != graph.input_tensor.size and len(features):
        raise ValueError(
            f"features {list(features.shape[1:])} do not fit the network's input {list(shape)}"
        )
    return features.reshape(len(features), *shape)
