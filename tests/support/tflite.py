"""Run a ``.tflite`` by TensorFlow Lite, to compare with."""

from __future__ import annotations

import warnings

import numpy as np


def run_tflite(model: bytes, features: np.ndarray) -> np.ndarray:
    """int8 scores [clips, labels] of int8 features [clips, frames, bands]."""
    from edgekws.models.backend import tf
    from edgekws.models.quiet import quiet

    with quiet(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # says that it will move to a package of its own
        interpreter = tf.lite.Interpreter(model_content=model)
        interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    target = interpreter.get_output_details()[0]["index"]
    rows = []
    for clip in features:
        interpreter.set_tensor(source, clip[np.newaxis, ..., np.newaxis])
        interpreter.invoke()
        rows.append(interpreter.get_tensor(target)[0])
    return np.stack(rows)
