"""streaming_wakeword: depthwise separable filters over time; 46,883 parameters at 30x40, 3 labels.

Source: the streaming wake word of MLPerf Tiny, mlcommons/tiny. The bands are the channels of the
first layer. Its filters see 30 frames together, so that one column is left, and nothing is padded.
"""

from __future__ import annotations

from typing import Any

from edgekws.models.architecture import Architecture
from edgekws.recipe import FrontendSpec, ScheduleSpec

BLOCKS = ((3, 128), (5, 128), (10, 128), (15, 32))  # frames of the filter over time, channels


def layers(kit: Any, x: Any, labels: int) -> Any:
    """Softmax scores of features [batch, frames, bands, 1]."""
    from edgekws.models.backend import keras

    frames, bands = int(x.shape[1]), int(x.shape[2])
    x = keras.layers.Reshape((frames, 1, bands), name="bands_as_channels")(x)
    for number, (memory, channels) in enumerate(BLOCKS, start=1):
        seen = min(memory, int(x.shape[1]))  # short clips have fewer frames
        x = kit.depthwise(x, f"time_{number}", (seen, 1), padding="valid")
        x = kit.conv(x, f"channels_{number}", channels, (1, 1), relu=True, norm=True)
    return kit.scores(keras.layers.Flatten(name="flatten")(x), labels)


ARCHITECTURE = Architecture(
    name="streaming_wakeword",
    summary="filters over time for listening all the time; about 46 k products a new frame",
    default_frontend=FrontendSpec(window_ms=64, hop_ms=32, bands=40),
    schedule=ScheduleSpec(
        steps=(2000, 800, 200), learning_rates=(0.002, 0.0004, 0.00005), evaluate_every=200
    ),
    layers=layers,
)
