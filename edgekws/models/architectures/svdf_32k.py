"""svdf_32k: six layers of filters over features and time; 32,444 parameters at 49x40, 12 labels.

Source: the SVDF networks of Rybakov et al., arXiv 2005.06720 (kws_streaming). A layer is a filter
over all features of one frame, one over time for each channel, ReLU, and a projection. Together
the filters over time see 49 frames, so that one column is left; they keep 2,944 bytes of past.
Batch normalization helps them learn and is folded for deployment.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from edgekws.models.architecture import Architecture
from edgekws.models.fused import Dense, Stage, Svdf, Weights
from edgekws.recipe import FrontendSpec, ScheduleSpec

FRONTEND = FrontendSpec(hop_ms=20, bands=40)
SCHEDULE = ScheduleSpec(
    steps=(2000, 800, 200), learning_rates=(0.002, 0.0004, 0.00005), evaluate_every=200
)


@dataclass(frozen=True)
class Size:
    """Per layer: filters, columns each filter sees, and outputs of the projection behind it."""

    filters: tuple[int, ...]
    memory: tuple[int, ...]
    projected: tuple[int, ...]  # one less: the last layer has none


K32 = Size((16, 32, 32, 32, 64, 128), (4, 10, 10, 10, 10, 10), (40, 40, 64, 64, 64))


def layers(kit: Any, x: Any, labels: int, *, size: Size) -> Any:
    """Softmax scores of features [batch, frames, bands, 1]."""
    from edgekws.models.backend import keras

    bands = int(x.shape[2])
    for number, filters in enumerate(size.filters, start=1):
        first = number == 1
        memory = min(size.memory[number - 1], int(x.shape[1]))  # short clips have fewer frames
        x = kit.conv(
            x, f"features_{number}", filters, (1, bands if first else 1),
            padding="valid", bias=False, first=first,
        )  # fmt: skip
        x = kit.depthwise(x, f"time_{number}", (memory, 1), padding="valid", relu=True, norm=True)
        if number <= len(size.projected):
            width = size.projected[number - 1]
            x = kit.conv(x, f"projection_{number}", width, (1, 1), bias=False)
    x = kit.dropout(x, 0.2)
    return kit.scores(keras.layers.Flatten(name="flatten")(x), labels)


def settle(trained: Any, deployed: Any) -> None:
    """Move what centred features add to every frame into the bias of the first filter in time."""
    time = deployed.get_layer("time_1")
    kernel, bias = time.get_weights()
    centre = np.asarray(trained.get_layer("features_1").plain_weights()[1])
    time.set_weights([kernel, bias + centre * kernel.sum(axis=(0, 1, 3))])


def stages(weights: Weights, *, size: Size) -> tuple[Stage, ...]:
    """Layers of rank 1 and projections in turn."""
    found: list[Stage] = []
    for number in range(1, len(size.filters) + 1):
        feature = weights[f"features_{number}"][0]
        time, bias = weights[f"time_{number}"]
        found.append(Svdf(feature.reshape(len(feature), -1), time[0, :, 0, :].T, bias, 1))
        if number <= len(size.projected):
            matrix, bias = weights[f"projection_{number}"]
            found.append(Dense(matrix.reshape(len(matrix), -1), bias))
    return (*found, Dense(*weights["logits"]))


ARCHITECTURE = Architecture(
    name="svdf_32k",
    summary="small filters over features and time; about 32 k products for each new frame",
    default_frontend=FRONTEND,
    schedule=SCHEDULE,
    layers=partial(layers, size=K32),
    settle=settle,
    stages=partial(stages, size=K32),
)
