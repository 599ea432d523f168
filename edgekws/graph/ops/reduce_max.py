"""REDUCE_MAX, int8: the largest value over axes; a global max pool."""

from __future__ import annotations

from dataclasses import dataclass

from edgekws.graph import reduce
from edgekws.graph.operator import Operator, same_grid
from edgekws.graph.ops.max_pool_2d import MaxPool2D
from edgekws.graph.reduce import read_groups
from edgekws.graph.types import Op
from edgekws.graph.window import VALID, Window, fit_axis
from edgekws.kernel import Array, Kernel

LIMITS = "constant neighbouring axes right behind the batch; input and output on one grid"
OPTIONS_TYPE = reduce.OPTIONS_TYPE


@dataclass(frozen=True, eq=False)
class ReduceMax(Op):
    """One window over everything; runs in the C kernel of MAX_POOL_2D."""

    name = "REDUCE_MAX"

    pool: MaxPool2D
    output_shape: tuple[int, ...]

    def run(self, *inputs: Array) -> Array:
        """``int8 [batch, ...]``."""
        x = inputs[0].reshape(-1, self.pool.window.height.size, 1, self.pool.channels)
        return self.pool.run(x).reshape(len(inputs[0]), *self.output_shape[1:])

    def portable_kernel(self) -> Kernel:
        """The same in C."""
        return self.pool.portable_kernel()


def read(operator: Operator) -> ReduceMax:
    """Check one operator of the file and make the op."""
    operator.expect((2,), OPTIONS_TYPE)
    groups = read_groups(operator)
    if not same_grid(operator.input(), operator.output()):
        raise operator.error("its output must have the scale and zero point of its input")
    count = groups.first * groups.second
    if count > 1 and groups.outer * groups.first > 1:
        raise operator.error("runs only over the axes right behind the batch")
    try:
        rows = fit_axis(count, count, 1, 1, VALID)
    except ValueError as exc:
        raise operator.error(str(exc)) from exc
    window = Window(rows, fit_axis(1, 1, 1, 1, VALID))
    pool = MaxPool2D(window, operator.input().size // count, -128, 127)
    return ReduceMax(pool, operator.output().shape)
