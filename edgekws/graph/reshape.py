"""Ops that only rename axes: the output is the input's bytes unchanged."""

from __future__ import annotations

from dataclasses import dataclass, replace

from edgekws.graph.operator import Operator, same_grid
from edgekws.graph.types import Op, Slide
from edgekws.kernel import Array


@dataclass(frozen=True, eq=False)
class Reshape(Op):
    """Costs nothing: the output is the input's memory."""

    output_shape: tuple[int, ...]

    def run(self, *inputs: Array) -> Array:
        """``int8 [batch, ...]``."""
        return inputs[0].reshape(len(inputs[0]), *self.output_shape[1:])

    def slide(self, columns: int, of: int) -> Slide | None:
        """See `Op.slide`: where time stays the first axis."""
        if self.output_shape[1:2] != (of,):
            return None
        return Slide(replace(self, output_shape=(1, columns, *self.output_shape[2:])))

    def portable_kernel(self) -> None:
        """Return nothing: there is nothing to compute."""


def new_shape(operator: Operator) -> tuple[int, ...]:
    """Return the output's shape as the file has it; the operator's own idea of it is not needed."""
    x, output = operator.input(), operator.output()
    if x.size != output.size or not same_grid(x, output):
        raise operator.error(
            f"{list(x.shape)} to {list(output.shape)} must keep the number of values and the scale"
        )
    return output.shape
