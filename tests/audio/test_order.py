"""The order of an epoch, and labels that come equally often."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from support.sound_folder import make_folder

from edgekws.audio.chance import generator
from edgekws.audio.dataset import open_dataset
from edgekws.audio.order import balanced, epoch_order, words_evened
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
    assert balanced((300, 30, 0, 30), 1.0, 360) == (120, 120, 0, 120)
    assert balanced((300, 30, 0, 30), 0.0, 360) == (300, 30, 0, 30)


@given(SIZES, st.integers(0, 50), st.floats(0.01, 1))
def test_unknown_words_come_in_their_shares_and_others_stay(
    sizes: list[int], others: int, balance: float
) -> None:
    order = epoch_order(generator(1, 2), [others, sum(sizes)], 0.0)
    words = np.split(others + np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
    evened = words_evened(generator(3, 1), order, words, balance)
    own = order >= others
    np.testing.assert_array_equal(evened[~own], order[~own])
    counts = np.bincount(evened[own], minlength=others + sum(sizes))
    wanted = balanced(sizes, balance, sum(sizes))
    assert [counts[word].sum() for word in words] == list(wanted)
    assert all(np.ptp(counts[word]) <= 1 for word in words if len(word))


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


def test_batches_of_an_epoch_have_unknown_words_equally_often(tmp_path: Path) -> None:
    counts = {"yes": 200, "no": 200, "bed": 30, "cat": 2, "dog": 4}
    folder = make_folder(tmp_path / "data", counts)
    recipe = Recipe(
        data=DataSpec(str(folder), words=("yes", "no")),
        augment=AugmentSpec(time_shift_ms=0, background_frequency=0.0),
        schedule=ScheduleSpec(batch_size=10, unknown_balance=1.0),
    )
    own = open_dataset(recipe)
    members = own.index["training"].members
    clips = own.store.clips.read(0, len(members))
    word_of = {
        clip.tobytes(): member.file.name.partition("/")[0]
        for clip, member in zip(clips, members, strict=True)
    }
    batches = [own.training_batch(step) for step in range(own.epoch_clips // 10)]
    heard = Counter(word_of.get(clip.tobytes()) for samples, _ in batches for clip in samples)
    unknown = [heard[word] for word in ("bed", "cat", "dog")]
    assert max(unknown) - min(unknown) <= 10 < sum(unknown)  # the last batch is of two epochs
    for samples, labels in batches:
        for clip, label in zip(samples, labels, strict=True):
            assert label == {"yes": 2, "no": 3, None: 0}.get(word_of.get(clip.tobytes()), 1)
