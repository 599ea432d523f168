"""How right the two networks are on fixed clips, before the exact engine judges the second one."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from edgekws.models.backend import tf
from edgekws.models.quiet import quiet
from edgekws.train.learner import Learner
from edgekws.train.loop import Examples, accuracy
from edgekws.train.material import Material


def float_accuracy(model: Any, material: Material, examples: Examples) -> float:
    """Accuracy of a Keras network, 0..1."""
    frontend = material.frontend
    learner = Learner(model, scale=frontend.scale, zero_point=frontend.zero_point)
    return accuracy(learner.scores(examples.features), examples.labels)


def int8_accuracy(model: bytes, examples: Examples) -> float:
    """Accuracy of a ``.tflite`` in TensorFlow Lite, 0..1.

    Its kernels round differently from the reference in places, so a score may be 2 LSB off.
    """
    with quiet(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # says that it will move to a package of its own
        interpreter = tf.lite.Interpreter(model_content=model, num_threads=2)
        interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    target = interpreter.get_output_details()[0]["index"]
    hits = 0
    for features, label in zip(examples.features, examples.labels, strict=True):
        interpreter.set_tensor(source, features[np.newaxis, ..., np.newaxis])
        interpreter.invoke()
        hits += int(interpreter.get_tensor(target).argmax() == label)
    return hits / len(examples.labels)
