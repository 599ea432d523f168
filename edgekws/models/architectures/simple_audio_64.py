"""simple_audio_64: `simple_audio_32` with four times the image; 29,568,011 parameters at 8 labels.

Source: TensorFlow's tutorial "Simple audio recognition", widened to 64x64 with convolutions of 64
and 128 and a dense layer of 256. Folded, 29,568,008 parameters are left.
"""

from __future__ import annotations

from functools import partial

from edgekws.models.architecture import Architecture
from edgekws.models.architectures.simple_audio_32 import FRONTEND, layers
from edgekws.recipe import ScheduleSpec

ARCHITECTURE = Architecture(
    name="simple_audio_64",
    summary="a spectrogram as an image of 64x64, two wide convolutions; for phones",
    default_frontend=FRONTEND,
    schedule=ScheduleSpec(
        steps=(1000,), learning_rates=(0.0005,), batch_size=64, evaluate_every=100
    ),
    layers=partial(layers, side=64, filters=(64, 128), units=256),
)
