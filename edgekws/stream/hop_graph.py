"""A clip graph to the graph of one hop: it computes what is new and keeps what is needed again.

A tensor of the clip graph whose first axis is time is a row of **columns**. When the window moves
on by a hop, most of them are those of the window before, moved: the hop graph computes the new
ones only and keeps as many old ones as later layers read, in a **history**. A layer that reads
padding along time, or the whole clip, cannot go on like this; it is recomputed from what is kept.
Either way every window gets the clip graph's scores, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from edgekws.errors import UsageError
from edgekws.graph.types import Graph, Node, Slide, Tensor


@dataclass(frozen=True)
class Read:
    """Neighbouring columns of a tensor: ``columns`` of them, up to ``lag`` before the newest."""

    columns: int
    lag: int = 0

    @property
    def reach(self) -> int:
        """Columns that must be there, the newest ones included."""
        return self.columns + self.lag


@dataclass(frozen=True, eq=False)
class Step:
    """One node of the hop graph, and the node of the clip graph that it stands for.

    reads : per input; None where the input is no row of columns
    slides : it computes only new columns
    warms : it runs every hop, also before the first window is full
    """

    node: Node
    clip: Node
    reads: tuple[Read | None, ...]
    slides: bool
    warms: bool


@dataclass(frozen=True)
class History:
    """The newest columns of one tensor, kept from hop to hop."""

    tensor: int
    columns: int  # kept, the new ones included
    new: int  # columns of one hop
    column_bytes: int

    @property
    def bytes(self) -> int:
        """Bytes of the columns that are kept."""
        return self.columns * self.column_bytes


@dataclass(frozen=True, eq=False)
class HopGraph:
    """What runs every hop of ``hop`` frames in place of ``clip``, which sees ``frames`` of them.

    tensors : those of the clip graph, with the shape that they have in one hop
    roots : a tensor to the one whose memory it is in, where a reshape only renamed it
    """

    clip: Graph
    frames: int
    hop: int
    tensors: tuple[Tensor, ...]
    steps: tuple[Step, ...]
    histories: tuple[History, ...]
    roots: dict[int, int]

    @property
    def running_order(self) -> tuple[Step, ...]:
        """Steps as they run: first those of every hop, then those of a full window."""
        return tuple(sorted(self.steps, key=lambda step: not step.warms))

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one hop."""
        return sum(step.node.op.macs for step in self.steps)

    @property
    def state_bytes(self) -> int:
        """Bytes of all that is kept."""
        return sum(history.bytes for history in self.histories)

    @property
    def recomputed(self) -> tuple[Step, ...]:
        """Steps with products that see more than the new columns."""
        return tuple(step for step in self.steps if not step.slides and step.node.op.macs)

    def history(self, tensor: int) -> History | None:
        """Return the history that holds a tensor, if one does."""
        root = self.roots[tensor]
        return next((found for found in self.histories if found.tensor == root), None)


def hop_graph(clip: Graph, frames: int, hop: int) -> HopGraph:
    """Return the graph of one hop.

    Parameters
    ----------
    clip
        The network over a whole window.
    frames
        Frames in the window; the input has as many columns.
    hop
        Frames from one window to the next, 1 or more. A layer whose stride in time does not
        divide it is recomputed.

    Raises
    ------
    UsageError
        The hop is not within the window, or the input is no row of that many frames.
    """
    if not 1 <= hop <= frames:
        raise UsageError(f"a hop of {hop} frames: use 1 to {frames}, the frames of the window")
    if clip.input_tensor.size % frames:
        raise UsageError(f"an input {list(clip.input_tensor.shape)} is not {frames} frames")
    return _Maker(clip, frames, hop).make()


def total_stride(clip: Graph, frames: int) -> int:
    """Frames by which the window must move so that nothing that can be kept is recomputed."""
    rows = {clip.input: _Row(frames, 1, 0)}
    for node in clip.nodes:
        row = _common(node, rows)
        one = row and one_column(clip, node, row.columns)
        columns = clip.tensors[node.output].shape[1] if one else 0
        if row and one and columns > 1:  # one column of a whole window is no row
            rows[node.output] = _Row(columns, row.stride * one.stride, 0)
    return max(row.stride for row in rows.values())


def one_column(clip: Graph, node: Node, columns: int) -> Slide | None:
    """Return a node's op for one column, of inputs of ``columns``; None when it cannot go on."""
    shape = clip.tensors[node.output].shape
    one = node.op.slide(1, shape[1]) if len(shape) > 1 else None
    if one is None or columns < one.reach:
        return None
    return one if (columns - one.reach) // one.stride + 1 == shape[1] else None


