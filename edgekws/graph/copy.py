"""Ops that only move int8 values: what they take from the input, and where they put it.

Each is one numpy view of its input and one of its output; the strides of these views are all that
the C kernel needs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

from edgekws.graph.operator import Operator, same_grid
from edgekws.graph.strides import LOOPS, nest
from edgekws.graph.types import Op, Slide
from edgekws.kernel import Array, Kernel

Bytes = npt.NDArray[np.int8]
View = Callable[[Bytes], Bytes]


@dataclass(frozen=True)
class Place:
    """A view into an array without gaps, counted in values."""

    size: int  # of the array
    offset: int
    strides: tuple[int, ...]

    def slide(self, columns: int, of: int) -> Place | None:
        """The same in ``columns`` of the array's ``of`` columns; None when it is not in each."""
        column = self.size // of
        if self.strides[1:2] != (column,) or self.offset >= column or self.size % of:
            return None
        return replace(self, size=column * columns)


@dataclass(frozen=True, eq=False)
class Copy(Op):
    """Values of ``source`` go to ``target``; what the target does not cover becomes ``fill``."""

    output_shape: tuple[int, ...]
    sizes: tuple[int, ...]
    source: Place
    target: Place
    fill: int = 0

    def run(self, *inputs: Array) -> Array:
        """``int8 [batch, ...]``."""
        x = np.ascontiguousarray(inputs[0].reshape(len(inputs[0]), -1), np.int8)
        result = np.full((len(x), self.target.size), self.fill, np.int8)
        if len(x):
            self._view(result, self.target)[...] = self._view(x, self.source)
        return result.reshape(len(x), *self.output_shape[1:])

    def _view(self, flat: Bytes, place: Place) -> Bytes:
        strides = (place.size, *place.strides)  # one byte each
        return as_strided(flat[:, place.offset :], (len(flat), *self.sizes), strides)

    def slide(self, columns: int, of: int) -> Slide | None:
        """See `Op.slide`: where each column is moved by itself."""
        source, target = self.source.slide(columns, of), self.target.slide(columns, of)
        if self.sizes[1:2] != (of,) or source is None or target is None:
            return None
        sizes = (self.sizes[0], columns, *self.sizes[2:])
        shape = (1, columns, *self.output_shape[2:])
        return Slide(replace(self, output_shape=shape, sizes=sizes, source=source, target=target))

    @property
    def moves_nothing(self) -> bool:
        """Whether the output is the input's bytes unchanged."""
        return self.source == self.target and math.prod(self.sizes) == self.source.size

    def portable_kernel(self) -> Kernel | None:
        """The same in C."""
        if self.moves_nothing:
            return None
        loops = nest(self.sizes, self.source.strides, self.target.strides)
        covered = math.prod(self.sizes) == self.target.size
        return Kernel(
            function="kws_copy_run",
            params_type="kws_copy_params",
            header="kws_copy.h",
            sources=("kws_copy.c",),
            fields=(
                ("sizes", np.array([size for size, _ in loops], np.int32)),
                ("in_strides", np.array([steps[0] for _, steps in loops], np.int32)),
                ("out_strides", np.array([steps[1] for _, steps in loops], np.int32)),
                ("in_offset", self.source.offset),
                ("out_offset", self.target.offset),
                ("fill_size", 0 if covered else self.target.size),
                ("fill", self.fill),
            ),
        )


Made = tuple[tuple[int, ...], tuple[int, ...], Place, Place]


def moved(
    operator: Operator, take: View, put: View | None = None, *, source: int = 0, output: int = 0
) -> Made:
    """First members of a `Copy`; refuses an output of another shape than what it receives.

    Parameters
    ----------
    take
        From the input to a view of it.
    put
        From the output to the view that receives it; None for all of it.
    source, output
        Which of the operator's inputs and outputs.
    """
    x, y = operator.input(source), operator.output(output)
    if not same_grid(x, y):
        raise operator.error("its output must have the scale and zero point of its input")
    # Never written to: they have addresses and strides, and take no memory.
    before, after = np.empty(x.shape, np.int8), np.empty(y.shape, np.int8)
    taken, room = take(before), (after if put is None else put(after))
    if taken.shape != room.shape:
        raise operator.error(
            f"its output must have the shape {list(taken.shape)}, the file says {list(y.shape)}"
        )
    places = _place(before, taken), _place(after, room)
    if len(nest(taken.shape, places[0].strides, places[1].strides)) > LOOPS:
        raise operator.error(f"moves {list(x.shape)} along too many axes; at most {LOOPS} run here")
    return y.shape, taken.shape, *places


def _place(array: Bytes, view: Bytes) -> Place:
    start = view.__array_interface__["data"][0] - array.__array_interface__["data"][0]
    return Place(array.size, start, view.strides)


def integers(operator: Operator, index: int) -> list[int]:
    """Values of a constant int32 input with at most 16 of them."""
    constant = operator.constant(index, "int32")
    assert constant.data is not None
    if constant.size > 16:
        raise operator.error(f"input {index} has {constant.size} values")
    return [int(value) for value in constant.data.ravel()]


def axis_of(operator: Operator, axis: int, rank: int) -> int:
    """``axis`` counted from the front; refuses one out of range."""
    if not -rank <= axis < rank:
        raise operator.error(f"axis {axis} is not one of {rank} axes")
    return axis % rank
