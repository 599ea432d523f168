"""single_fc: one matrix over the whole clip, 47,052 parameters at 98x40 and 12 labels.

Source: the network of that name in TensorFlow's speech_commands example.
"""

from __future__ import annotations

from typing import Any

from edgekws.models.architecture import Architecture
from edgekws.recipe import FrontendSpec, ScheduleSpec


def layers(kit: Any, x: Any, labels: int) -> Any:
    """Softmax scores of features [batch, frames, bands, 1]."""
    from edgekws.models.backend import keras

    return kit.scores(keras.layers.Flatten(name="flatten")(x), labels, first=True)


ARCHITECTURE = Architecture(
    name="single_fc",
    summary="one matrix over the whole clip; what a network must beat",
    default_frontend=FrontendSpec(hop_ms=10, bands=40),
    schedule=ScheduleSpec(steps=(1500, 500), learning_rates=(0.0005, 0.0001), evaluate_every=250),
    layers=layers,
)
