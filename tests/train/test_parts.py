"""A worker's part of a batch is the same as in the whole, and only that part is made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from support.sound_folder import make_folder

from edgekws.audio.chance import generator
from edgekws.audio.dataset import open_dataset
from edgekws.recipe import AugmentSpec, DataSpec, Recipe, ScheduleSpec
from edgekws.train.mask import mask

PARTS = (range(3), range(3, 6), range(6, 10))  # of a batch of 10


def test_the_clips_of_a_part_are_those_of_the_batch(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "data", {"yes": 30, "no": 30, "bed": 10})
    augment = AugmentSpec(
        background_frequency=1.0,
        gain_db=6.0,
        speed_percentage=10.0,
        spliced_unknown=0.5,
        colored_silence=0.5,
    )
    data = DataSpec(str(folder), words=("yes", "no"))
    dataset = open_dataset(Recipe(data=data, augment=augment, schedule=ScheduleSpec(batch_size=10)))
    for step in (0, 5):
        samples, labels = dataset.training_batch(step)
        for rows in PARTS:
            part = slice(rows.start, rows.stop)
            own_samples, own_labels = dataset.training_batch(step, rows)
            np.testing.assert_array_equal(own_samples, samples[part])
            np.testing.assert_array_equal(own_labels, labels[part])


def test_the_masks_of_a_part_are_those_of_the_batch() -> None:
    spec = AugmentSpec(masked_frames=9, masked_bands=5)
    features = np.arange(10 * 20 * 10).reshape(10, 20, 10).astype(np.int8)
    whole = mask(features.copy(), spec, generator(1, 2))
    for rows in PARTS:
        part = slice(rows.start, rows.stop)
        own = mask(features[part].copy(), spec, generator(1, 2), rows, 10)
        np.testing.assert_array_equal(own, whole[part])
