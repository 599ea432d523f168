"""Ops that turn each int8 value into another by itself: a table of 256 bytes is the whole op."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from edgekws.fixedpoint import quantize_multiplier, requantize
from edgekws.graph.operator import Operator, scale, zero_point
from edgekws.graph.types import Op, Slide
from edgekws.kernel import Array, Kernel

EVERY_VALUE = np.arange(-128, 128, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Lookup(Op):
    """``table`` int8 [256] holds the result for the inputs -128..127, in that order."""

    table: npt.NDArray[np.int8]
    size: int

    def run(self, *inputs: Array) -> Array:
        """``int8`` in the input's shape."""
        return self.table[inputs[0].astype(np.int16) + 128]

    def slide(self, columns: int, of: int) -> Slide:
        """See `Op.slide`: each value stands for itself."""
        return Slide(replace(self, size=self.size // of * columns))

    def portable_kernel(self) -> Kernel:
        """The same in C."""
        return Kernel(
            function="kws_lookup_run",
            params_type="kws_lookup_params",
            header="kws_lookup.h",
            sources=("kws_lookup.c",),
            fields=(("table", self.table), ("size", self.size)),
            in_place=True,
        )


def rescaled(operator: Operator, lowest: int, highest: int) -> tuple[npt.NDArray[np.int8], int]:
    """Members of a `Lookup` from the input's scale to the output's, clamped to two values."""
    x, output = operator.input(), operator.output()
    operator.expect_shape(x.shape)
    try:
        multiplier, shift = quantize_multiplier(scale(x) / scale(output))
        if shift > 20:
            raise ValueError
    except ValueError:
        raise operator.error("the scales of its input and output are too far apart") from None
    scaled = requantize(EVERY_VALUE - zero_point(x), multiplier, shift) + zero_point(output)
    return np.clip(scaled, lowest, highest).astype(np.int8), x.size
