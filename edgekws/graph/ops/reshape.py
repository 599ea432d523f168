"""RESHAPE: the same bytes under another shape."""

from __future__ import annotations

from dataclasses import dataclass

from edgekws.graph.operator import Operator, same_grid
from edgekws.graph.types import Op
from edgekws.kernel import Array

OPTIONS_TYPE = 17


@dataclass(frozen=True, eq=False)
class Reshape(Op):
    """Costs nothing: the output is the input's memory."""

    name = "RESHAPE"

    output_shape: tuple[int, ...]

    def run(self, *inputs: Array) -> Array:
        """``int8 [batch, ...]``."""
        return inputs[0].reshape(len(inputs[0]), *self.output_shape[1:])

    def kernel(self) -> None:
        """Return nothing: there is nothing to compute."""


def read(operator: Operator) -> Reshape:
    """Check one operator of the file and make the op; the file's output shape is the new shape."""
    operator.expect((1, 2), OPTIONS_TYPE)
    return reshape(operator)


def reshape(operator: Operator) -> Reshape:
    """Make the op for any operator that only renames axes."""
    x, output = operator.input(), operator.output()
    if x.size != output.size or not same_grid(x, output):
        raise operator.error(
            f"{list(x.shape)} to {list(output.shape)} must keep the number of values and the scale"
        )
    return Reshape(output.shape)
