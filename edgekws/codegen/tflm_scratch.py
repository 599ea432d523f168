"""Scratch that kernels of TensorFlow Lite Micro ask for, in bytes: at least what they take."""

from __future__ import annotations

import math
from collections.abc import Sequence

from edgekws.kernel import Body

Shape = tuple[int, ...]

_VECTOR_CHANNELS = 124  # that CMSIS-NN's depthwise kernel for MVE copies at once
_WEIGHTS = 1  # number of the input


def scratch_bytes(
    name: str, inputs: Sequence[Shape], output: Shape, body: Body | None
) -> list[int]:
    """Return one size for each buffer of an operator.

    ``body`` is what CMSIS-NN's kernels will be compiled for; None stands for the kernels of TFLM
    itself. ``inputs`` has an empty shape where an input is left out.
    """
    if name == "SVDF":
        filters, units = inputs[_WEIGHTS][0], output[-1]
        return [4 * filters, 4 * units]
    if name in ("MEAN", "SUM", "REDUCE_MAX"):
        return [4 * math.prod(output), 4 * 8]  # sums, and the axes in order
    return [] if body is None else _of_cmsis_nn(name, inputs, output, body)


def _of_cmsis_nn(name: str, inputs: Sequence[Shape], output: Shape, body: Body) -> list[int]:
    if name == "CONV_2D":
        return _columns(inputs[_WEIGHTS])
    if name == "DEPTHWISE_CONV_2D":
        return _window(inputs[0], inputs[_WEIGHTS], body)
    if name == "FULLY_CONNECTED":
        return [4 * output[-1]]  # sums of weights, where MVE wants them
    return [4 * inputs[0][-1]] if name == "AVERAGE_POOL_2D" else []


def _columns(weights: Shape) -> list[int]:
    """Four columns of int8, or two of int16, under the window; none under a single pixel.

    Forks of CMSIS-NN keep a sum of weights for each channel beside them.
    """
    filters, height, width, channels = weights
    if height == width == 1:
        return []
    return [4 * (-(-height * width * channels // 8) * 8), 4 * filters]


def _window(x: Shape, weights: Shape, body: Body) -> list[int]:
    _, height, width, channels = weights
    if channels != x[-1] or body not in (Body.DSP, Body.MVE):
        return []
    if body is Body.MVE:
        return [4 * _VECTOR_CHANNELS * height * width + 4]
    return [2 * channels * height * width]
