"""tiny_embedding_conv: two small convolutions, 6,164 parameters at 49x40 and 4 labels.

Source: the network of that name in TensorFlow's speech_commands example.
"""

from __future__ import annotations

from typing import Any

from edgekws.models.architecture import Architecture
from edgekws.recipe import FrontendSpec, ScheduleSpec


def layers(kit: Any, x: Any, labels: int) -> Any:
    """Softmax scores of features [batch, frames, bands, 1]."""
    from edgekws.models.backend import keras

    x = kit.conv(x, "conv_1", 8, (10, 8), strides=(2, 2), relu=True, first=True)
    x = kit.dropout(x, 0.2)
    x = kit.conv(x, "conv_2", 8, (10, 8), strides=(8, 8), relu=True)
    return kit.scores(keras.layers.Flatten(name="flatten")(x), labels)


ARCHITECTURE = Architecture(
    name="tiny_embedding_conv",
    summary="two small convolutions; the fewest parameters",
    default_frontend=FrontendSpec(hop_ms=20, bands=40),
    schedule=ScheduleSpec(
        steps=(3000, 1000, 500), learning_rates=(0.001, 0.0002, 0.00005), evaluate_every=500
    ),
    layers=layers,
)
