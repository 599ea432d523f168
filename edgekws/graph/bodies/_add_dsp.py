"""The sum of two tensors of one shape, for the DSP extension.

The C twin is ``firmware_templates/runtime/kws_add_dsp.c``.
"""

from __future__ import annotations

from edgekws.graph.ops.add import Add
from edgekws.graph.sum import LEFT_SHIFT, Factor
from edgekws.kernel import Kernel

_HALF = Factor(1 << 30, 0)  # of the input with the coarser scale
_LARGEST_SHIFT = 21  # 257 times its power of two leaves room for the result


def add_kernel(op: Add) -> Kernel | None:
    """Return the kernel; None for broadcasting, constants, and numbers beyond it."""
    operands, factors, result = op.operands, op.input_factors, op.output_factor
    one_shape = operands.shapes[0] == operands.shapes[1] and operands.constant is None
    swapped = factors[0] != _HALF
    coarse, fine = (1, 0) if swapped else (0, 1)
    even = factors[fine] == _HALF
    if not one_shape or factors[coarse] != _HALF or not (even or 1 <= -factors[fine].shift <= 30):
        return None
    shift = -result.shift - 1
    if not 0 <= shift <= _LARGEST_SHIFT:
        return None
    zero = op.zero_points
    both = zero[0] + zero[1] if even else zero[coarse]
    (size, _), *more = reversed(operands.loops())
    assert all(count == 1 for count, _ in more)
    return Kernel(
        function="kws_add_dsp_run",
        params_type="kws_add_dsp_params",
        header="kws_add_dsp.h",
        sources=("kws_add_dsp.c",),
        fields=(
            ("size", size),
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
        in_place=True,
    )
