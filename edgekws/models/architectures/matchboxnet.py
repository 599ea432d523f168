"""matchboxnet: separable convolutions over time alone; 73,092 numbers at 98x40 and 12 labels.

Sources: Majumdar and Ginsburg, MatchboxNet, arXiv 2004.08531; the sizes are those of ds_tc_resnet
in Rybakov et al., Streaming keyword spotting on mobile devices, arXiv 2005.06720. The count is
with the statistics of batch normalization; without them 71,556 are trained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from edgekws.models.architecture import Architecture
from edgekws.recipe import FrontendSpec, ScheduleSpec


@dataclass(frozen=True)
class Block:
    """One separable convolution; without a depthwise part where ``frames`` is 1."""

    filters: int
    frames: int
    dilation: int = 1
    shortcut: bool = False


BLOCKS = (
    Block(128, 11),
    Block(64, 13, shortcut=True),
    Block(64, 15, shortcut=True),
    Block(64, 17, shortcut=True),
    Block(128, 29, dilation=2),
    Block(128, 1),
)


def layers(kit: Any, x: Any, labels: int) -> Any:
    """Softmax scores of features [batch, frames, bands, 1]."""
    from edgekws.models.backend import keras

    frames, bands = int(x.shape[1]), int(x.shape[2])
    x = keras.layers.Reshape((frames, 1, bands), name="bands_as_channels")(x)
    for number, block in enumerate(BLOCKS, start=1):
        x = _block(kit, x, number, block)
    x = keras.layers.AveragePooling2D((frames, 1), name="pool")(x)
    return kit.scores(keras.layers.Flatten(name="flatten")(x), labels)


def _block(kit: Any, x: Any, number: int, block: Block) -> Any:
    from edgekws.models.backend import keras

    before = x
    if block.frames > 1:
        x = kit.depthwise(
            x, f"depthwise_{number}", (block.frames, 1), bias=False, dilation=block.dilation
        )
    options = {"bias": False, "norm": True}
    x = kit.conv(
        x, f"pointwise_{number}", block.filters, (1, 1), relu=not block.shortcut, **options
    )
    if not block.shortcut:
        return x
    short = kit.conv(before, f"shortcut_{number}", block.filters, (1, 1), **options)
    return keras.layers.ReLU(name=f"out_{number}")(
        keras.layers.Add(name=f"sum_{number}")([x, short])
    )


ARCHITECTURE = Architecture(
    name="matchboxnet",
    summary="separable convolutions over time alone; many weights, little work",
    default_frontend=FrontendSpec(hop_ms=10),
    schedule=ScheduleSpec(
        steps=(2000, 800, 200), learning_rates=(0.002, 0.0004, 0.00005), evaluate_every=250
    ),
    layers=layers,
)
