"""What TensorFlow Lite's interpreter makes of a file, in its Python package of today."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from support import tools


def litert_scores(model: bytes, windows: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """Scores of each window, int8 [inferences, labels]; with one thread and no delegate."""
    tools.require_package("ai_edge_litert")
    from ai_edge_litert import interpreter as litert

    resolver = litert.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    engine: Any = litert.Interpreter(
        model_content=model, experimental_op_resolver_type=resolver, num_threads=1
    )
    engine.allocate_tensors()
    entry, end = engine.get_input_details()[0], engine.get_output_details()[0]
    scores = []
    for window in windows:
        engine.set_tensor(entry["index"], window.reshape(entry["shape"]))
        engine.invoke()
        scores.append(engine.get_tensor(end["index"])[0].copy())
    return np.stack(scores)
