"""The graph of one hop as C: what is kept from hop to hop, and one function for each hop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from edgekws.codegen.arena import ALIGNMENT, Buffer, Plan, Tie, plan, scratch_name, tensor_name
from edgekws.codegen.params import ParamsView, TableView, constants
from edgekws.graph import bodies
from edgekws.kernel import Body, Kernel
from edgekws.stream.hop_graph import History, HopGraph, Read, Step

# Old columns that a hop may move on the average. More room behind them means fewer moves.
MOVED_COLUMNS = 25
# Room behind rows, as a part of them; they move on by few bytes a hop.
ROOM_BEHIND_ROWS = 64


@dataclass(frozen=True)
class HistoryView:
    """Memory of one tensor's newest columns, bytes."""

    index: int
    kept_bytes: int
    new_bytes: int
    capacity: int
    bytes: int  # that may be read, capacity or more
    rows: int = 0  # where it lies in rows, see kws_history.h
    row_bytes: int = 0


@dataclass(frozen=True)
class HopStepView:
    """One call, and what it wrote; ``history`` is where, if that is kept."""

    comment: str
    function: str
    arguments: str
    index: int
    data: str
    bytes: int
    history: HistoryView | None


@dataclass(frozen=True)
class HopView:
    """What the templates may know about one hop. Every value is final.

    ``warm`` runs at every hop, ``rest`` only when scores are wanted.
    """

    warm: tuple[HopStepView, ...]
    rest: tuple[HopStepView, ...]
    histories: tuple[HistoryView, ...]
    entry: HistoryView | None  # of the frames
    params: tuple[ParamsView, ...]
    own_tables: tuple[TableView, ...]  # that the clip graph has not
    headers: tuple[str, ...]
    frames: int
    input_shape: str
    input_bytes: int
    state_bytes: int
    arena_bytes: int
    arena_verdict: str  # see `edgekws.codegen.arena.Plan.verdict`
    uses_arena: bool
    macs: str

    @property
    def steps(self) -> tuple[HopStepView, ...]:
        """All, in running order."""
        return self.warm + self.rest


def hop_view(graph: HopGraph, body: Body, shared: Sequence[TableView]) -> HopView:
    """Write down one hop.

    Parameters
    ----------
    shared
        Tables of the clip graph; the weights are among them, and are used again.
    """
    return _Maker(graph, body, shared).make()


def kernels(graph: HopGraph, body: Body) -> tuple[Kernel | None, ...]:
    """Return the kernel of each step, as they run; None where one only renames its input."""
    return tuple(
        _on_rows(graph, step, body) or step.node.op.kernel(body) for step in graph.running_order
    )


def _on_rows(graph: HopGraph, step: Step, body: Body) -> Kernel | None:
    """Kernel that wants its history in rows; None where others read it too, or part of it."""
    kernel = bodies.find_on_rows(step.node.op, body)
    history = graph.history(step.node.inputs[0])
    if kernel is None or history is None:
        return None
    readers = [
        read
        for other in graph.steps
        for number, read in zip(other.node.inputs, other.reads, strict=True)
        if graph.roots[number] == history.tensor
    ]
    return kernel if readers == [Read(history.columns)] else None


