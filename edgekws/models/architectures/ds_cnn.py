"""ds_cnn: depthwise separable convolutions; size s has 22,604 parameters at 49x10 and 12 labels.

Source: Zhang et al., Hello Edge, arXiv 1711.07128. 23,756 parameters are trained; batch
normalization is folded for deployment.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from edgekws.models.architecture import Architecture
from edgekws.recipe import FrontendSpec, ScheduleSpec


@dataclass(frozen=True)
class Size:
    """What distinguishes the published sizes."""

    channels: int
    first_strides: tuple[int, int]  # (time, frequency)
    block_strides: tuple[tuple[int, int], ...]  # of each depthwise layer


S = Size(channels=64, first_strides=(2, 2), block_strides=((1, 1),) * 4)
M = Size(channels=172, first_strides=(2, 1), block_strides=((2, 2), *((1, 1),) * 3))
L = Size(channels=276, first_strides=(2, 1), block_strides=((2, 2), *((1, 1),) * 4))


def layers(kit: Any, x: Any, labels: int, *, size: Size, padding: str = "same") -> Any:
    """Softmax scores of features [batch, frames, bands, 1]."""
    from edgekws.models.backend import keras

    x = kit.conv(
        x, "conv", size.channels, (10, 4),
        strides=size.first_strides, padding=padding, relu=True, norm=True, first=True,
    )  # fmt: skip
    for number, strides in enumerate(size.block_strides, start=1):
        x = kit.depthwise(
            x, f"depthwise_{number}", (3, 3),
            strides=strides, padding=padding, relu=True, norm=True,
        )  # fmt: skip
        x = kit.conv(x, f"pointwise_{number}", size.channels, (1, 1), relu=True, norm=True)
    whole = tuple(x.shape[1:3])
    x = keras.layers.AveragePooling2D(whole, name="pool")(x)  # engines know it; not so MEAN
    return kit.scores(keras.layers.Flatten(name="flatten")(x), labels)


ARCHITECTURE = Architecture(
    name="ds_cnn",
    summary="depthwise separable convolutions, size s; most accuracy for its size",
    default_frontend=FrontendSpec(hop_ms=20, bands=10),
    schedule=ScheduleSpec(
        steps=(2000, 800, 200), learning_rates=(0.002, 0.0004, 0.00005), evaluate_every=200
    ),
    layers=partial(layers, size=S),
)
