"""five_convolutions: small convolutions of a spectrogram at 8 kHz; 314,368 parameters, 12 labels.

Source: a tutorial for Kaggle's TensorFlow Speech Recognition Challenge (99x81 log spectrogram).
The count is that of training: 1,028 of them are batch normalizations of what a layer reads, and
folded into it.
"""

from __future__ import annotations

from typing import Any

from edgekws.models.architecture import Architecture
from edgekws.recipe import FrontendSpec, ScheduleSpec


def layers(kit: Any, x: Any, labels: int) -> Any:
    """Softmax scores of features [batch, frames, bands, 1]."""
    from edgekws.models.backend import keras

    number = 0
    x = kit.normalized(x, "conv_1")
    for block, (filters, side, count) in enumerate(((8, 2, 2), (16, 3, 2), (32, 3, 1)), start=1):
        for _ in range(count):
            number += 1
            x = kit.conv(x, f"conv_{number}", filters, (side, side), padding="valid", relu=True)
        x = keras.layers.MaxPooling2D(2, name=f"pool_{block}")(x)
        x = kit.dropout(x, 0.2)
    x = kit.dense(keras.layers.Flatten(name="flatten")(x), "dense_1", 128, relu=True)
    x = kit.dense(kit.normalized(x, "dense_2"), "dense_2", 128, relu=True)
    return kit.scores(kit.normalized(x, "logits"), labels)


ARCHITECTURE = Architecture(
    name="five_convolutions",
    summary="five small convolutions of a spectrogram at 8 kHz",
    default_frontend=FrontendSpec(
        name="log_spectrogram",
        window_ms=20,
        hop_ms=10,
        bands=81,
        low_hz=0,
        high_hz=4_000,
        halved=True,
    ),
    schedule=ScheduleSpec(
        steps=(2000, 500), learning_rates=(0.001, 0.0002), batch_size=64, evaluate_every=250
    ),
    layers=layers,
)
