"""Scores of endless sound: the hop graph in numpy, hop by hop, and many windows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from edgekws.graph.types import Graph, Node
from edgekws.kernel import Array
from edgekws.stream.hop_graph import HopGraph, Read, one_column

WINDOWS_AT_ONCE = 256


class Stream:
    """The numpy twin of the streaming program: fed one hop, it gives the scores of its window.

    Scores are None until the first window is full. When the window is no multiple of the hop, the
    first hop begins with zeros in the place of frames before the beginning, which no window sees.
    """

    def __init__(self, graph: HopGraph) -> None:
        self.graph = graph
        self.reset()

    @property
    def missing(self) -> int:
        """Frames of the first hop that come before the sound."""
        return -self.graph.frames % self.graph.hop

    def reset(self) -> None:
        """Forget everything."""
        self._kept: dict[int, Array] = {
            history.tensor: np.zeros((history.columns, history.column_bytes), np.int8)
            for history in self.graph.histories
        }
        self._hops = 0

    def step(
        self, frames: npt.NDArray[np.int8], trace: Callable[[Array], None] | None = None
    ) -> npt.NDArray[np.int8] | None:
        """Scores int8 [labels] after int8 [hop, bands]; ``trace`` sees what each step makes."""
        graph = self.graph
        self._hops += 1
        full = self._hops * graph.hop >= graph.frames + self.missing
        values: dict[int, Array] = {}
        self._put(values, graph.clip.input, frames.reshape(graph.tensors[graph.clip.input].shape))
        for step in graph.running_order:
            if step.warms or full:
                node = step.node
                inputs = [
                    self._get(values, number, read, step.slides)
                    for number, read in zip(node.inputs, step.reads, strict=True)
                ]
                self._put(values, node.output, node.op.run(*inputs))
                if trace:
                    trace(values[node.output])
        return values[graph.clip.output][0].astype(np.int8) if full else None

    def _put(self, values: dict[int, Array], tensor: int, value: Array) -> None:
        values[tensor] = value
        if tensor in self._kept:  # a tensor that was only renamed is in the one it was before
            kept, new = self._kept[tensor], value.reshape(-1, self._kept[tensor].shape[1])
            self._kept[tensor] = np.concatenate([kept, new])[-len(kept) :]

    def _get(self, values: dict[int, Array], tensor: int, read: Read | None, part: bool) -> Array:
        if read is None:
            return values[tensor]
        root, kind = self.graph.roots[tensor], self.graph.tensors[tensor]
        rows = self._kept.get(root, values[tensor].reshape(kind.shape[1], -1))
        rows = rows[len(rows) - read.reach : len(rows) - read.lag]
        if part:
            return rows.reshape(1, read.columns, *kind.shape[2:])
        return rows.reshape(self.graph.clip.tensors[tensor].shape)


def score_stream(graph: HopGraph, features: npt.NDArray[np.int8]) -> Iterator[npt.NDArray[np.int8]]:
    """Scores of every window of int8 [frames, bands], in batches int8 [windows, labels].

    The layers that go on with time run over many hops at once.
    """
    windows = (len(features) - graph.frames) // graph.hop + 1
    for first in range(0, max(windows, 0), WINDOWS_AT_ONCE):
        count = min(WINDOWS_AT_ONCE, windows - first)
        start = first * graph.hop
        stop = start + graph.frames + (count - 1) * graph.hop
        yield _Batch(graph, count).scores(features[start:stop])


class _Batch:
    """``count`` windows, each a hop after the one before."""

    def __init__(self, graph: HopGraph, count: int) -> None:
        self.clip, self.hop, self.count = graph.clip, graph.hop, count
        self.frames = graph.frames
        # Rows of columns: values [columns, ...], frames per column, columns of one window.
        self.rows: dict[int, tuple[Array, int, int]] = {}
        self.batches: dict[int, Array] = {}

    def scores(self, features: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
        clip = self.clip
        shape = clip.input_tensor.shape
        rest = shape[2:] if shape[1:2] == (self.frames,) else (-1,)
        self.rows[clip.input] = features.reshape(len(features), *rest), 1, self.frames
        for node in clip.nodes:
            if not self._went_on(clip, node):
                inputs = (self._windows(number) for number in node.inputs)
                self.batches[node.output] = node.op.run(*inputs)
        return self._windows(clip.output).astype(np.int8, copy=False)

    def _went_on(self, clip: Graph, node: Node) -> bool:
        """Run ``node`` over all columns there are; False when it cannot go on with time."""
        found = [self.rows.get(number) for number in node.inputs]
        rows = [row for row in found if row is not None]
        if len(rows) < len(found) or len({row[1:] for row in rows}) > 1:
            return False
        values, stride, window = rows[0]
        one = one_column(clip, node, window)
        if one is None or self.hop % (stride * one.stride):
            return False
        whole = clip.tensors[node.output].shape[1]
        columns = (len(values) - one.reach) // one.stride + 1
        slide = node.op.slide(columns, whole)
        assert slide is not None
        used = one.reach + (columns - 1) * one.stride
        result = slide.op.run(*(row[0][np.newaxis, :used] for row in rows))
        self.rows[node.output] = result[0], stride * one.stride, whole
        return True

    def _windows(self, tensor: int) -> Array:
        """``[windows, ...]`` of a tensor, as the clip graph has it."""
        if tensor not in self.rows:
            return self.batches[tensor]
        values, stride, columns = self.rows[tensor]
        views = sliding_window_view(values, columns, axis=0)
        picked = np.moveaxis(views[:: self.hop // stride][: self.count], -1, 1)
        return picked.reshape(self.count, *self.clip.tensors[tensor].shape[1:])
