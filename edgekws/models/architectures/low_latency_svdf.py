"""low_latency_svdf: filters of rank 2 over frequency and time, 751,372 parameters at 98x40, 12.

Source: Nakkiran et al. (2015), as in TensorFlow's speech_commands example. Here a filter of rank
2 is the sum of two pairs of standard layers, a filter over the bands of one frame and a filter
over time, so that every converter and engine knows them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from edgekws.models.architecture import Architecture
from edgekws.models.fused import Dense, Stage, Svdf, Weights
from edgekws.recipe import FrontendSpec, ScheduleSpec

UNITS = 1280
RANK = 2


def layers(kit: Any, x: Any, labels: int) -> Any:
    """Softmax scores of features [batch, frames, bands, 1]; no ReLU between the dense layers."""
    from edgekws.models.backend import keras

    frames, bands = int(x.shape[1]), int(x.shape[2])
    parts = []
    for rank in range(1, RANK + 1):
        part = kit.conv(
            x, f"bands_{rank}", UNITS, (1, bands),
            padding="valid", bias=False, first=True,
        )  # fmt: skip
        # The sum has one bias, which the last time filter carries.
        parts.append(
            kit.depthwise(part, f"time_{rank}", (frames, 1), padding="valid", bias=rank == RANK)
        )
    x = keras.layers.Add(name="sum")(parts)
    x = keras.layers.ReLU(name="relu")(x)
    x = kit.dropout(x, 0.5)
    x = kit.dense(keras.layers.Flatten(name="flatten")(x), "dense_1", 256)
    x = kit.dropout(x, 0.5)
    x = kit.dense(x, "dense_2", 256)
    x = kit.dropout(x, 0.5)
    return kit.scores(x, labels)


def settle(trained: Any, deployed: Any) -> None:
    """Move what centred features add to every frame into the one bias of the sum."""
    time_2 = deployed.get_layer(f"time_{RANK}")
    kernel, bias = time_2.get_weights()
    for rank in range(1, RANK + 1):
        centre = np.asarray(trained.get_layer(f"bands_{rank}").plain_weights()[1])
        over_time = trained.get_layer(f"time_{rank}").get_weights()[0].sum(axis=(0, 1, 3))
        bias = bias + centre * over_time
    time_2.set_weights([kernel, bias])


def stages(weights: Weights) -> tuple[Stage, ...]:
    """One layer of rank 2, then the dense ones."""
    ranks = range(1, RANK + 1)
    features = [weights[f"bands_{rank}"][0][:, 0, :, 0] for rank in ranks]
    times = [weights[f"time_{rank}"][0][0, :, 0, :].T for rank in ranks]
    svdf = Svdf(
        np.stack(features, axis=1).reshape(RANK * UNITS, -1),
        np.stack(times, axis=1).reshape(RANK * UNITS, -1),
        weights[f"time_{RANK}"][1],
        RANK,
    )
    return svdf, *(Dense(*weights[name]) for name in ("dense_1", "dense_2", "logits"))


ARCHITECTURE = Architecture(
    name="low_latency_svdf",
    summary="filters over frequency and time; little to compute for each new frame",
    default_frontend=FrontendSpec(hop_ms=10, bands=40),
    schedule=ScheduleSpec(
        steps=(1800, 600, 300), learning_rates=(0.0007, 0.00015, 0.00003), evaluate_every=300
    ),
    layers=layers,
    settle=settle,
    stages=stages,
)