@dataclass(frozen=True)
class _Row:
    """A tensor as a row of columns."""

    columns: int  # in the clip's window
    stride: int  # frames from one to the next
    new: int  # of one hop


class _Maker:
    """Goes through the clip graph once; ``rows`` holds the tensors that go on with time."""

    def __init__(self, clip: Graph, frames: int, hop: int) -> None:
        self.clip, self.frames, self.hop = clip, frames, hop
        self.rows = {clip.input: _Row(frames, 1, hop)}
        self.roots = {clip.input: clip.input}
        self.tensors = list(clip.tensors)
        self.tensors[clip.input] = self._entry()

    def make(self) -> HopGraph:
        steps = [self._step(node) for node in self.clip.nodes]
        histories = self._histories(steps)
        return HopGraph(
            self.clip,
            self.frames,
            self.hop,
            tuple(self.tensors),
            tuple(self._warmed(steps, {history.tensor for history in histories})),
            histories,
            self.roots,
        )

    def _entry(self) -> Tensor:
        tensor = self.clip.input_tensor
        column = tensor.size // self.frames
        in_time = tensor.shape[1:2] == (self.frames,)
        rest = tensor.shape[2:] if in_time else (column,)
        return replace(tensor, shape=(1, self.hop, *rest))

    def _step(self, node: Node) -> Step:
        found = self._slide(node)
        if found is None:
            self.roots[node.output] = node.output
            rows = [self.rows.get(number) for number in node.inputs]
            whole = tuple(None if row is None else Read(row.columns) for row in rows)
            return Step(node, node, whole, slides=False, warms=False)
        slide, row = found
        self.rows[node.output] = row
        shape = self.clip.tensors[node.output].shape
        self.tensors[node.output] = replace(
            self.clip.tensors[node.output], shape=(1, row.new, *shape[2:])
        )
        renames = slide.op.portable_kernel() is None
        self.roots[node.output] = self.roots[node.inputs[0]] if renames else node.output
        read = self._read(slide, self.rows[node.inputs[0]].columns, row)
        reads = (read,) * len(node.inputs)
        return Step(replace(node, op=slide.op), node, reads, slides=True, warms=False)

    def _slide(self, node: Node) -> tuple[Slide, _Row] | None:
        """The op for the new columns; None when all columns are new or it cannot go on."""
        row = _common(node, self.rows)
        one = row and one_column(self.clip, node, row.columns)
        if row is None or one is None or self.hop % (row.stride * one.stride):
            return None
        columns = self.clip.tensors[node.output].shape[1]
        new = self.hop // (row.stride * one.stride)
        slide = node.op.slide(new, columns) if new < columns else None
        return None if slide is None else (slide, _Row(columns, row.stride * one.stride, new))

    def _read(self, slide: Slide, columns: int, row: _Row) -> Read:
        """What the new columns are computed from; the window may end in columns nobody reads."""
        unread = columns - (slide.reach + (row.columns - 1) * slide.stride)
        assert unread >= 0, "a window outside of its input"
        return Read(slide.reach + (row.new - 1) * slide.stride, unread)

    def _histories(self, steps: Sequence[Step]) -> tuple[History, ...]:
        reach: dict[int, int] = {}
        for step in steps:
            for number, read in zip(step.node.inputs, step.reads, strict=True):
                if read is not None:
                    root = self.roots[number]
                    reach[root] = max(reach.get(root, 0), read.reach)
        return tuple(
            History(root, columns, row.new, self.tensors[root].bytes // row.new)
            for root, columns in reach.items()
            if columns > (row := self.rows[root]).new
        )

    def _warmed(self, steps: Sequence[Step], kept: set[int]) -> list[Step]:
        """Mark what must run every hop: whatever a history is filled from."""
        wanted = set(kept)
        marked = []
        for step in reversed(steps):
            warms = step.slides and self.roots[step.node.output] in wanted
            if warms:
                wanted |= {self.roots[number] for number in step.node.inputs}
            marked.append(replace(step, warms=warms))
        return marked[::-1]


def _common(node: Node, rows: Mapping[int, _Row]) -> _Row | None:
    """Return the row that all inputs are alike; None when they differ or one is no row."""
    found = {rows.get(number) for number in node.inputs}
    return found.pop() if len(found) == 1 else None
