"""What goes into a network and comes out of it, and what it remembers, as C names it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from edgekws.codegen.environment import c_type
from edgekws.graph.operator import zero_point
from edgekws.graph.types import Graph, Tensor


@dataclass(frozen=True)
class EdgesView:
    """What the templates may know about features and scores. Every value is final.

    Features and scores are int8; a network made elsewhere may take int16, and give int16 or int32.
    """

    feature_type: str  # int8_t
    feature_bits: str  # uint8_t: the same bits without a sign
    feature_bytes: str  # C factor from values to bytes, with its sign; empty where that is 1
    features: str  # C expression of how many one inference takes
    score_type: str
    score_bits: str
    scores_bytes: str  # C expression of the bytes of all scores
    score_offset: int  # what makes a score of 0 or more of it
    score_dtype: str  # int8
    remembers: bool
    state: str  # first argument of the model's function, with its comma; empty where it forgets


def edges_view(graph: Graph, prefix: str) -> EdgesView:
    """Finished names and numbers."""
    features, scores = graph.input_tensor, graph.output_tensor
    macro = f"{prefix.upper()}_MODEL"
    feature_bytes, score_bytes = _item_bytes(features), _item_bytes(scores)
    return EdgesView(
        feature_type=_type(features),
        feature_bits=f"u{_type(features)}",
        feature_bytes=f"{feature_bytes} * " if feature_bytes > 1 else "",
        features=f"{macro}_INPUT_BYTES" + (f" / {feature_bytes}" if feature_bytes > 1 else ""),
        score_type=_type(scores),
        score_bits=f"u{_type(scores)}",
        scores_bytes=(f"{score_bytes} * " if score_bytes > 1 else "") + f"{macro}_LABEL_COUNT",
        score_offset=-zero_point(scores),
        score_dtype=scores.dtype,
        remembers=bool(graph.stateful),
        state="&state, " if graph.stateful else "",
    )


def _type(tensor: Tensor) -> str:
    return c_type(np.dtype(tensor.dtype))


def _item_bytes(tensor: Tensor) -> int:
    return np.dtype(tensor.dtype).itemsize
