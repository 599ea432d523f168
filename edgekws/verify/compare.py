"""Find the first place where two engines differ, and say it in one line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from edgekws.graph import Graph

Ints = npt.NDArray[np.int8]


def first_difference(
    expected: Ints, found: Ints, names: Sequence[str], *, engine: str, against: str = "numpy"
) -> str | None:
    """``CLIP: element [3, 7] is 5 in ENGINE, 4 in numpy (2 of 480 values differ)``, or None.

    Parameters
    ----------
    expected, found
        int8 [clips, ...] of the same shape.
    names
        One per clip.
    """
    if expected.shape != found.shape:
        return f"{engine} gives the shape {list(found.shape)}, {against} {list(expected.shape)}"
    wrong = expected != found
    if not wrong.any():
        return None
    clip = int(np.argmax(wrong.reshape(len(wrong), -1).any(axis=1)))
    index = tuple(int(i) for i in np.unravel_index(np.argmax(wrong[clip]), wrong[clip].shape))
    return (
        f"{names[clip]}: element {list(index)} is {found[clip][index]} in {engine}, "
        f"{expected[clip][index]} in {against} ({_share(wrong[clip], 'values')} differ; "
        f"{_share(wrong.reshape(len(wrong), -1).any(axis=1), 'inputs')} are affected)"
    )


def first_layer_difference(
    graph: Graph,
    expected: Sequence[Ints],
    found: Sequence[Ints],
    names: Sequence[str],
    *,
    engine: str,
) -> str | None:
    """The first difference in the first layer that has one; ``layer 2 CONV_2D: ...``.

    Parameters
    ----------
    expected, found
        Output of each node, in the graph's order: int8 [clips, ...]; ``found`` may end earlier.
    """
    # A file without the appended SOFTMAX has one layer less than its graph.
    for number, (node, right, given) in enumerate(zip(graph.nodes, expected, found, strict=False)):
        shaped = given.reshape(right.shape) if given.size == right.size else given
        text = first_difference(right, shaped, names, engine=engine)
        if text is not None:
            return f"layer {number} {node.op.name}: {text}"
    return None


def _share(wrong: npt.NDArray[np.bool_], noun: str) -> str:
    return f"{int(wrong.sum())} of {wrong.size} {noun}"
