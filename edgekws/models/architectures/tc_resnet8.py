"""tc_resnet8: convolutions over time alone, 65,168 parameters at 40 bands and 12 labels.

Source: Choi et al., Temporal Convolution for Real-time Keyword Spotting on Mobile Devices, arXiv
1904.03814. The bands are the channels of the first layer, so that each filter sees all of them.
The count is that of training; folded, 656 parameters of batch normalization are 328 biases.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from edgekws.models.architecture import Architecture
from edgekws.recipe import FrontendSpec, ScheduleSpec

FRONTEND = FrontendSpec(hop_ms=10, bands=40)
SCHEDULE = ScheduleSpec(
    steps=(2000, 800, 200), learning_rates=(0.002, 0.0004, 0.00005), evaluate_every=200
)
FIRST = 16  # filters of the first layer


def layers(kit: Any, x: Any, labels: int, *, channels: tuple[int, ...]) -> Any:
    """Softmax scores of features [batch, frames, bands, 1]; a block for each of ``channels``."""
    from edgekws.models.backend import keras

    frames, bands = int(x.shape[1]), int(x.shape[2])
    x = keras.layers.Reshape((frames, 1, bands), name="bands_as_channels")(x)
    x = kit.conv(x, "conv", FIRST, (3, 1), bias=False, relu=True, norm=True, first=True)
    for number, width in enumerate(channels, start=1):
        x = block(kit, x, number, width)
    x = keras.layers.AveragePooling2D((int(x.shape[1]), 1), name="pool")(x)
    x = kit.dropout(keras.layers.Flatten(name="flatten")(x), 0.5)
    return kit.scores(x, labels, bias=False)


def block(kit: Any, x: Any, number: int, width: int) -> Any:
    """Two convolutions beside a shortcut; other channels than before come at half the rate."""
    from edgekws.models.backend import keras

    changes = width != int(x.shape[3])
    strides = (2, 1) if changes else (1, 1)
    y = kit.conv(
        x, f"block_{number}_1", width, (9, 1), strides=strides, bias=False, relu=True, norm=True
    )
    y = kit.conv(y, f"block_{number}_2", width, (9, 1), bias=False, norm=True)
    if changes:
        x = kit.conv(
            x,
            f"shortcut_{number}",
            width,
            (1, 1),
            strides=strides,
            bias=False,
            relu=True,
            norm=True,
        )
    x = keras.layers.Add(name=f"sum_{number}")([y, x])
    return keras.layers.ReLU(name=f"relu_{number}")(x)


ARCHITECTURE = Architecture(
    name="tc_resnet8",
    summary="convolutions over time with shortcuts; accurate for its work",
    default_frontend=FRONTEND,
    schedule=SCHEDULE,
    layers=partial(layers, channels=(24, 32, 48)),
)
