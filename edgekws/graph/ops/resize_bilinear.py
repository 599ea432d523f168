"""RESIZE_BILINEAR, int8: height and width by weighted means of neighbours.

Mirrors TFLM's reference ResizeBilinearInteger: places and weights in 1/1024 of a value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekws.graph.copy import integers
from edgekws.graph.operator import Operator, same_grid
from edgekws.graph.types import Op
from edgekws.kernel import Array, Kernel

LIMITS = "constant size; input and output on one grid; sides below 32768"
OPTIONS_TYPE = 15
ALIGN_CORNERS, HALF_PIXEL_CENTERS = 2, 3
UNIT = 1 << 10
LARGEST_SIDE = 1 << 15  # so that int16 holds every place

Places = npt.NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Axis:
    """For each output along an axis two places of the input, and the weight of the second.

    The first has the rest of 1024. A weight below 0 stands before the edge, where both are one.
    """

    first: Places
    second: Places
    weight: Places

    @classmethod
    def fit(cls, size: int, output: int, align_corners: bool, half_pixel_centers: bool) -> Axis:
        """Spread ``output`` places over ``size`` values."""
        if align_corners and output > 1:
            step = (UNIT * (size - 1) + (output - 1) // 2) // (output - 1)
        else:
            step = (UNIT * size + output // 2) // output
        place = np.arange(output, dtype=np.int64) * step
        if half_pixel_centers:
            place += step // 2 - UNIT // 2
        first = np.maximum(place // UNIT, 0)
        second = np.minimum((place + UNIT - 1) // UNIT, size - 1)
        second = np.maximum(second, 0)
        return cls(*(part.astype(np.int16) for part in (first, second, place - UNIT * first)))


@dataclass(frozen=True, eq=False)
class ResizeBilinear(Op):
    """Up or down; as Keras' Resizing layer makes it."""

    name = "RESIZE_BILINEAR"

    rows: Axis
    columns: Axis
    in_width: int
    channels: int

    def run(self, *inputs: Array) -> Array:
        """``int8 [batch, out_height, out_width, channels]``."""
        x = inputs[0].astype(np.int64)
        tall = self._between(x[:, self.rows.first], x[:, self.rows.second], self.rows.weight, 2)
        wide = self._between(
            tall[:, :, self.columns.first],
            tall[:, :, self.columns.second],
            self.columns.weight,
            1,
        )
        half = np.where(wide > 0, 1 << 19, -(1 << 19))
        result = np.abs(wide + half) >> 20  # towards zero, as C divides
        signed: Array = (np.sign(wide + half) * result).astype(np.int8)
        return signed

    def _between(
        self,
        first: npt.NDArray[np.int64],
        second: npt.NDArray[np.int64],
        weight: Places,
        axes: int,
    ) -> npt.NDArray[np.int64]:
        share = weight.astype(np.int64).reshape(-1, *(1,) * axes)
        return first * (UNIT - share) + second * share

    def portable_kernel(self) -> Kernel:
        """The same in C."""
        tables = [
            (f"{axis}_{part}", getattr(getattr(self, axis), part))
            for axis in ("rows", "columns")
            for part in ("first", "second", "weight")
        ]
        return Kernel(
            function="kws_resize_bilinear_run",
            params_type="kws_resize_bilinear_params",
            header="kws_resize_bilinear.h",
            sources=("kws_resize_bilinear.c",),
            fields=(
                *tables,
                ("in_width", self.in_width),
                ("out_height", self.rows.first.size),
                ("out_width", self.columns.first.size),
                ("channels", self.channels),
            ),
        )


def read(operator: Operator) -> ResizeBilinear:
    """Check one operator of the file and make the op."""
    operator.expect((2,), OPTIONS_TYPE)
    x, output = operator.input(), operator.output()
    sizes = integers(operator, 1)
    if len(x.shape) != 4 or len(sizes) != 2 or min(sizes) < 1:
        raise operator.error(f"resizes {list(x.shape)} to {sizes}; needs 4 axes and 2 sizes")
    operator.expect_shape((1, *sizes, x.shape[3]))
    if not same_grid(x, output):
        raise operator.error("its output must have the scale and zero point of its input")
    if max(*x.shape[1:3], *sizes) >= LARGEST_SIDE:
        raise operator.error(f"a side of {list(x.shape)} or {sizes} is out of all proportion")
    flags = [bool(operator.integer(number, "B")) for number in (ALIGN_CORNERS, HALF_PIXEL_CENTERS)]
    if all(flags):
        raise operator.error("aligned corners and half-pixel centres exclude each other")
    rows, columns = (
        Axis.fit(n, to, flags[0], flags[1]) for n, to in zip(x.shape[1:3], sizes, strict=True)
    )
    return ResizeBilinear(rows, columns, x.shape[2], x.shape[3])
