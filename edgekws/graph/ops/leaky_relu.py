"""LEAKY_RELU, int8: another slope below zero; mirrors TFLM's QuantizeLeakyRelu."""

from __future__ import annotations

import numpy as np

from edgekws.fixedpoint import quantize_multiplier, requantize
from edgekws.graph.lookup import EVERY_VALUE, Lookup
from edgekws.graph.operator import Operator, scale, zero_point

LIMITS = "slope of 0 or more"
OPTIONS_TYPE = 75
ALPHA = 0
MOST_SHIFT = 20  # of a difference of up to 255, which then stays within 32 bits


class LeakyRelu(Lookup):
    """Rescales by one factor above zero and by another, alpha times that, below."""

    name = "LEAKY_RELU"


def read(operator: Operator) -> LeakyRelu:
    """Check one operator of the file and make the op."""
    operator.expect((1,), OPTIONS_TYPE)
    x, output = operator.input(), operator.output()
    operator.expect_shape(x.shape)
    alpha = operator.real(ALPHA)
    if not 0 <= alpha <= 1e6:
        raise operator.error(f"its slope must be 0 or more, is {alpha}")
    above = scale(x) / scale(output)
    below = scale(x) * alpha / scale(output)
    if not (below < 2.0**MOST_SHIFT and above < 2.0**MOST_SHIFT):
        raise operator.error("the scales of its input and output are too far apart")
    difference = EVERY_VALUE - zero_point(x)
    steps = np.where(
        difference >= 0,
        requantize(difference, *quantize_multiplier(above)),
        requantize(difference, *quantize_multiplier(below)),
    )
    return LeakyRelu(np.clip(steps + zero_point(output), -128, 127).astype(np.int8), x.size)
