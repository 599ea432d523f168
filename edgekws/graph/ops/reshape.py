"""RESHAPE: the same bytes under another shape."""

from __future__ import annotations

from edgekws.graph import reshape
from edgekws.graph.operator import Operator

LIMITS = "input and output on one grid; its new shape is the one the file gives its output"
OPTIONS_TYPE = 17


class Reshape(reshape.Reshape):
    """Costs nothing: the output is the input's memory."""

    name = "RESHAPE"


def read(operator: Operator) -> Reshape:
    """Check one operator of the file and make the op."""
    operator.expect((1, 2), OPTIONS_TYPE)
    return Reshape(reshape.new_shape(operator))
