"""tiny_conv: one small convolution and a classifier, 16,652 parameters at 49x40 and 4 labels.

Source: the micro_speech example of TensorFlow Lite Micro.
"""

from __future__ import annotations

from typing import Any

from edgekws.models.architecture import Architecture
from edgekws.recipe import FrontendSpec, ScheduleSpec


def layers(kit: Any, x: Any, labels: int) -> Any:
    """Softmax scores of features [batch, frames, bands, 1]."""
    from edgekws.models.backend import keras

    x = kit.conv(x, "conv", 8, (10, 8), strides=(2, 2), relu=True, first=True)
    x = kit.dropout(x, 0.5)
    return kit.scores(keras.layers.Flatten(name="flatten")(x), labels)


ARCHITECTURE = Architecture(
    name="tiny_conv",
    summary="one small convolution and a classifier",
    default_frontend=FrontendSpec(hop_ms=20, bands=40),
    schedule=ScheduleSpec(
        steps=(3000, 1000, 500), learning_rates=(0.0007, 0.00015, 0.00003), evaluate_every=500
    ),
    layers=layers,
)
