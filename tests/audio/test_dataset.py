from __future__ import annotations

import dataclasses
import os
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from support.sound_folder import RATE_HZ, make_folder, tone, write_sound

from edgekws.audio import store
from edgekws.audio.dataset import Dataset, open_dataset, resolve_words
from edgekws.errors import AudioError, EdgekwsError, UsageError
from edgekws.recipe import AugmentSpec, DataSpec, Recipe, ScheduleSpec

PLAIN = AugmentSpec(time_shift_ms=0, background_frequency=0.0, background_volume=0.0)


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(path))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    words = {"yes": 40, "no": 40, "bed": 40}
    return make_folder(tmp_path_factory.mktemp("data"), words, noise_seconds=8)


def recipe(folder: Path, **data: object) -> Recipe:
    known = {"words": ("yes", "no"), "validation_percentage": 20.0, "testing_percentage": 20.0}
    spec = DataSpec(source=str(folder), **{**known, **data})  # type: ignore[arg-type]
    return Recipe(data=spec, schedule=ScheduleSpec(batch_size=7))


def with_augment(base: Recipe, augment: AugmentSpec) -> Dataset:
    return open_dataset(dataclasses.replace(base, augment=augment))


def test_labels_and_clips(folder: Path) -> None:
    dataset = open_dataset(recipe(folder))
    assert dataset.labels == ("_silence_", "_unknown_", "yes", "no")
    clips = dataset.clips("testing")
    assert clips.samples.dtype == np.int16
    assert clips.samples.shape == (len(clips.labels), RATE_HZ) == (len(clips.names), RATE_HZ)
    for samples, label, name in zip(clips.samples, clips.labels, clips.names, strict=True):
        word = name.split("/")[0]
        assert dataset.labels[label] == {"bed": "_unknown_"}.get(word, word)
        if label:
            number = ("yes", "no", "bed").index(word) * 40 + int(name.split("/")[1][:8], 16)
            np.testing.assert_array_equal(samples, tone(number))


def test_fixed_clips_do_not_depend_on_the_seed(folder: Path) -> None:
    base = recipe(folder)
    other = dataclasses.replace(base, schedule=ScheduleSpec(batch_size=7, seed=9))
    for partition in ("validation", "testing"):
        first, second = open_dataset(base).clips(partition), open_dataset(other).clips(partition)
        np.testing.assert_array_equal(first.samples, second.samples)
        assert first.names == second.names


def test_no_test_speaker_is_in_training(folder: Path) -> None:
    dataset = open_dataset(recipe(folder))
    speakers = {
        partition: {
            name.split("/")[1].split("_")[0]
            for name in dataset.clips(partition).names
            if name[0] != "_"
        }
        for partition in ("training", "validation", "testing")
    }
    assert all(speakers.values())
    assert not speakers["training"] & (speakers["validation"] | speakers["testing"])


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_pieces_are_the_clips(folder: Path, size: int) -> None:
    dataset = open_dataset(recipe(folder, silence_percentage=30.0))
    clips = dataset.clips("validation")
    pieces = list(dataset.pieces("validation", size))
    assert max(len(piece.labels) for piece in pieces) == min(size, dataset.count("validation"))
    np.testing.assert_array_equal(np.concatenate([p.samples for p in pieces]), clips.samples)
    np.testing.assert_array_equal(np.concatenate([p.labels for p in pieces]), clips.labels)
    assert tuple(name for piece in pieces for name in piece.names) == clips.names


def test_own_unknown_clips_are_heard_as_unknown(folder: Path, tmp_path: Path) -> None:
    make_folder(tmp_path / "others", {"tree": 40})
    alone = open_dataset(recipe(folder))
    spec = {"unknown": (str(tmp_path / "others"),), "unknown_percentage": 100.0}
    dataset = open_dataset(recipe(folder, **spec))
    assert dataset.fingerprint != alone.fingerprint
    clips = dataset.clips("training")
    unknown = {name.rpartition("/")[0] for name in np.array(clips.names)[clips.labels == 1]}
    assert unknown == {"bed", "_unknown_/0/tree"}
    heard = {name: row for name, row in zip(clips.names, clips.samples, strict=True)}
    name = next(name for name in clips.names if name.startswith("_unknown_/0/tree"))
    number = int(name.rpartition("/")[2][:8], 16)
    np.testing.assert_array_equal(heard[name], tone(number))
    elsewhere = shutil.copytree(tmp_path / "others", tmp_path / "moved")
    moved = open_dataset(recipe(folder, **{**spec, "unknown": (str(elsewhere),)}))
    assert moved.fingerprint == dataset.fingerprint


def test_a_batch_is_a_function_of_recipe_and_step(folder: Path) -> None:
    first, second = open_dataset(recipe(folder)), open_dataset(recipe(folder))
    wanted = {step: first.training_batch(step) for step in (0, 1, 2, 30)}
    for step in (30, 1, 0, 2):  # in another order, as after a restart
        samples, labels = second.training_batch(step)
        np.testing.assert_array_equal(samples, wanted[step][0])
        np.testing.assert_array_equal(labels, wanted[step][1])
    assert not np.array_equal(wanted[0][0], wanted[1][0])


