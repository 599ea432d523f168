"""ADD and SUB of two int8 tensors; mirrors TFLM's reference Add and Sub."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekws.fixedpoint import quantize_multiplier, requantize
from edgekws.graph.binary import Binary, Wide, read_operands
from edgekws.graph.operator import Operator, scale, zero_point
from edgekws.kernel import Kernel

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


@dataclass(frozen=True, eq=False)
class Sum(Binary):
    """Both inputs go to the grid of twice the coarser scale, are added, and go to the output's.

    ``signs`` are 1, or -1 for what is subtracted.
    """

    zero_points: tuple[int, int]
    input_factors: tuple[Factor, Factor]
    signs: tuple[int, int]
    output_factor: Factor
    output_zero_point: int
    activation_min: int
    activation_max: int

    def combine(self, a: Wide, b: Wide) -> Wide:
        """See `Binary.combine`."""
        one, other = (
            sign * factor((x - zero) << LEFT_SHIFT)
            for x, zero, factor, sign in zip(
                (a, b), self.zero_points, self.input_factors, self.signs, strict=True
            )
        )
        scaled = self.output_factor(one + other) + self.output_zero_point
        result: Wide = np.clip(scaled, self.activation_min, self.activation_max)
        return result

    def factors(self) -> tuple[tuple[str, int], ...]:
        """See `Binary.factors`."""
        inputs: list[tuple[str, int]] = []
        for i in (0, 1):
            inputs += [
                (f"zero_point_{'ab'[i]}", self.zero_points[i]),
                (f"multiplier_{'ab'[i]}", self.input_factors[i].multiplier),
                (f"shift_{'ab'[i]}", self.input_factors[i].shift),
                (f"sign_{'ab'[i]}", self.signs[i]),
            ]
        return (
            *inputs,
            ("output_multiplier", self.output_factor.multiplier),
            ("output_shift", self.output_factor.shift),
            ("output_zero_point", self.output_zero_point),
            ("activation_min", self.activation_min),
            ("activation_max", self.activation_max),
        )

    def portable_kernel(self) -> Kernel:
        """The same in C."""
        return self.binary_kernel("add")


def read_sum(operator: Operator, kind: type[Sum], options_type: int, second_sign: int) -> Sum:
    """Check one operator of the file and make the op."""
    operator.expect((2,), options_type)
    operands, a, b, swapped = read_operands(operator)
    output = operator.output()
    twice_coarser = 2 * max(scale(a), scale(b))
    output_factor = twice_coarser / ((1 << LEFT_SHIFT) * scale(output))
    if not output_factor < 1:
        raise operator.error("the scale of its output is too small for those of its inputs")
    return kind(
        operands,
        (zero_point(a), zero_point(b)),
        (
            Factor(*quantize_multiplier(scale(a) / twice_coarser)),
            Factor(*quantize_multiplier(scale(b) / twice_coarser)),
        ),
        (second_sign, 1) if swapped else (1, second_sign),
        Factor(*quantize_multiplier(output_factor)),
        zero_point(output),
        *operator.activation(ACTIVATION, output),
    )
