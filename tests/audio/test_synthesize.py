from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from support.command_line import contents
from support.sound_folder import make_folder
from support.tools import require_package

from edgekws.audio.check import check
from edgekws.audio.read import read_clip
from edgekws.audio.split import PARTITIONS
from edgekws.audio.synthesize import choose_speakers, synthesize
from edgekws.audio.voices import SPEAKERS, partition_of_speaker, speakers
from edgekws.errors import EdgekwsError, UsageError
from edgekws.recipe import AudioSpec, DataSpec


@pytest.fixture
def espeak() -> None:
    require_package("espeakng_loader")


def test_the_same_seed_gives_the_same_bytes(espeak: None, tmp_path: Path) -> None:
    first = synthesize(["marvin", "hey_edge"], tmp_path / "a", voices=4, takes=2)
    time.sleep(1.1)  # espeak-ng would take its seed from the clock's seconds
    synthesize(["marvin", "hey_edge"], tmp_path / "b", voices=4, takes=2)
    made = contents(tmp_path / "a")
    assert made == contents(tmp_path / "b")
    assert len(made) == first.clips == 16 and first.cut == 0
    assert len(set(made.values())) == 16
    assert {name.partition("/")[0] for name in made} == {"marvin", "hey_edge"}
    synthesize(["marvin", "hey_edge"], tmp_path / "c", voices=4, takes=2, seed=2)
    assert not set(made.values()) & set(contents(tmp_path / "c").values())


def test_a_word_does_not_depend_on_its_neighbours(espeak: None, tmp_path: Path) -> None:
    synthesize(["marvin", "tree"], tmp_path / "a", voices=3)
    synthesize(["tree"], tmp_path / "b", voices=3)
    assert contents(tmp_path / "a" / "tree") == contents(tmp_path / "b" / "tree")


def test_more_voices_keep_the_clips_there_were(espeak: None, tmp_path: Path) -> None:
    synthesize(["tree"], tmp_path / "a", voices=3)
    synthesize(["tree"], tmp_path / "b", voices=6)
    assert contents(tmp_path / "a").items() <= contents(tmp_path / "b").items()


def test_the_clips_train_and_check(espeak: None, tmp_path: Path) -> None:
    synthesize(["marvin", "tree"], tmp_path, voices=10)
    report = check(DataSpec(str(tmp_path)), AudioSpec())
    assert report.leaks == ()
    assert not any(report.problems.values())
    assert all(min(each.training, each.validation, each.testing) > 0 for each in report.labels)
    clip = read_clip(next((tmp_path / "tree").iterdir()), 16_000)
    assert len(clip) == 16_000


def test_words_are_added_to_recordings(espeak: None, tmp_path: Path) -> None:
    make_folder(tmp_path, {"yes": 3})
    before = contents(tmp_path)
    synthesize(["tree"], tmp_path, voices=1)
    after = contents(tmp_path)
    assert before.items() <= after.items() and len(after) == 4
    with pytest.raises(UsageError, match="tree exists already; remove it or choose another"):
        synthesize(["bed", "tree"], tmp_path, voices=1)
    assert contents(tmp_path) == after


def test_another_language(espeak: None, tmp_path: Path) -> None:
    synthesize(["vier"], tmp_path / "de", voices=1, languages=["de"])
    synthesize(["vier"], tmp_path / "en", voices=1, languages=["en"])
    assert contents(tmp_path / "de") != contents(tmp_path / "en")


def test_long_words_are_counted(espeak: None, tmp_path: Path) -> None:
    made = synthesize(["what_a_very_long_wake_phrase_this_is"], tmp_path, voices=2)
    assert (made.clips, made.cut) == (2, 2)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_partition_gets_speakers(seed: int) -> None:
    for voices in (3, 5, 20, 60):
        chosen = choose_speakers(voices, seed)
        assert len(set(chosen)) == voices
        counts = [sum(partition_of_speaker(s) == p for s in chosen) for p in PARTITIONS]
        assert min(counts) >= 1
        for count, partition in zip(counts, PARTITIONS, strict=True):
            assert abs(count - voices * len(speakers(partition)) / len(SPEAKERS)) <= 2
    assert set(choose_speakers(len(SPEAKERS), seed)) == set(SPEAKERS)


def test_a_language_that_is_none_leaves_nothing(espeak: None, tmp_path: Path) -> None:
    with pytest.raises(EdgekwsError, match="unknown voice tlh"):
        synthesize(["tree"], tmp_path / "a", voices=1, languages=["tlh"])
    assert not (tmp_path / "a").exists()


def test_a_word_that_is_no_sound(espeak: None, tmp_path: Path) -> None:
    with pytest.raises(EdgekwsError, match=r"says nothing|no sound for"):
        synthesize(["-"], tmp_path / "a", voices=1)


def test_a_full_disk_leaves_nothing(
    espeak: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []

    def full(path: Path, data: bytes) -> int:
        written.append(path)
        if len(written) > 3:
            raise OSError(28, "No space left on device")
        return 0

    make_folder(tmp_path, {"yes": 1})
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(EdgekwsError, match="cannot write: No space left on device"):
        synthesize(["tree"], tmp_path, voices=5)
    assert sorted(os.listdir(tmp_path)) == ["yes"]


@pytest.mark.parametrize(
    ("words", "numbers", "message"),
    [
        ([], {}, "nothing to say"),
        (["a/b"], {}, "must be the name of a folder"),
        (["_silence_"], {}, "without '_' in front"),
        (["a\nb"], {}, "without control characters"),
        (["yes", "yes"], {}, "word 'yes' must not repeat"),
        (["yes"], {"voices": 0}, "voices must be 1 to 87, got 0"),
        (["yes"], {"voices": 88}, "voices must be 1 to 87, got 88"),
        (["yes"], {"takes": 0}, "takes must be 1 or more"),
        (["yes"], {"languages": ()}, "there must be a language"),
    ],
)
def test_what_cannot_be_meant(
    tmp_path: Path, words: list[str], numbers: dict[str, int], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        synthesize(words, tmp_path / "a", **numbers)  # type: ignore[arg-type]
    assert not (tmp_path / "a").exists()
