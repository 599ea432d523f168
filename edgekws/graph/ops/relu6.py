"""RELU6 as an operator of its own, int8; mirrors TFLM's Relu6Quantized, which cannot rescale."""

from __future__ import annotations

from edgekws.graph.lookup import Lookup, rescaled
from edgekws.graph.operator import Operator, quantize, same_grid

LIMITS = "input and output on one grid"


class Relu6(Lookup):
    """Cuts off below zero and above six."""

    name = "RELU6"


def read(operator: Operator) -> Relu6:
    """Check one operator of the file and make the op."""
    operator.expect((1,), None)
    x = operator.input()
    if not same_grid(x, operator.output()):
        raise operator.error("its output must have the scale and zero point of its input")
    return Relu6(*rescaled(operator, max(-128, quantize(0.0, x)), min(127, quantize(6.0, x))))
