"""Words and other words by text to speech, as clips of a training."""

from __future__ import annotations

import functools
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from support.sound_folder import make_folder
from support.tools import require_package

from edgekws.audio import dataset as datasets
from edgekws.audio import speech
from edgekws.audio.dataset import Dataset, open_dataset
from edgekws.audio.espeak import pronounced
from edgekws.audio.lexicon import COMMON, near_misses, other_words
from edgekws.audio.speech import open_speech, said
from edgekws.errors import EdgekwsError, ToolMissing
from edgekws.recipe import AudioSpec, AugmentSpec, DataSpec, Recipe, ScheduleSpec

WORDS = ("yes", "no")


@pytest.fixture
def espeak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_package("espeakng_loader")
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(tmp_path / "cache"))


def test_near_misses_are_rhymes_other_vowels_and_endings() -> None:
    misses = near_misses("yes")
    assert {"bes", "yas", "yet", "unyes"} <= set(misses)
    assert len(set(misses)) == len(misses) == 40
    assert "yez" not in misses and "yes" not in misses
    assert near_misses("日本") == near_misses("9") == ()
    phrase = near_misses("hey joe")
    assert phrase[:2] == ("hey", "joe") and {"bey joe", "hey boe"} <= set(phrase)
    assert len(set(COMMON)) == len(COMMON) > 800


def test_no_other_word_sounds_like_one_of_the_words(espeak: None) -> None:
    common, near, others = other_words(("two", "see", "go", "heat_wave"), ["sea", "big_cat"])
    assert not {"two", "too", "see", "sea"} & {*common, *near}
    assert others == ("big cat",)
    assert {"ten", "second"} <= set(common) and "bo" in near and "heat" in near + common
    assert (
        pronounced(["no", "know"], ["en", "en-us"])[0] == pronounced(["know"], ["en", "en-us"])[0]
    )
    with pytest.raises(EdgekwsError, match="no pronunciation: unknown voice xx-klingon"):
        pronounced(["no"], ["xx-klingon"])


def test_half_of_the_clips_are_the_words(espeak: None) -> None:
    texts = said(("yes", "hey_joe", "no"), count=601)
    assert texts[:4] == ["yes", "hey joe", "no", "yes"] and len(texts) == 601
    assert not {"yes", "hey joe", "no"} & set(texts[300:])
    assert len(set(texts[300:])) > 250
    recorded = Counter(said(("yes", "no"), ["bed", "no", "happy"], 60)[30:])
    assert recorded["bed"] == recorded["happy"] == 5 and not recorded["no"]
    notices: list[str] = []
    own = open_speech(WORDS, (), AudioSpec(), notices.append, 31)
    assert [own.label(row) for row in range(17)] == [2, 3] * 7 + [2, 1, 1]
    clips = own.clips.read(0, 31)
    assert clips.shape == (31, 16_000) and np.abs(clips.astype(int)).max(axis=1).min() > 300
    samples, label = own.choose(1 - 1e-9)
    np.testing.assert_array_equal(samples, clips[30])
    assert label == 1
    assert open_speech(WORDS, (), AudioSpec(), notices.append, 31).fingerprint == own.fingerprint
    assert len(notices) == 1


def test_the_same_bytes_in_another_cache_and_at_another_rate(
    espeak: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_speech(WORDS, (), AudioSpec(), print, 8)
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(tmp_path / "other"))
    assert open_speech(WORDS, (), AudioSpec(), print, 8).fingerprint == first.fingerprint
    other = open_speech(WORDS, (), AudioSpec(8_000, 600), print, 8)
    assert other.clips.read(0, 8).shape == (8, 4_800)


def _dataset(folder: Path, spoken: float, **augment: float) -> Dataset:
    return open_dataset(
        Recipe(
            data=DataSpec(str(folder), words=WORDS),
            augment=AugmentSpec(
                time_shift_ms=0, background_frequency=0.0, spoken=spoken, **augment
            ),
            schedule=ScheduleSpec(batch_size=50),
        )
    )


def test_batches_depend_on_the_step_alone_and_have_both_kinds(
    espeak: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets, "open_speech", functools.partial(open_speech, count=40))
    folder = make_folder(tmp_path / "data", {"yes": 40, "no": 40, "bed": 10})
    plain, own = _dataset(folder, 0.0), _dataset(folder, 0.4)
    assert plain.speech is None and own.speech is not None
    assert own.fingerprint == plain.fingerprint
    later = [_dataset(folder, 0.4).training_batch(step) for step in (3, 2, 1, 0)][::-1]
    known = {
        clip.tobytes(): own.speech.label(n) for n, clip in enumerate(own.speech.clips.read(0, 40))
    }
    labels_of_spoken = []
    for step in range(4):
        samples, labels = own.training_batch(step)
        np.testing.assert_array_equal(samples, later[step][0])
        np.testing.assert_array_equal(labels, later[step][1])
        before, old = plain.training_batch(step)
        for clip, label, real, own_label in zip(samples, labels, before, old, strict=True):
            if np.array_equal(clip, real):
                assert label == own_label
            else:
                assert label == known[clip.tobytes()]
                labels_of_spoken.append(label)
    counts = np.bincount(labels_of_spoken, minlength=4)
    assert counts[0] == 0 and counts.min(initial=99, where=[False, True, True, True]) > 5
    assert 0.25 < counts.sum() / 200 < 0.5 and 0.3 < counts[1] / counts.sum() < 0.7


def test_without_espeak_only_training_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        raise speech.PackageNotFoundError(name)

    monkeypatch.setattr(speech, "version", missing)
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(tmp_path / "cache"))
    own = _dataset(make_folder(tmp_path / "data", {"yes": 40, "no": 40}), 0.1)
    assert own.count("testing")
    with pytest.raises(ToolMissing, match=r"augment\.spoken .*pip install edgekws\[synth\]"):
        own.training_batch(0)
