"""The typed integer graph: what every room from here on rests on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from edgekws.graph import bodies
from edgekws.kernel import Array, Body, Kernel


@dataclass(frozen=True, eq=False)
class Quantization:
    """real = scale * (q - zero_point), per tensor (one entry) or along ``axis``.

    scale : float32 [1 or channels], above 0
    zero_point : int32 [1 or channels]
    """

    scale: npt.NDArray[np.float32]
    zero_point: npt.NDArray[np.int32]
    axis: int = 0


@dataclass(frozen=True, eq=False)
class Tensor:
    """One tensor of the file: an activation, or a constant when ``data`` is set."""

    name: str
    shape: tuple[int, ...]
    dtype: str  # "int8", "int16", "int32"
    quantization: Quantization | None = None
    data: Array | None = None
    is_variable: bool = False  # keeps its values from one run to the next

    @property
    def size(self) -> int:
        """Number of values."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def bytes(self) -> int:
        """Bytes the values take."""
        return self.size * np.dtype(self.dtype).itemsize


class Op(ABC):
    """One operation with its constants, ready to run. One file of `edgekws.graph.ops` each."""

    name: ClassVar[str]  # as TensorFlow Lite spells it: CONV_2D

    @abstractmethod
    def run(self, *inputs: Array) -> Array:
        """Exact integer result for every entry of a batch: the specification of the C kernel."""

    @abstractmethod
    def portable_kernel(self) -> Kernel | None:
        """The C that does the same; None when the output is the input's bytes unchanged."""

    def kernel(self, body: Body) -> Kernel | None:
        """The C that does the same, best for ``body``; the portable one where there is no other."""
        return bodies.find(self, body) or self.portable_kernel()

    def slide(self, columns: int, of: int) -> Slide | None:
        """How the op works when time goes on: the same op for some columns of its output.

        A column is all values of one moment: the op's activations have time as their first axis
        after the batch.

        Parameters
        ----------
        columns
            Columns of output that the new op computes.
        of
            Columns of output that this one computes.

        Returns
        -------
        Slide | None
            None when a column depends on where it stands: on padding, or on the whole clip.
        """
        return None

    def fresh_state(self, batch: int) -> Array | None:
        """What the op remembers before its first run, [batch, ..., runs]; None when it forgets all.

        `run` begins with a fresh one for every entry; `step` goes on with what it left.
        """
        return None

    def step(self, state: Array, *inputs: Array) -> Array:
        """`run` that begins with ``state``, and leaves in it what the next run begins with."""
        raise NotImplementedError(f"{self.name} keeps no state")

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one run."""
        return 0

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return 0


@dataclass(frozen=True, eq=False)
class Slide:
    """An op for a piece of time: each column of output reads ``reach`` columns of input.

    The next one reads ``stride`` columns later.
    """

    op: Op
    reach: int = 1
    stride: int = 1


@dataclass(frozen=True, eq=False)
class Node:
    """One step: an op, the tensors it reads (activations only) and the one it writes."""

    op: Op
    inputs: tuple[int, ...]
    output: int


@dataclass(frozen=True, eq=False)
class Graph:
    """An int8 network from features to scores, in running order.

    The first axis of every activation is the batch; it is always 1.
    """

    tensors: tuple[Tensor, ...]
    nodes: tuple[Node, ...]
    input: int
    output: int
    sha256: str  # of the file it was read from

    @property
    def input_tensor(self) -> Tensor:
        """What the frontend must produce."""
        return self.tensors[self.input]

    @property
    def output_tensor(self) -> Tensor:
        """The scores: int8, one per label."""
        return self.tensors[self.output]

    @property
    def stateful(self) -> tuple[Node, ...]:
        """Nodes that remember one run in the next."""
        return tuple(node for node in self.nodes if node.op.fresh_state(1) is not None)

    @property
    def memory(self) -> int:
        """Runs after which nothing of the first is remembered; 0 where nothing ever is."""
        states = (node.op.fresh_state(1) for node in self.nodes)
        return max((state.shape[-1] for state in states if state is not None), default=0)

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one inference."""
        return sum(node.op.macs for node in self.nodes)
