"""QUANTIZE: another scale or type for the same values; mirrors TFLM's Requantize.

The C twin of what is not a table is ``firmware_templates/runtime/kws_quantize.c``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from edgekws.fixedpoint import INT32_MAX, quantize_multiplier, requantize
from edgekws.graph.lookup import Lookup, rescaled
from edgekws.graph.operator import Operator, scale, zero_point
from edgekws.graph.types import Op
from edgekws.kernel import Array, Kernel

LIMITS = "int8 or int16 to int8 or int16, or to int32 at the end of the network"
OPTIONS_TYPE = 89
SMALL, LAST = ("int8", "int16"), ("int8", "int16", "int32")


class Quantize(Lookup):
    """int8 to int8."""

    name = "QUANTIZE"


@dataclass(frozen=True, eq=False)
class Widen(Op):
    """From one type to another, or from one scale of int16 to another."""

    name = "QUANTIZE"

    source: str
    target: str
    size: int
    input_zero_point: int
    multiplier: int
    shift: int
    output_zero_point: int

    def run(self, *inputs: Array) -> Array:
        """``target`` in the input's shape."""
        centred = inputs[0].astype(np.int64) - self.input_zero_point
        scaled = requantize(centred, self.multiplier, self.shift) + self.output_zero_point
        ends = np.iinfo(self.target)
        result: Array = np.clip(scaled, ends.min, ends.max).astype(self.target)
        return result

    def portable_kernel(self) -> Kernel:
        """The same in C."""
        return Kernel(
            function=f"kws_quantize_{self.source}_{self.target}_run",
            params_type="kws_quantize_params",
            header="kws_quantize.h",
            sources=("kws_quantize.c",),
            fields=(
                ("size", self.size),
                ("input_zero_point", self.input_zero_point),
                ("multiplier", self.multiplier),
                ("shift", self.shift),
                ("output_zero_point", self.output_zero_point),
            ),
        )


def read(operator: Operator) -> Op:
    """Check one operator of the file and make the op."""
    operator.expect((1,), OPTIONS_TYPE)
    x, output = operator.input(0, SMALL), operator.output(0, LAST)
    if x.dtype == output.dtype == "int8":
        return Quantize(*rescaled(operator, -128, 127))
    operator.expect_shape(x.shape)
    too_far = operator.error("the scales of its input and output are too far apart")
    try:
        multiplier, shift = quantize_multiplier(scale(x) / scale(output))
    except ValueError:
        raise too_far from None
    # What comes out before its zero point is added, and after it, stays within 32 bits.
    steps = 2 ** (np.iinfo(x.dtype).bits + max(shift, 0))
    if shift > 30 or steps + abs(zero_point(output)) > INT32_MAX:
        raise too_far
    return Widen(
        x.dtype, output.dtype, x.size, zero_point(x), multiplier, shift, zero_point(output)
    )
