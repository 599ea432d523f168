"""Put the operators of a ``.tflite`` into the order that keeps the fewest tensors alive."""

from __future__ import annotations

import struct
from typing import Any

from tensorflow.lite.python import schema_py_generated as schema

_OPERATORS = 10  # place of the operators in the table SubGraph of TensorFlow Lite's schema


def depth_first(model: bytes) -> bytes:
    """Finish each branch before the next one begins; nothing else in the file changes.

    The converter runs the first layers of all branches, then the second ones. The two ranks of
    low_latency_svdf would then hold 125 KB each at the same time.
    """
    graph = schema.Model.GetRootAs(model).Subgraphs(0)
    order = _order(graph)
    # The field is a vector of offsets, each counted from its own place.
    table = graph._tab
    start = table.Vector(table.Offset(_OPERATORS))
    places = [start + 4 * number for number in range(len(order))]
    targets = [place + struct.unpack_from("<I", model, place)[0] for place in places]
    patched = bytearray(model)
    for place, number in zip(places, order, strict=True):
        struct.pack_into("<I", patched, place, targets[number] - place)
    return bytes(patched)


def _order(graph: Any) -> list[int]:
    operators = [graph.Operators(number) for number in range(graph.OperatorsLength())]
    makers = {
        int(tensor): number
        for number, operator in enumerate(operators)
        for tensor in operator.OutputsAsNumpy()
    }
    order: list[int] = []
    pending = [makers[int(tensor)] for tensor in reversed(graph.OutputsAsNumpy())]
    while pending:
        number = pending[-1]
        needed = [makers[int(t)] for t in operators[number].InputsAsNumpy() if int(t) in makers]
        missing = [maker for maker in needed if maker not in order]
        if missing:
            pending.append(missing[0])
            continue
        pending.pop()
        if number not in order:
            order.append(number)
    return order
