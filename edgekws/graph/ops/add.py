"""ADD: two int8 tensors of one shape; mirrors TFLM's reference AddElementwise."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from edgekws.fixedpoint import quantize_multiplier, requantize
from edgekws.graph.operator import Operator, scale, zero_point
from edgekws.graph.types import Op, Slide
from edgekws.kernel import Array, Kernel

OPTIONS_TYPE = 11
ACTIVATION = 0
LEFT_SHIFT = 20  # fraction bits while both inputs stand on one grid


@dataclass(frozen=True)
class Factor:
    """A multiplier and a shift of 0 or less; see `edgekws.fixedpoint`."""

    multiplier: int
    shift: int

    def __call__(self, value: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the value times this factor."""
        return requantize(value, self.multiplier, self.shift)


@dataclass(frozen=True)
class Add(Op):
    """Both inputs go to the grid of twice the coarser scale, are added, and go to the output's."""

    name = "ADD"

    size: int
    zero_points: tuple[int, int]
    factors: tuple[Factor, Factor]
    output_factor: Factor
    output_zero_point: int
    activation_min: int
    activation_max: int

    def run(self, *inputs: Array) -> Array:
        """``int8`` in the inputs' shape."""
        total = sum(
            factor((x.astype(np.int64) - zero) << LEFT_SHIFT)
            for x, zero, factor in zip(inputs, self.zero_points, self.factors, strict=True)
        )
        scaled = self.output_factor(np.asarray(total)) + self.output_zero_point
        result: Array = np.clip(scaled, self.activation_min, self.activation_max).astype(np.int8)
        return result

    def slide(self, columns: int, of: int) -> Slide:
        """See `Op.slide`: each value stands for itself."""
        return Slide(replace(self, size=self.size // of * columns))

    def portable_kernel(self) -> Kernel:
        """The same in C."""
        inputs: list[tuple[str, int | Array]] = []
        for i in (0, 1):
            inputs += [
                (f"zero_point_{'ab'[i]}", self.zero_points[i]),
                (f"multiplier_{'ab'[i]}", self.factors[i].multiplier),
                (f"shift_{'ab'[i]}", self.factors[i].shift),
            ]
        return Kernel(
            function="kws_add_run",
            params_type="kws_add_params",
            header="kws_add.h",
            sources=("kws_add.c",),
            fields=(
                ("size", self.size),
                *inputs,
                ("output_multiplier", self.output_factor.multiplier),
                ("output_shift", self.output_factor.shift),
                ("output_zero_point", self.output_zero_point),
                ("activation_min", self.activation_min),
                ("activation_max", self.activation_max),
            ),
        )


def read(operator: Operator) -> Add:
    """Check one operator of the file and make the op."""
    operator.expect((2,), OPTIONS_TYPE)
    a, b, output = operator.input(0), operator.input(1), operator.output()
    if a.shape != b.shape:
        raise operator.error(f"{list(a.shape)} + {list(b.shape)} have different shapes")
    operator.expect_shape(a.shape)
    twice_coarser = 2 * max(scale(a), scale(b))
    output_factor = twice_coarser / ((1 << LEFT_SHIFT) * scale(output))
    if not output_factor < 1:
        raise operator.error("the scale of its output is too small for those of its inputs")
    return Add(
        a.size,
        (zero_point(a), zero_point(b)),
        (
            Factor(*quantize_multiplier(scale(a) / twice_coarser)),
            Factor(*quantize_multiplier(scale(b) / twice_coarser)),
        ),
        Factor(*quantize_multiplier(output_factor)),
        zero_point(output),
        *operator.activation(ACTIVATION, output),
    )
