"""conv: two large convolutions with pooling, 926,860 parameters at 98x40 and 12 labels.

Source: cnn-trad-fpool3 of Sainath and Parada (2015), as in TensorFlow's speech_commands example.
"""

from __future__ import annotations

from typing import Any

from edgekws.models.architecture import Architecture
from edgekws.recipe import FrontendSpec, ScheduleSpec


def layers(kit: Any, x: Any, labels: int) -> Any:
    """Softmax scores of features [batch, frames, bands, 1]."""
    from edgekws.models.backend import keras

    x = kit.conv(x, "conv_1", 64, (20, 8), relu=True, first=True)
    x = kit.dropout(x, 0.5)
    x = keras.layers.MaxPooling2D(2, padding="same", name="pool")(x)
    x = kit.conv(x, "conv_2", 64, (10, 4), relu=True)
    x = kit.dropout(x, 0.5)
    return kit.scores(keras.layers.Flatten(name="flatten")(x), labels)


ARCHITECTURE = Architecture(
    name="conv",
    summary="two large convolutions with pooling; accurate and slow",
    default_frontend=FrontendSpec(hop_ms=10, bands=40),
    schedule=ScheduleSpec(  # small batches, because a step costs most here
        steps=(1200, 400, 100),
        learning_rates=(0.0003, 0.0001, 0.00003),
        batch_size=32,
        evaluate_every=100,
    ),
    layers=layers,
)
