"""MUL, int8: the product of two tensors whose shapes broadcast; mirrors TFLM's reference Mul.

One of them may be a constant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from edgekws.fixedpoint import quantize_multiplier, requantize
from edgekws.graph.binary import Binary, Wide, read_operands
from edgekws.graph.operator import Operator, scale, zero_point
from edgekws.kernel import Kernel

LIMITS = "as ADD"
OPTIONS_TYPE = 21
ACTIVATION = 0
MOST_SHIFT = 15  # of a product of up to 255 * 255, which then stays within 32 bits


@dataclass(frozen=True, eq=False)
class Mul(Binary):
    """The product of two tensors, as of a layer and its gate in squeeze-and-excite blocks."""

    name = "MUL"

    zero_points: tuple[int, int]
    multiplier: int
    shift: int
    output_zero_point: int
    activation_min: int
    activation_max: int

    def combine(self, a: Wide, b: Wide) -> Wide:
        """See `Binary.combine`."""
        product = (a - self.zero_points[0]) * (b - self.zero_points[1])
        scaled = requantize(product, self.multiplier, self.shift) + self.output_zero_point
        result: Wide = np.clip(scaled, self.activation_min, self.activation_max)
        return result

    def factors(self) -> tuple[tuple[str, int], ...]:
        """See `Binary.factors`."""
        names = ("multiplier", "shift", "output_zero_point", "activation_min", "activation_max")
        return (
            ("zero_point_a", self.zero_points[0]),
            ("zero_point_b", self.zero_points[1]),
            *((name, getattr(self, name)) for name in names),
        )

    def portable_kernel(self) -> Kernel:
        """The same in C."""
        return self.binary_kernel("mul")


def read(operator: Operator) -> Mul:
    """Check one operator of the file and make the op."""
    operator.expect((2,), OPTIONS_TYPE)
    operands, a, b, _ = read_operands(operator)
    output = operator.output()
    factor = scale(a) * scale(b) / scale(output)
    if not factor < 2.0 ** (MOST_SHIFT - 1):
        raise operator.error("the scales of its inputs and output are too far apart")
    return Mul(
        operands,
        (zero_point(a), zero_point(b)),
        *quantize_multiplier(factor),
        zero_point(output),
        *operator.activation(ACTIVATION, output),
    )
