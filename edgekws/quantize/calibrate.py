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


def real_batches(material: Material, count: int = BATCHES) -> Iterator[Real]:
    """Yield training features as the network reads them, float32 [clips, frames, bands, 1]."""
    frontend = material.frontend
    for step in range(count):
        q = material.batch(step).features.astype(np.float32)
        yield np.float32(frontend.scale) * (q - np.float32(frontend.zero_point))[..., np.newaxis]


def activation_ranges(model: Any, layers: list[Any], batches: Iterator[Real]) -> dict[str, Range]:
    """Range of each layer's output over all batches, by name; it always holds 0."""
    probe = keras.Model(model.inputs, [layer.output for layer in layers])

    @tf.function  # type: ignore[untyped-decorator]
    def ends(batch: Any) -> Any:
        outputs = tf.nest.flatten(probe(batch, training=False))
        return [(tf.reduce_min(y), tf.reduce_max(y)) for y in outputs]

    found = {layer.name: (0.0, 0.0) for layer in layers}
    for batch in batches:
        for layer, (low, high) in zip(layers, ends(batch), strict=True):
            known = found[layer.name]
            found[layer.name] = (min(known[0], float(low)), max(known[1], float(high)))
    return found
