"""low_latency_conv: one convolution over the whole clip, 949,862 parameters at 98x40, 12 labels.

Source: cnn-one-fstride4 of Sainath and Parada (2015), as in TensorFlow's speech_commands example.
"""

from __future__ import annotations

from typing import Any

from edgekws.models.architecture import Architecture
from edgekws.recipe import FrontendSpec, ScheduleSpec


def layers(kit: Any, x: Any, labels: int) -> Any:
    """Softmax scores of features [batch, frames, bands, 1]; no ReLU between the dense layers."""
    from edgekws.models.backend import keras

    frames = int(x.shape[1])
    x = kit.conv(x, "conv", 186, (frames, 8), padding="valid", relu=True, first=True)
    x = kit.dropout(x, 0.5)
    x = kit.dense(keras.layers.Flatten(name="flatten")(x), "dense_1", 128)
    x = kit.dropout(x, 0.5)
    x = kit.dense(x, "dense_2", 128)
    x = kit.dropout(x, 0.5)
    return kit.scores(x, labels)


ARCHITECTURE = Architecture(
    name="low_latency_conv",
    summary="one convolution over the whole clip, then dense layers",
    default_frontend=FrontendSpec(hop_ms=10, bands=40),
    schedule=ScheduleSpec(
        steps=(3000, 1000, 500), learning_rates=(0.0005, 0.0001, 0.00002), evaluate_every=500
    ),
    layers=layers,
)
