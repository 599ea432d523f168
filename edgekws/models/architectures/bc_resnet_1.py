"""bc_resnet_1: broadcasted residual learning, the smallest published size.

9,232 parameters are trained at 98x40 and 12 labels. Source: Kim et al., Broadcasted residual
learning for efficient keyword spotting, arXiv 2106.04140; Qualcomm's published implementation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from edgekws.models.architecture import Architecture
from edgekws.recipe import FrontendSpec, ScheduleSpec

FRONTEND = FrontendSpec(hop_ms=10)
SCHEDULE = ScheduleSpec(
    steps=(2000, 800, 200), learning_rates=(0.005, 0.0005, 0.00005), evaluate_every=200
)

MOST_GROUPS = 5
SHRINKS = 8  # of the bands by the three strides of 2
DROPOUT = 0.1


@dataclass(frozen=True)
class Stage:
    """Blocks in a row; ``width`` channels for each of the base."""

    blocks: int
    width: float
    stride: int  # along the bands, in its first block
    dilation: int  # along time


STAGES = (Stage(2, 1, 1, 1), Stage(2, 1.5, 2, 2), Stage(4, 2, 2, 4), Stage(4, 2.5, 1, 8))


def layers(kit: Any, x: Any, labels: int, *, tau: float) -> Any:
    """Softmax scores of features [batch, frames, bands, 1].

    ``tau`` times 8 is the base of all numbers of channels. Five groups of bands are normalized
    apart; with fewer than 33 bands there are fewer, and zeros stand in for bands that are missing
    to a multiple of 8.
    """
    from edgekws.models.backend import keras

    base = int(8 * tau)
    bands = int(x.shape[2])
    groups = min(max(-(-bands // SHRINKS), 2), MOST_GROUPS)
    missing = -bands % (SHRINKS * groups)
    if missing:
        x = keras.layers.ZeroPadding2D(((0, 0), (0, missing)), name="bands_pad")(x)
    x = kit.conv(
        x, "stem", 2 * base, (5, 5), strides=(1, 2), bias=False, relu=True, norm=True, first=True
    )
    for number, stage in enumerate(STAGES, start=1):
        width = int(stage.width * base)
        for block in range(1, stage.blocks + 1):
            name = f"block_{number}_{block}"
            first = block == 1
            x = _block(kit, x, name, stage=stage, width=width, groups=groups, first=first)
    return _head(kit, x, labels, 4 * base)


def _block(
    kit: Any, x: Any, name: str, *, stage: Stage, width: int, groups: int, first: bool
) -> Any:
    """Convolve along bands, then their mean along time; add both, and ``x`` unless ``first``.

    A ``first`` block of a stage brings new channels and perhaps fewer bands.
    """
    from edgekws.models.backend import keras

    shortcut = x
    if first:
        x = kit.conv(x, f"{name}_in", width, (1, 1), bias=False, relu=True, norm=True)
        x = _interleaved(x, name, groups) if name == "block_1_1" else x
    x = along_bands(kit, x, name, groups, stage.stride if first else 1)
    mean = along_time(kit, x, name, width, stage.dilation)
    if not first:
        x = keras.layers.Add(name=f"{name}_shortcut")([x, shortcut])
    x = keras.layers.Add(name=f"{name}_sum")([x, mean])
    return keras.layers.ReLU(name=f"{name}_out")(x)


def _interleaved(x: Any, name: str, groups: int) -> Any:
    from edgekws.models.subspectral import Interleaved

    return Interleaved(groups, name=f"{name}_interleaved")(x)


def along_bands(kit: Any, x: Any, name: str, groups: int, stride: int) -> Any:
    """Depthwise convolution along the bands, each group of them normalized by itself."""
    from edgekws.models.backend import keras

    frames, channels = int(x.shape[1]), int(x.shape[3])
    x = kit.grouped_bands(x, f"{name}_bands", groups, step=stride)
    shape = (frames, int(x.shape[2]) * groups, channels)
    return keras.layers.Reshape(shape, name=f"{name}_apart")(x)


def along_time(kit: Any, x: Any, name: str, width: int, dilation: int) -> Any:
    """What the mean of all bands gives along time: [batch, frames, 1, width]."""
    from edgekws.models.backend import keras
    from edgekws.models.subspectral import Mean

    x = Mean((2,), name=f"{name}_mean")(x)
    x = kit.depthwise(x, f"{name}_time", (3, 1), bias=False, norm=True, dilation=dilation)
    gate = keras.layers.Activation("sigmoid", name=f"{name}_sigmoid")(x)
    x = keras.layers.Multiply(name=f"{name}_swish")([x, gate])
    x = kit.conv(x, f"{name}_mix", width, (1, 1), bias=False)
    return kit.dropout(x, DROPOUT, whole_channels=True)


def _head(kit: Any, x: Any, labels: int, width: int) -> Any:
    """Merge the bands, and average over time."""
    from edgekws.models.backend import keras
    from edgekws.models.subspectral import Mean

    x = keras.layers.ZeroPadding2D(((2, 2), (0, 0)), name="merge_pad")(x)
    x = kit.depthwise(x, "merge", (5, int(x.shape[2])), padding="valid", bias=False)
    x = kit.conv(x, "wide", width, (1, 1), bias=False, relu=True, norm=True)
    x = Mean((1, 2), name="mean")(x)
    return kit.scores(keras.layers.Flatten(name="flatten")(x), labels)


ARCHITECTURE = Architecture(
    name="bc_resnet_1",
    summary="broadcasted residual learning, tau 1; most accuracy for 10,000 weights",
    default_frontend=FRONTEND,
    schedule=SCHEDULE,
    layers=partial(layers, tau=1),
)