def test_the_seed_changes_the_batches(folder: Path) -> None:
    base = recipe(folder)
    other = dataclasses.replace(base, schedule=ScheduleSpec(batch_size=7, seed=2))
    made = []
    for one in (base, other):
        dataset = with_augment(one, AugmentSpec(50, 1.0, 1.0))
        batches = [dataset.training_batch(step)[0] for step in range(-(-dataset.epoch_clips // 7))]
        made.append({clip.tobytes() for clip in np.concatenate(batches) if clip.any()})
    assert not made[0] & made[1]


def test_every_clip_comes_once_an_epoch(folder: Path) -> None:
    base = recipe(folder)
    dataset = with_augment(base, PLAIN)
    clips = dataset.clips("training")
    epochs = 3
    steps = -(-dataset.epoch_clips * epochs // 7)
    batches = [dataset.training_batch(step) for step in range(steps)]
    samples = np.concatenate([batch[0] for batch in batches])
    labels = np.concatenate([batch[1] for batch in batches])
    orders = []
    for epoch in range(epochs):
        part = slice(epoch * dataset.epoch_clips, (epoch + 1) * dataset.epoch_clips)
        spoken = [
            s.tobytes() for s, label in zip(samples[part], labels[part], strict=True) if label
        ]
        wanted = [
            s.tobytes() for s, label in zip(clips.samples, clips.labels, strict=True) if label
        ]
        assert Counter(spoken) == Counter(wanted)
        assert Counter(labels[part].tolist()) == Counter(clips.labels.tolist())
        orders.append(tuple(spoken))
    assert len(set(orders)) == epochs


def test_background_noise_is_of_the_training_part(folder: Path) -> None:
    base = recipe(folder, silence_percentage=0.0)
    noisy = with_augment(base, AugmentSpec(0, 1.0, 1.0)).training_batch(0)[0]
    plain = with_augment(base, AugmentSpec(0, 0.0, 0.0)).training_batch(0)[0]
    added = noisy.astype(int) - plain
    assert (np.abs(added).max(axis=1) > 0).all()
    parts = open_dataset(base).noise["training"].parts
    loudness = np.array([np.corrcoef(row[:400], _best(parts, row))[0, 1] for row in added])
    assert (loudness > 0.99).all()


def _best(parts: tuple[np.ndarray, ...], row: np.ndarray) -> np.ndarray:
    """The 400 samples of the training parts that ``row`` begins with."""
    found = []
    for part in parts:
        match = np.correlate(part.astype(float), row[:400].astype(float), "valid")
        at = int(match.argmax())
        found.append((match[at], part[at : at + 400]))
    return max(found, key=lambda pair: pair[0])[1]


def test_share_of_noisy_clips(folder: Path) -> None:
    base = recipe(folder, silence_percentage=0.0)
    plain = with_augment(base, PLAIN)
    half = with_augment(base, AugmentSpec(0, 0.5, 0.5))
    changed = [
        (a != b).any()
        for step in range(60)
        for a, b in zip(plain.training_batch(step)[0], half.training_batch(step)[0], strict=True)
    ]
    assert 0.4 < np.mean(changed) < 0.6


def test_a_share_of_silence_has_another_spectrum(folder: Path) -> None:
    base = recipe(folder, silence_percentage=100.0)
    plain, all_of_it, half = (
        with_augment(base, dataclasses.replace(PLAIN, colored_silence=share))
        for share in (0.0, 1.0, 0.5)
    )
    changed = []
    for step in range(10):
        before, labels = plain.training_batch(step)
        after, after_labels = all_of_it.training_batch(step)
        np.testing.assert_array_equal(labels, after_labels)
        np.testing.assert_array_equal(before[labels > 0], after[labels > 0])
        loud = (labels == 0) & (np.abs(before).max(axis=1) > 100)
        assert (before[loud] != after[loud]).any(axis=1).all()
        changed += (half.training_batch(step)[0][loud] != before[loud]).any(axis=1).tolist()
    assert 0.2 < np.mean(changed) < 0.8


def test_training_silence_covers_the_levels(folder: Path) -> None:
    dataset = open_dataset(recipe(folder, silence_percentage=100.0))
    levels = [
        float(np.abs(clip.astype(int)).max())
        for step in range(20)
        for clip, label in zip(*dataset.training_batch(step), strict=True)
        if label == 0
    ]
    assert min(levels) <= 1 and max(levels) > 8_000
    assert 4 < np.median(levels) < 1_000


def test_a_folder_without_noise_gets_some(tmp_path: Path) -> None:
    make_folder(tmp_path, {"yes": 40})
    dataset = open_dataset(recipe(tmp_path, words=()))
    assert dataset.recipe.data.words == ("yes",)
    assert len(dataset.noise["training"].parts) == 3
    assert dataset.clips("testing").samples[-1].any()


def test_resolve_words_decodes_nothing(folder: Path, cache: Path) -> None:
    assert resolve_words(recipe(folder, words=())).labels[2:] == ("bed", "no", "yes")
    assert not list(cache.rglob("*.pcm"))


def test_unknown_partition(folder: Path) -> None:
    with pytest.raises(UsageError, match="'test': known are training, validation, testing"):
        open_dataset(recipe(folder)).clips("test")


def test_decoded_once_until_a_file_changes(tmp_path: Path, cache: Path) -> None:
    make_folder(tmp_path, {"yes": 40}, noise_seconds=2)
    said: list[str] = []
    first = open_dataset(recipe(tmp_path, words=()), said.append)
    again = open_dataset(recipe(tmp_path, words=()), said.append)
    assert len(said) == 1 and "decoding 40 clips" in said[0]
    assert first.fingerprint == again.fingerprint
    write_sound(tmp_path / "yes" / "00000000_nohash_0.wav", tone(99))
    os.utime(tmp_path / "yes" / "00000000_nohash_0.wav", ns=(1, 1))
    changed = open_dataset(recipe(tmp_path, words=()), said.append)
    assert len(said) == 2 and changed.fingerprint != first.fingerprint
    assert len(list(cache.rglob("*.pcm"))) == 2


def test_fingerprint_is_the_same_elsewhere(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(folder, copy, copy_function=shutil.copyfile)
    assert open_dataset(recipe(copy)).fingerprint == open_dataset(recipe(folder)).fingerprint


def test_a_bad_clip_leaves_nothing_in_the_cache(tmp_path: Path, cache: Path) -> None:
    make_folder(tmp_path, {"yes": 40})
    bad = tmp_path / "yes" / "00000007_nohash_0.wav"
    write_sound(bad, tone(1), 44_100)
    with pytest.raises(AudioError, match="44100 Hz, 16000 Hz wanted") as caught:
        open_dataset(recipe(tmp_path, words=()))
    assert str(caught.value).startswith(str(bad))
    assert not [path for path in cache.rglob("*") if path.is_file()]


def test_a_full_disk_leaves_nothing_in_the_cache(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EdgekwsError, match="cannot write: No space left on device"):
        open_dataset(recipe(folder))
    assert not [path for path in cache.rglob("*") if path.is_file()]


def test_a_damaged_cache_is_made_again(folder: Path, cache: Path) -> None:
    wanted = open_dataset(recipe(folder)).clips("testing")
    (kept,) = cache.rglob("*.pcm")
    whole = kept.read_bytes()
    for damage in (whole[:-100], whole[3200:], b"", b"short"):
        kept.write_bytes(damage)
        found = open_dataset(recipe(folder)).clips("testing")
        np.testing.assert_array_equal(found.samples, wanted.samples)


def test_a_store_that_goes_while_it_is_read(folder: Path, cache: Path) -> None:
    dataset = open_dataset(recipe(folder))
    wanted = dataset.clips("testing")
    (kept,) = cache.rglob("*.pcm")
    kept.unlink()  # by another process that makes room
    np.testing.assert_array_equal(dataset.clips("testing").samples, wanted.samples)
    dataset = open_dataset(recipe(folder))
    (kept,) = cache.rglob("*.pcm")
    os.truncate(kept, 1000)
    with pytest.raises(EdgekwsError, match=r"\.pcm: became shorter; run the command again"):
        dataset.store.clips.read(0, 10)


def test_rows_larger_than_a_system_call(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = open_dataset(recipe(folder)).clips("training")
    monkeypatch.setattr(store, "_MOST_AT_ONCE", 4999)
    found = open_dataset(recipe(folder)).clips("training")
    np.testing.assert_array_equal(found.samples, wanted.samples)


def test_the_cache_keeps_the_newest_only(tmp_path: Path, cache: Path) -> None:
    make_folder(tmp_path, {"yes": 40}, speakers=40)
    for clip_ms in range(200, 212):
        base = recipe(tmp_path, words=())
        audio = dataclasses.replace(base.audio, clip_ms=clip_ms)
        open_dataset(dataclasses.replace(base, audio=audio))
    assert len(list(cache.rglob("*.pcm"))) == 8


@pytest.mark.slow
def test_real_clips(speech_commands: Path, cache: Path) -> None:
    words = ("yes", "no", "up", "down", "left", "right", "stop", "go")
    spec = DataSpec(str(speech_commands), words, validation_percentage=5.0, testing_percentage=5.0)
    dataset = open_dataset(Recipe(data=spec))
    for partition in ("validation", "testing"):
        counts = np.bincount(dataset.clips(partition).labels)
        assert len(counts) == 10 and counts.min() > 40
    samples, labels = dataset.training_batch(3)
    assert samples.shape == (100, RATE_HZ) and set(labels) <= set(range(10))
