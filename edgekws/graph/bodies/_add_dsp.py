"""The sum of two tensors, for the DSP extension: of one shape, or with rows of one repeated.

The C twin is ``firmware_templates/runtime/kws_add_dsp.c``.
"""

from __future__ import annotations

from dataclasses import dataclass

from edgekws.graph.binary import Operands
from edgekws.graph.ops.add import Add
from edgekws.graph.sum import LEFT_SHIFT, Factor
from edgekws.kernel import Kernel

_HALF = Factor(1 << 30, 0)  # of the input with the coarser scale
_LARGEST_SHIFT = 21  # 257 times its power of two leaves room for the result


def add_kernel(op: Add) -> Kernel | None:
    """Return the kernel; None for constants, other broadcasting, and numbers beyond it."""
    operands, factors, result = op.operands, op.input_factors, op.output_factor
    rows = _rows(operands)
    swapped = factors[0] != _HALF
    coarse, fine = (1, 0) if swapped else (0, 1)
    even = factors[fine] == _HALF
    if rows is None or factors[coarse] != _HALF or not (even or 1 <= -factors[fine].shift <= 30):
        return None
    shift = -result.shift - 1
    if not 0 <= shift <= _LARGEST_SHIFT:
        return None
    zero = op.zero_points
    both = zero[0] + zero[1] if even else zero[coarse]
    return Kernel(
        function="kws_add_dsp_run",
        params_type="kws_add_dsp_params",
        header="kws_add_dsp.h",
        sources=("kws_add_dsp.c",),
        fields=(
            ("size", rows.size),
            ("rows", rows.rows),
            ("repeats", rows.repeats),
            ("step_coarse", rows.steps[coarse]),
            ("step_fine", rows.steps[fine]),
            ("swapped", int(swapped)),
            ("even", int(even)),
            ("offset_coarse", -both << (LEFT_SHIFT - 1)),
            ("offset_fine", -zero[fine] << (LEFT_SHIFT + 1)),
            ("multiplier_fine", factors[fine].multiplier),
            ("shift_fine", -factors[fine].shift),
            ("output_multiplier", result.multiplier),
            ("output_shift", shift),
            ("output_zero_point", op.output_zero_point),
            ("activation_min", op.activation_min),
            ("activation_max", op.activation_max),
        ),
        in_place=operands.shapes[0] == operands.output_shape,
    )


@dataclass(frozen=True)
class _Rows:
    """``rows`` of ``repeats`` of ``size`` values; ``steps`` from one repeat to the next: or 0."""

    size: int
    rows: int
    repeats: int
    steps: tuple[int, int]


def _rows(operands: Operands) -> _Rows | None:
    """Return the rows; None where one operand repeats values in another way."""
    *outer, (size, steps) = [loop for loop in operands.loops() if loop[0] > 1] or [(1, (1, 1))]
    if operands.constant is not None or steps != (1, 1) or len(outer) > 2:
        return None
    if not outer:
        return _Rows(size, 1, 1, (size, size))
    repeats, (step_a, step_b) = outer[-1]
    whole, repeated = (repeats * size, size) if step_b == 0 else (size, repeats * size)
    rows, found = outer[0] if len(outer) == 2 else (1, (whole, repeated))
    if {step_a, step_b} != {0, size} or found != (whole, repeated):
        return None
    return _Rows(size, rows, repeats, (step_a, step_b))