class _Maker:
    def __init__(self, graph: HopGraph, body: Body, shared: Sequence[TableView]) -> None:
        self.graph, self.shared = graph, shared
        self.steps, self.kernels = graph.running_order, kernels(graph, body)
        in_rows = {
            graph.roots[step.node.inputs[0]]
            for step in self.steps
            if _on_rows(graph, step, body) is not None
        }
        self.histories = {
            history.tensor: _rows(index, history)
            if history.tensor in in_rows
            else _history(index, history)
            for index, history in enumerate(graph.histories)
        }
        self.places = {step.node.output: step for step in self.steps}
        self.scores = self._source(graph.clip.output)[0]
        self.plan = self._plan()

    def make(self) -> HopView:
        graph, entry = self.graph, self.graph.tensors[self.graph.clip.input]
        made = [self._constants(i, kernel) for i, kernel in enumerate(self.kernels) if kernel]
        steps = [self._step(i, step) for i, step in enumerate(self.steps)]
        warm = sum(step.warms for step in self.steps)
        views = tuple(self.histories.values())
        return HopView(
            warm=tuple(steps[:warm]),
            rest=tuple(steps[warm:]),
            histories=views,
            entry=self.histories.get(graph.clip.input),
            params=tuple(params for _, params in made),
            own_tables=tuple(table for tables, _ in made for table in tables),
            headers=tuple(sorted({kernel.header for kernel in self.kernels if kernel})),
            frames=graph.hop,
            input_shape=f"{entry.dtype} [{', '.join(map(str, entry.shape))}]",
            input_bytes=entry.bytes,
            state_bytes=sum(view.bytes for view in views),
            arena_bytes=max(self.plan.bytes, ALIGNMENT),
            arena_verdict=self.plan.verdict,
            uses_arena=self.plan.bytes > 0,
            macs=f"{graph.macs:,}",
        )

    def _constants(self, index: int, kernel: Kernel) -> tuple[tuple[TableView, ...], ParamsView]:
        tables, params = constants(kernel, f"hop{index}")
        again = {table.name: self._known(table) for table in tables}
        members = tuple((member, again.get(value) or value) for member, value in params.members)
        own = tuple(table for table in tables if again[table.name] is None)
        return own, ParamsView(params.name, params.c_type, members)

    def _known(self, table: TableView) -> str | None:
        for other in self.shared:
            same = other.c_type == table.c_type and other.length == table.length
            if same and (other.values.ravel() == table.values.ravel()).all():
                return other.name
        return None

    def _step(self, index: int, step: Step) -> HopStepView:
        node, kernel = step.node, self.kernels[index]
        output = self.graph.tensors[node.output]
        return HopStepView(
            comment=f"{node.op.name} -> {list(output.shape)}",
            function=kernel.function if kernel else "",
            arguments=self._arguments(index, step, kernel) if kernel else "",
            index=index,
            data=self._place(node.output, None),
            bytes=output.bytes,
            history=self.histories.get(node.output) if kernel else None,
        )

    def _arguments(self, index: int, step: Step, kernel: Kernel) -> str:
        reads = zip(step.node.inputs, step.reads, strict=True)
        words = [f"&hop{index}", *(self._place(number, read) for number, read in reads)]
        words.append(self._output(step.node.output))
        if kernel.scratch_bytes:
            words.append(_at(self.plan.offset(scratch_name(index))))
        return ", ".join(words)

    def _place(self, tensor: int, read: Read | None) -> str:
        """C expression of where what is read of a tensor begins."""
        root, read = self._source(tensor, read)
        history = self.histories.get(root)
        if history and history.rows and read is not None:
            return _moved(f"new{history.index}", -history.kept_bytes)
        return _moved(self._output(root), self._skipped(root, read))

    def _skipped(self, root: int, read: Read | None) -> int:
        """Bytes before what is read of a tensor."""
        row = self.graph.tensors[root]
        skipped = 0 if read is None else row.shape[1] - read.reach
        return skipped * (row.bytes // row.shape[1])

    def _output(self, tensor: int) -> str:
        """C expression of where the newest columns of a tensor begin, or are before they spread."""
        if self._in_columns(tensor):
            return f"new{self.histories[tensor].index}"
        if tensor == self.graph.clip.input:
            return "frames"
        if tensor == self.scores:
            return "scores"
        return _at(self.plan.offset(tensor_name(tensor)))

    def _in_columns(self, tensor: int) -> bool:
        return tensor in self.histories and not self.histories[tensor].rows

    def _renames(self, step: Step) -> bool:
        return self.kernels[self.steps.index(step)] is None

    def _plan(self) -> Plan:
        last_use: dict[int, int] = {}
        for index, step in enumerate(self.steps):
            for number in step.node.inputs:
                last_use[self._source(number)[0]] = index
        buffers: list[Buffer] = []
        numbers: dict[int, int] = {}  # of the buffer that holds a tensor
        ties: list[Tie] = []
        for index, (step, kernel) in enumerate(zip(self.steps, self.kernels, strict=True)):
            output = step.node.output
            if kernel is None:
                continue
            if not self._in_columns(output) and output != self.scores:
                numbers[output] = len(buffers)
                size = self.graph.tensors[output].bytes
                last = index if output in self.histories else last_use.get(output, index)
                buffers.append(Buffer(tensor_name(output), size, index, last))
                over = self._written_over(step) if kernel.in_place else None
                if over in numbers and last_use[over] == index:
                    ties.append((numbers[over], numbers[output]))
            if kernel.scratch_bytes:
                buffers.append(Buffer(scratch_name(index), kernel.scratch_bytes, index, index))
        return plan(buffers, ties)

    def _written_over(self, step: Step) -> int | None:
        """Tensor whose memory a step may write over: it reads that from the beginning, and once."""
        reads = list(zip(step.node.inputs, step.reads, strict=True))
        sources = [self._source(number, read) for number, read in reads]
        root, read = sources[0]
        once = [other for other, _ in sources].count(root) == 1
        begins = root not in self.histories and self._skipped(root, read) == 0
        return root if once and begins else None

    def _source(self, tensor: int, read: Read | None = None) -> tuple[int, Read | None]:
        """Return the tensor in whose memory ``tensor`` is, and what is read of it."""
        root = self.graph.roots[tensor]
        step = self.places.get(root)
        if step is not None and not step.slides and self._renames(step):
            return self._source(step.node.inputs[0], step.reads[0])
        return root, read


def _history(index: int, history: History) -> HistoryView:
    """Room for the columns, and for so many hops that each moves few old columns on average."""
    kept = history.columns - history.new
    hops = max(1, -(-kept // MOVED_COLUMNS))
    capacity = -(-(kept + hops * history.new) * history.column_bytes // 4) * 4
    return HistoryView(
        index,
        kept * history.column_bytes,
        history.new * history.column_bytes,
        capacity,
        capacity,
    )


def _rows(index: int, history: History) -> HistoryView:
    """The same in rows, which move on by the bytes of one row."""
    kept = history.bytes - history.new
    capacity = kept + max(1, -(-kept // (ROOM_BEHIND_ROWS * history.new))) * history.new
    return HistoryView(
        index,
        kept,
        history.new,
        capacity,
        -(-(capacity + bodies.READ_BEHIND_ROWS) // 4) * 4,
        rows=history.column_bytes,
        row_bytes=history.columns,
    )


def _at(offset: int) -> str:
    return f"&memory[{offset}]"


def _moved(place: str, by: int) -> str:
    return f"{place} {'+' if by > 0 else '-'} {abs(by)}" if by else place
