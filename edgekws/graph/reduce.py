"""MEAN and SUM over any axes behind the batch, int8; mirrors TFLM's QuantizedMeanOrSum."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from edgekws.fixedpoint import INT32_MAX, quantize_multiplier, requantize
from edgekws.graph.copy import axis_of, integers
from edgekws.graph.flatbuffer import Number
from edgekws.graph.operator import Operator, scale, zero_point
from edgekws.graph.types import Op
from edgekws.kernel import Array, Kernel

OPTIONS_TYPE = 27
KEEP_DIMS = 0


@dataclass(frozen=True)
class Groups:
    """The input seen as [outer, first, middle, second, inner]; ``first`` and ``second`` vanish."""

    outer: int
    first: int
    middle: int
    second: int
    inner: int

    def view(self, x: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """``x`` [batch, ...] with these axes; what vanishes is axis 1 and axis 3."""
        return x.reshape(-1, self.first, self.middle, self.second, self.inner)


@dataclass(frozen=True)
class Reduce(Op):
    """The factor of a mean holds one over the number of values as well."""

    groups: Groups
    input_zero_point: int
    multiplier: int
    shift: int
    output_zero_point: int
    output_shape: tuple[int, ...]

    def run(self, *inputs: Array) -> Array:
        """``int8 [batch, ...]``."""
        g = self.groups
        total = g.view(inputs[0]).sum(axis=(1, 3), dtype=np.int64)
        total -= self.input_zero_point * g.first * g.second
        scaled = requantize(total, self.multiplier, self.shift) + self.output_zero_point
        result: Array = np.clip(scaled, -128, 127).astype(np.int8)
        return result.reshape(len(inputs[0]), *self.output_shape[1:])

    def portable_kernel(self) -> Kernel:
        """The same in C."""
        sizes = ("outer", "first", "middle", "second", "inner")
        factors = ("input_zero_point", "multiplier", "shift", "output_zero_point")
        return Kernel(
            function="kws_reduce_run",
            params_type="kws_reduce_params",
            header="kws_reduce.h",
            sources=("kws_reduce.c",),
            fields=(
                *((name, getattr(self.groups, name)) for name in sizes),
                *((name, getattr(self, name)) for name in factors),
            ),
            in_place=True,
        )


def read_reduce(operator: Operator, kind: type[Reduce], *, mean: bool) -> Reduce:
    """Check one operator of the file and make the op."""
    operator.expect((2,), OPTIONS_TYPE)
    x, output = operator.input(), operator.output()
    groups = read_groups(operator)
    count = groups.first * groups.second
    try:
        multiplier, shift = quantize_multiplier(scale(x) / scale(output))
    except ValueError:
        raise operator.error("the scales of its input and output are too far apart") from None
    if mean:
        multiplier, shift = _divided(multiplier, shift, count)
    if count * 255 << max(shift, 0) > INT32_MAX:
        raise operator.error("its sums can exceed 32 bits; its scales are too far apart")
    return kind(groups, zero_point(x), multiplier, shift, zero_point(output), output.shape)


def read_groups(operator: Operator) -> Groups:
    """Check the axes of a reducing operator and the shape of its output."""
    x = operator.input()
    gone = {axis_of(operator, axis, len(x.shape)) for axis in integers(operator, 1)}
    if not gone or 0 in gone:
        raise operator.error(f"axes {sorted(gone)} are none, or the batch is one of them")
    kept = [1 if i in gone else n for i, n in enumerate(x.shape)]
    if not operator.integer(KEEP_DIMS, "b"):
        kept = [n for i, n in enumerate(x.shape) if i not in gone]
    operator.expect_shape(tuple(kept))
    return _groups(operator, x.shape, gone)


def _groups(operator: Operator, shape: tuple[int, ...], gone: set[int]) -> Groups:
    """Merge neighbours that all vanish or all stay; axes of one go with either."""
    axes = [(i in gone, n) for i, n in enumerate(shape) if n > 1]
    runs = [(key, math.prod(n for _, n in run)) for key, run in groupby(axes, lambda a: a[0])]
    if not runs or runs[0][0]:
        runs.insert(0, (False, 1))
    if len(runs) > 5:
        raise operator.error(f"axes {sorted(gone)} of {list(shape)} lie too far apart")
    if len(runs) < 4:  # one group vanishes, or none
        sizes = [size for _, size in runs] + [1] * (3 - len(runs))
        return Groups(sizes[0], 1, 1, sizes[1], sizes[2])
    sizes = [size for _, size in runs] + [1] * (5 - len(runs))
    return Groups(*sizes)


def _divided(multiplier: int, shift: int, count: int) -> tuple[int, int]:
    """Return the factor divided by ``count``, with the bits that frees put to use."""
    spare = min(count.bit_length() - 1, 32, 31 + shift)
    return (multiplier << spare) // count, shift - spare
