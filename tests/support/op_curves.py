"""Networks around an operator that turns each value into another, on every value there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import numpy as np
from support.op_models import Draw, OneOp, finish
from support.tflite_builder import ModelBuilder, options

OUTPUTS = {"LOGISTIC": (1 / 256, -128), "TANH": (1 / 128, 0)}
EVERY_VALUE = np.arange(-128, 128, dtype=np.int8)[np.newaxis]


@st.composite
def curve(draw: Callable[[Any], Any], name: str) -> OneOp:
    """``LOGISTIC`` or ``TANH`` of any scale: all values near the middle, or all at the ends."""
    d, b = Draw(draw), ModelBuilder()
    x = b.tensor([1, 256], d.scale(1e-6, 10.0), d.zero_point())
    y = b.tensor([1, 256], *OUTPUTS[name])
    b.operator(name, [x], [y])
    return OneOp(finish(d, b, x, y, [1, 256]).model, EVERY_VALUE)


@st.composite
def hard_swish(draw: Callable[[Any], Any]) -> OneOp:
    """With the input's range from a part of [-3, 3] to far beyond it."""
    d, b = Draw(draw), ModelBuilder()
    scale = d.scale(0.001, 2.0)
    scales = (
        (d.integer(1, 40) / 100, d.integer(1, 40) / 100) if d.flag() else (scale, d.near(scale))
    )
    x = b.tensor([1, 256], scales[0], d.zero_point())
    y = b.tensor([1, 256], scales[1], d.zero_point())
    b.operator("HARD_SWISH", [x], [y], options("HardSwishOptions"))
    return OneOp(finish(d, b, x, y, [1, 256]).model, EVERY_VALUE)


@st.composite
def leaky_relu(draw: Callable[[Any], Any]) -> OneOp:
    """Slopes from none at all to steeper than above zero.

    Round decimal scales make factors that lie half-way between two results but for the last bit
    of a float32.
    """
    d, b = Draw(draw), ModelBuilder()
    scale = d.scale()
    scales = (scale, d.near(scale))
    if d.flag():
        scales = (d.integer(1, 40) / 100, d.integer(1, 40) / 100)
    x = b.tensor([1, 256], scales[0], d.zero_point())
    y = b.tensor([1, 256], scales[1], d.zero_point())
    alpha = d.draw(st.sampled_from([0.0, 0.1, 0.1, 0.1, 0.2, 0.3, 0.3, 0.3, 1.0, 3.0]))
    b.operator("LEAKY_RELU", [x], [y], options("LeakyReluOptions", alpha=alpha))
    return OneOp(finish(d, b, x, y, [1, 256]).model, EVERY_VALUE)


STRATEGIES: dict[str, st.SearchStrategy[OneOp]] = {
    "LOGISTIC": curve("LOGISTIC"),
    "TANH": curve("TANH"),
    "HARD_SWISH": hard_swish(),
    "LEAKY_RELU": leaky_relu(),
}
