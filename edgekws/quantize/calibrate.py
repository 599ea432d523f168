"""What the tensors of a float network hold when it hears training clips."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from edgekws.models.backend import keras, tf
from edgekws.train.material import Material

Real = npt.NDArray[np.float32]
Range = tuple[float, float]  # lowest and highest real value

BATCHES = 10  # of training clips
TAIL = 0.002  # percent of the values at each end
FAR = 8.0  # nats; exp(-8) is a tenth of the step of an int8 score


def real_batches(material: Material, count: int = BATCHES) -> Iterator[Real]:
    """Yield training features as the network reads them, float32 [clips, frames, bands, 1]."""
    frontend = material.frontend
    for step in range(count):
        q = material.batch(step).features.astype(np.float32)
        yield np.float32(frontend.scale) * (q - np.float32(frontend.zero_point))[..., np.newaxis]


def activation_ranges(model: Any, layers: list[Any], batches: Iterator[Real]) -> dict[str, Range]:
    """Range of each layer's output, by name; it always holds 0.

    The ends are those of the batch that reaches farthest, without the `TAIL` of its values: a
    few values clipped cost less than a coarse step for all others.
    """
    probe = keras.Model(model.inputs, [layer.output for layer in layers])
    last = layers[-1].name  # the logits
    found = {layer.name: (0.0, 0.0) for layer in layers}
    for batch in batches:
        outputs = tf.nest.flatten(probe(batch, training=False))
        for layer, output in zip(layers, outputs, strict=True):
            values = output.numpy()
            ends = logit_range(values) if layer.name == last else value_range(values)
            known = found[layer.name]
            found[layer.name] = (min(known[0], ends[0]), max(known[1], ends[1]))
    return found


def value_range(values: Real) -> Range:
    """Ends of the values, without the lowest and the highest `TAIL` of them."""
    low, high = np.percentile(values, [TAIL, 100 - TAIL])
    return float(low), float(high)


def logit_range(logits: Real) -> Range:
    """Ends of the logits [clips, labels] that can make a difference to an int8 score.

    A logit `FAR` below the highest of its clip has a score of 0, however low it is, and one
    `FAR` above the second highest has a score near 1, however high.
    """
    ordered = np.sort(logits, axis=1)
    low = max(ordered[:, 0].min(), ordered[:, -1].min() - FAR)
    high = min(ordered[:, -1].max(), ordered[:, -2].max() + FAR)
    return float(low), float(high)
