"""The order of an epoch, and labels that come equally often."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from support.sound_folder import make_folder

from edgekws.audio.chance import generator
from edgekws.audio.dataset import open_dataset
from edgekws.audio.order import balanced, epoch_order
from edgekws.recipe import AugmentSpec, DataSpec, Recipe, ScheduleSpec

SIZES = st.lists(st.integers(0, 200), min_size=1, max_size=12).filter(any)


@given(SIZES)
def test_without_balance_every_clip_comes_once(sizes: list[int]) -> None:
    order = epoch_order(generator(1, 2), sizes, 0.0)
    np.testing.assert_array_equal(np.sort(order), np.arange(sum(sizes)))


@given(SIZES, st.floats(0.01, 1))
def test_labels_come_in_their_shares_and_their_clips_evenly(
    sizes: list[int], balance: float
) -> None:
    order = epoch_order(generator(1, 2), sizes, balance)
    assert len(order) == sum(sizes)
    counts = np.bincount(order, minlength=sum(sizes))
    ends = np.cumsum(sizes)
    shares = np.array([size ** (1 - balance) if size else 0.0 for size in sizes])
    for size, end, share in zip(sizes, ends, shares / shares.sum(), strict=True):
        own = counts[end - size : end]
        assert abs(own.sum() - share * sum(sizes)) <= 1
        assert not size or own.max() - own.min() <= 1


def test_full_balance_is_even() -> None:
    assert balanced((300, 30, 0, 30), 1.0) == (120, 120, 0, 120)
    assert balanced((300, 30, 0, 30), 0.0) == (300, 30, 0, 30)


def test_batches_of_an_epoch_have_all_labels_equally_often(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "data", {"yes": 80, "no": 16, "bed": 10})
    recipe = Recipe(
        data=DataSpec(str(folder), words=("yes", "no")),
        augment=AugmentSpec(time_shift_ms=0, background_frequency=0.0),
        schedule=ScheduleSpec(batch_size=5, class_balance=1.0),
    )
    own = open_dataset(recipe)
    plain = open_dataset(dataclasses.replace(recipe, schedule=ScheduleSpec(batch_size=5)))
    steps = own.epoch_clips // 5
    labels = np.concatenate([own.training_batch(step)[1] for step in range(steps)])
    before = np.concatenate([plain.training_batch(step)[1] for step in range(steps)])
    assert np.ptp(np.bincount(labels, minlength=4)) <= 5 < np.ptp(np.bincount(before))
    for step in (3, 0):
        again = open_dataset(recipe).training_batch(step)
        np.testing.assert_array_equal(again[0], own.training_batch(step)[0])
        np.testing.assert_array_equal(again[1], labels[5 * step : 5 * step + 5])
