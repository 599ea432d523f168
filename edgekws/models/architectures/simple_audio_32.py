"""simple_audio_32: a spectrogram seen as an image of 32x32; 1,625,611 parameters at 8 labels.

Source: TensorFlow's tutorial "Simple audio recognition: Recognizing keywords". Three of the
parameters are the mean, the variance and the count of its normalization, which are not learnt;
folded into the first convolution they leave 1,625,608.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from edgekws.models.architecture import Architecture
from edgekws.recipe import FrontendSpec, ScheduleSpec

FRONTEND = FrontendSpec(
    name="stft", window_ms=15.9375, hop_ms=8, bands=129, low_hz=0, high_hz=8_000
)


def layers(
    kit: Any, x: Any, labels: int, *, side: int, filters: tuple[int, int], units: int
) -> Any:
    """Softmax scores of features [batch, frames, bands, 1]."""
    from edgekws.models.backend import keras

    x = keras.layers.Resizing(side, side, name="resize")(x)
    x = kit.normalized(x, "conv_1", learned=False)
    x = kit.conv(x, "conv_1", filters[0], (3, 3), padding="valid", relu=True)
    x = kit.conv(x, "conv_2", filters[1], (3, 3), padding="valid", relu=True)
    x = keras.layers.MaxPooling2D(2, name="pool")(x)
    x = kit.dropout(x, 0.25)
    x = kit.dense(keras.layers.Flatten(name="flatten")(x), "dense", units, relu=True)
    x = kit.dropout(x, 0.5)
    return kit.scores(x, labels)


ARCHITECTURE = Architecture(
    name="simple_audio_32",
    summary="a spectrogram as an image of 32x32, two convolutions; TensorFlow's tutorial",
    default_frontend=FRONTEND,
    schedule=ScheduleSpec(  # 10 epochs of mini speech commands
        steps=(1000,), learning_rates=(0.001,), batch_size=64, evaluate_every=100
    ),
    layers=partial(layers, side=32, filters=(32, 64), units=128),
)
