"""CONCATENATION and PACK: tensors of one grid, side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from edgekws.graph.operator import Operator, same_grid
from edgekws.graph.types import Op
from edgekws.kernel import Array, Kernel

MOST_PARTS = 8  # for which the runtime has a function


@dataclass(frozen=True, eq=False)
class Join(Op):
    """Of each input in turn ``sizes`` values, and that ``outer`` times over."""

    output_shape: tuple[int, ...]
    outer: int
    sizes: tuple[int, ...]

    def run(self, *inputs: Array) -> Array:
        """``int8 [batch, ...]``."""
        batch = len(inputs[0])
        rows = [
            x.reshape(batch, self.outer, size) for x, size in zip(inputs, self.sizes, strict=True)
        ]
        return np.concatenate(rows, axis=2).reshape(batch, *self.output_shape[1:])

    def portable_kernel(self) -> Kernel:
        """The same in C."""
        return Kernel(
            function=f"kws_join_{len(self.sizes)}_run",
            params_type="kws_join_params",
            header="kws_join.h",
            sources=("kws_join.c",),
            fields=(("sizes", np.array(self.sizes, np.int32)), ("outer", self.outer)),
        )


def read_join(operator: Operator, kind: type[Join], axis: int, shape: tuple[int, ...]) -> Join:
    """Make the op; ``shape`` is that of the output, ``axis`` the one along which inputs follow."""
    count = len(operator.inputs)
    tensors = [operator.input(i) for i in range(count)]
    if not 2 <= count <= MOST_PARTS:
        raise operator.error(f"joins {count} tensors; 2 to {MOST_PARTS} run here")
    if not all(same_grid(x, operator.output()) for x in tensors):
        raise operator.error("its inputs and output must have one scale and zero point")
    operator.expect_shape(shape)
    outer = math.prod(shape[:axis])
    return kind(shape, outer, tuple(x.size // outer for x in tensors))
