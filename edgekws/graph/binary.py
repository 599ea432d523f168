"""Ops that combine two int8 tensors value by value: broadcasting, constants, C parameters."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from edgekws.graph.operator import Operator
from edgekws.graph.strides import LOOPS, dense, nest
from edgekws.graph.types import Op, Slide, Tensor
from edgekws.kernel import Array, Kernel

Wide = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Operands:
    """Two tensors of one shape, or of shapes that broadcast as in numpy.

    shapes : of a and b, with axes of one in front where a tensor has fewer
    constant : int8 values of b when the file has them; a is always computed
    """

    shapes: tuple[tuple[int, ...], tuple[int, ...]]
    constant: npt.NDArray[np.int8] | None

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of the result."""
        return np.broadcast_shapes(*self.shapes)

    def values(self, inputs: tuple[Array, ...]) -> tuple[Wide, Wide]:
        """Both operands of a batch as int64 [batch, ...]."""
        a = inputs[0].reshape(-1, *self.shapes[0][1:])
        b = self.constant if self.constant is not None else inputs[1]
        return a.astype(np.int64), b.reshape(-1, *self.shapes[1][1:]).astype(np.int64)

    def loops(self) -> list[tuple[int, tuple[int, ...]]]:
        """Sizes, and the strides of a and b, for the C kernels."""
        return nest(self.output_shape, *(self._strides(shape) for shape in self.shapes))

    def slide(self, columns: int, of: int) -> Operands | None:
        """Return the same for some columns; None unless both are rows of columns."""
        both = all(shape[1:2] == (of,) for shape in self.shapes)
        if self.constant is not None or not both or len(self.output_shape) < 2:
            return None
        a, b = ((1, columns, *shape[2:]) for shape in self.shapes)
        return replace(self, shapes=(a, b))

    def _strides(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        steps = zip(shape, dense(shape), strict=True)
        return tuple(0 if size == 1 else step for size, step in steps)


@dataclass(frozen=True, eq=False)
class Binary(Op):
    """``operands`` and where the result ends up."""

    operands: Operands

    @abstractmethod
    def combine(self, a: Wide, b: Wide) -> Wide:
        """Result, clamped to int8, of broadcast operands int64 [batch, ...]."""

    @abstractmethod
    def factors(self) -> tuple[tuple[str, int], ...]:
        """Members of the C struct between the loops and the constant."""

    def run(self, *inputs: Array) -> Array:
        """``int8`` in the broadcast shape."""
        result: Array = self.combine(*self.operands.values(inputs)).astype(np.int8)
        return result

    def slide(self, columns: int, of: int) -> Slide | None:
        """See `Op.slide`: each value stands for itself."""
        operands = self.operands.slide(columns, of)
        return None if operands is None else Slide(replace(self, operands=operands))

    def binary_kernel(self, kind: str) -> Kernel:
        """``kws_KIND_run``, or ``kws_KIND_constant_run`` where b is a constant."""
        loops = self.operands.loops()
        constant = self.operands.constant
        return Kernel(
            function=f"kws_{kind}_run" if constant is None else f"kws_{kind}_constant_run",
            params_type=f"kws_{kind}_params",
            header=f"kws_{kind}.h",
            sources=(f"kws_{kind}.c",),
            fields=(
                ("sizes", np.array([size for size, _ in loops], np.int32)),
                ("strides_a", np.array([steps[0] for _, steps in loops], np.int32)),
                ("strides_b", np.array([steps[1] for _, steps in loops], np.int32)),
                *self.factors(),
                *(() if constant is None else (("constant", constant.ravel()),)),
            ),
            in_place=self.operands.shapes[0] == self.operands.output_shape,
        )


def read_operands(operator: Operator) -> tuple[Operands, Tensor, Tensor, bool]:
    """Check the two inputs of an operator.

    Returns
    -------
    operands, a, b, swapped
        ``swapped`` when the file's first input is a constant: then it is b.
    """
    a, b, output = operator.operand(0), operator.operand(1), operator.output()
    swapped = a.data is not None
    if swapped:
        a, b = b, a
    if a.data is not None:
        raise operator.error("computes from constants only; convert again")
    rank = max(len(a.shape), len(b.shape))
    shapes = ((1,) * (rank - len(a.shape)) + a.shape, (1,) * (rank - len(b.shape)) + b.shape)
    try:
        operator.expect_shape(np.broadcast_shapes(*shapes))
    except ValueError:
        raise operator.error(
            f"{list(a.shape)} and {list(b.shape)} are shapes that do not go together"
        ) from None
    constant = None if b.data is None else b.data.astype(np.int8)
    operands = Operands(shapes, constant)
    if output.shape[:1] != (1,) or len(operands.loops()) > LOOPS:
        raise operator.error(f"{list(a.shape)} and {list(b.shape)} broadcast along too many axes")
    return operands, a, b, swapped
