"""spectrogram_cnn: a log spectrogram as an image, four convolutions with pooling.

Source: the form of the 128x128 tutorials, whose layers are not published with a count; depth
and widths are ours. The 128 bands leave out 0 Hz.
"""

from __future__ import annotations

from typing import Any

from edgekws.models.architecture import Architecture
from edgekws.recipe import FrontendSpec, ScheduleSpec


def layers(kit: Any, x: Any, labels: int) -> Any:
    """Softmax scores of features [batch, frames, bands, 1]."""
    from edgekws.models.backend import keras

    x = kit.normalized(x, "conv_1", learned=False)
    for number, filters in enumerate((16, 32, 64, 128), start=1):
        x = kit.conv(x, f"conv_{number}", filters, (3, 3), padding="valid", relu=True)
        x = keras.layers.MaxPooling2D(2, padding="same", name=f"pool_{number}")(x)
    x = kit.dropout(x, 0.25)
    x = kit.dense(keras.layers.Flatten(name="flatten")(x), "dense", 128, relu=True)
    x = kit.dropout(x, 0.5)
    return kit.scores(x, labels)


ARCHITECTURE = Architecture(
    name="spectrogram_cnn",
    summary="a log spectrogram as an image, four convolutions with pooling",
    default_frontend=FrontendSpec(
        name="log_spectrogram", window_ms=15.625, hop_ms=7.75, bands=128, low_hz=62, high_hz=8_000
    ),
    schedule=ScheduleSpec(
        steps=(2000, 500), learning_rates=(0.001, 0.0002), batch_size=64, evaluate_every=250
    ),
    layers=layers,
)
