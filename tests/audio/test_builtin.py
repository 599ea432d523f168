from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from support.tools import require_package

from edgekws.audio import builtin
from edgekws.audio.builtin import WORDS, builtin_dataset
from edgekws.audio.dataset import open_dataset
from edgekws.audio.espeak import RATE_HZ, Utterance, speak
from edgekws.audio.read import read_clip
from edgekws.audio.resample import STEP, to_16khz
from edgekws.audio.say import say
from edgekws.audio.split import PARTITIONS
from edgekws.audio.synth import trimmed
from edgekws.audio.voices import ACCENTS, SPEAKERS, speakers
from edgekws.errors import EdgekwsError, ToolMissing, UsageError
from edgekws.recipe import Recipe


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require_package("espeakng_loader")
    return builtin_dataset(tmp_path_factory.mktemp("cache"), lambda text: None)


@pytest.fixture
def espeak() -> None:
    require_package("espeakng_loader")


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_partition_has_speakers_of_its_own() -> None:
    counts = [len(speakers(partition)) for partition in PARTITIONS]
    assert sum(counts) == len(SPEAKERS) == len(set(SPEAKERS))
    assert counts[0] >= 60 and min(counts) >= 6


@pytest.mark.slow
def test_the_set_has_clips_for_every_label_in_every_partition(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(made.parent.parent))
    said: list[str] = []
    dataset = open_dataset(Recipe(), said.append)
    assert dataset.labels[2:] == WORDS
    assert said[0] == f"using the built-in set: {made}"
    heard = {}
    for partition in PARTITIONS:
        clips = dataset.clips(partition)
        counts = np.bincount(clips.labels)
        assert len(counts) == 10 and counts.min() >= 60
        names = [name for name in clips.names if name[0] != "_"]
        assert {n.split("/")[1].split("_")[0] for n in names} == set(speakers(partition))
        heard[partition] = {name.split("/")[0] for name in names} - set(WORDS)
    assert heard["testing"] - heard["training"] and heard["testing"] & heard["training"]


@pytest.mark.slow
def test_two_makings_give_the_same_bytes(made: Path, tmp_path: Path) -> None:
    again = builtin_dataset(tmp_path, lambda text: None)
    assert _digests(again) == _digests(made)
    assert [path.name for path in again.parent.iterdir()] == [again.name]


@pytest.mark.slow
def test_clips_are_one_second_and_no_two_alike(made: Path) -> None:
    digests = Counter()
    for path in sorted((made / "stop").iterdir()):
        clip = read_clip(path, 16_000)
        assert len(clip) == 16_000
        assert np.abs(clip.astype(int)).max() > 300
        digests[clip.tobytes()] += 1
    assert max(digests.values()) == 1 and len(digests) > 500


def test_a_full_disk_leaves_no_set(
    espeak: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []

    def full(path: Path, data: bytes) -> int:
        written.append(path)
        if len(written) > 3:
            raise OSError(28, "No space left on device")
        return 0

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(EdgekwsError, match="cannot write: No space left on device"):
        builtin_dataset(tmp_path, lambda text: None)
    assert len(written) == 4 and not list((tmp_path / "builtin").iterdir())


def test_what_a_killed_process_left_is_removed(
    espeak: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builtin, "_sounds", lambda: iter([("a/b.wav", np.zeros(3, np.int16))]))
    left, busy = tmp_path / "builtin" / ".making-old", tmp_path / "builtin" / ".making-new"
    for path in (left, busy):
        path.mkdir(parents=True)
    os.utime(left, (time.time() - 7_200,) * 2)
    builtin_dataset(tmp_path, lambda text: None)
    assert not left.exists() and busy.exists()


def test_without_espeak_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise builtin.PackageNotFoundError(name)

    monkeypatch.setattr(builtin, "version", missing)
    with pytest.raises(ToolMissing, match=r"pip install edgekws\[synth\]"):
        builtin_dataset(tmp_path, lambda text: None)


def test_accents_and_breath(espeak: None) -> None:
    utterances = [Utterance("stop", f"{accent}+f5") for accent in ACCENTS]
    first = list(speak(utterances))
    time.sleep(1.1)  # espeak-ng would take its seed from the clock's seconds
    second = list(speak(utterances))
    assert len({samples.tobytes() for samples in first}) == len(ACCENTS)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert all(0.2 < len(samples) / RATE_HZ < 1 for samples in first)


def test_a_voice_that_does_not_exist(espeak: None) -> None:
    with pytest.raises(EdgekwsError, match="no sound for 'yes' in voice xx-klingon"):
        list(speak([Utterance("yes", "xx-klingon")]))


@pytest.mark.parametrize(("hertz", "gain_db"), [(200, 0), (3_000, 0), (6_000, 0), (9_500, -60)])
def test_resampling_keeps_what_16_khz_can_hold(hertz: int, gain_db: int) -> None:
    high = np.rint(20_000 * np.sin(2 * np.pi * hertz * np.arange(22_050) / 22_050))
    low = to_16khz(high.astype(np.int16))
    assert len(low) == 16_000
    gain = 20 * np.log10(np.std(low[100:-100]) / np.std(high))
    assert abs(gain) < 0.1 if gain_db == 0 else gain < gain_db


def test_resampling_delays_nothing() -> None:
    high = np.rint(20_000 * np.sin(2 * np.pi * 1_000 * np.arange(22_050) / 22_050))
    wanted = 20_000 * np.sin(2 * np.pi * 1_000 * np.arange(16_000) / 16_000)
    assert np.abs(to_16khz(high.astype(np.int16)) - wanted)[100:-100].max() < 5


def test_another_step_plays_faster() -> None:
    assert len(to_16khz(np.zeros(22_050, np.int16), 2 * STEP)) == 8_000


def test_trimmed_keeps_what_can_be_heard() -> None:
    word = np.array([0, 5, -3, 400, 0, -500, 2, 0], dtype=np.int16)
    assert trimmed(word).tolist() == [400, 0, -500]
    assert trimmed(word[:3]).tolist() == [0, 5, -3]


def test_say_writes_the_words_where_it_says(espeak: None, tmp_path: Path) -> None:
    heard = say(["yes", "stop"], tmp_path / "a.wav")
    say(["yes", "stop"], tmp_path / "b.wav")
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    samples = read_clip(tmp_path / "a.wav", 16_000).astype(int)
    assert [spoken.word for spoken in heard] == ["yes", "stop"]
    for spoken in heard:
        assert 200 < spoken.end_ms - spoken.start_ms < 900
        assert np.abs(samples[spoken.start_ms * 16 : spoken.end_ms * 16]).max() > 3_000
    between = samples[heard[0].end_ms * 16 + 16 : heard[1].start_ms * 16]
    assert 0 < np.abs(between).max() < 500 and len(between) >= 15_000


def test_say_refuses(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to say"):
        say([], tmp_path / "a.wav")
    with pytest.raises(UsageError, match="speaker 'hal': known are Alex"):
        say(["yes"], tmp_path / "a.wav", speaker="hal")
