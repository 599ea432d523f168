from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from support.sound_folder import make_folder

from edgekws.audio.index import build_index, choose_words
from edgekws.audio.scan import SoundFile, scan
from edgekws.audio.split import percentage_of
from edgekws.errors import AudioError
from edgekws.recipe import DataSpec

WORDS = {"yes": 200, "no": 200, "bed": 120, "cat": 4}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Empty files in the layout: the index looks at names only."""
    root = tmp_path_factory.mktemp("data")
    for word, count in WORDS.items():
        (root / word).mkdir()
        for number in range(count):
            (root / word / f"{number:08x}_nohash_0.wav").touch()
    for strange in (".hidden.wav", "._yes.wav", "notes.txt"):
        (root / "yes" / strange).touch()
    for strange in (".git", "__MACOSX"):
        (root / strange).mkdir()
        (root / strange / "a.wav").touch()
    (root / "README.md").touch()
    return root


def test_counts_follow_the_percentages(folder: Path) -> None:
    spec = DataSpec(words=("yes", "no"), silence_percentage=7, unknown_percentage=15)
    index = build_index(scan(folder), spec)
    for partition in index.values():
        labels = Counter(member.label for member in partition.members)
        words = labels[2] + labels[3]
        assert partition.silence == -(-words * 7 // 100)
        assert labels[1] == -(-words * 15 // 100)
    assert sum(m.label > 1 for p in index.values() for m in p.members) == 400


def test_without_background_labels_there_are_words_alone(folder: Path) -> None:
    spec = DataSpec(
        words=("yes", "no"), background_labels=False, silence_percentage=0, unknown_percentage=0
    )
    for partition in build_index(scan(folder), spec).values():
        assert partition.silence == 0
        for member in partition.members:
            assert member.file.name.startswith(f"{spec.words[member.label]}/")


def test_each_clip_is_in_one_partition_only(folder: Path) -> None:
    index = build_index(scan(folder), DataSpec(words=("yes", "no")))
    names = [member.file.name for p in index.values() for member in p.members]
    assert len(names) == len(set(names))
    speakers = [
        {m.file.name.split("/")[1].split("_")[0] for m in p.members} for p in index.values()
    ]
    assert not speakers[0] & speakers[1] and not speakers[0] & speakers[2]
    assert not speakers[1] & speakers[2]


def test_unknown_is_spread_over_the_words(folder: Path) -> None:
    spec = DataSpec(words=("yes", "no"), unknown_percentage=3)
    chosen = [
        m.file.name for m in build_index(scan(folder), spec)["training"].members if m.label == 1
    ]
    counts = Counter(name.split("/")[0] for name in chosen)
    assert counts["cat"] >= 2  # of 4; by its share of all clips it would be none


def test_order_of_the_file_system_does_not_matter(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = DataSpec(words=("yes", "no"))
    first = build_index(scan(folder), spec)
    listed = os.scandir

    class Reversed:
        def __init__(self, path: Path) -> None:
            with listed(path) as entries:
                self.entries = list(entries)[::-1]

        def __enter__(self) -> list[os.DirEntry[str]]:
            return self.entries

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", Reversed)
    assert build_index(scan(folder), spec) == first


def test_without_words_every_folder_is_one(folder: Path) -> None:
    assert choose_words(scan(folder), ()) == ("bed", "cat", "no", "yes")


def test_an_unknown_folder_is_not_a_word(tmp_path: Path) -> None:
    for name in ("_unknown_", "yes"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.wav").touch()
    assert choose_words(scan(tmp_path), ()) == ("yes",)


def test_a_word_without_clips_is_named_with_the_folders_there_are(folder: Path) -> None:
    with pytest.raises(AudioError, match=r"word 'maybe' has no clips.*bed, cat, no, yes$"):
        choose_words(scan(folder), ("yes", "maybe"))


def test_an_empty_word_folder_is_named(tmp_path: Path) -> None:
    make_folder(tmp_path, {"yes": 1})
    (tmp_path / "no").mkdir()
    with pytest.raises(AudioError, match=r"word 'no' has no clips.*: yes$"):
        choose_words(scan(tmp_path), ())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: None, "cannot read: No such file"),
        (lambda p: p.mkdir(), "no word in it"),
        (lambda p: p.touch(), "cannot read: Not a directory"),
        (lambda p: (p / "_silence_").mkdir(parents=True), "_silence_: not part of the layout"),
        (lambda p: (p / "a\\b").mkdir(parents=True), "must be the name of a folder.*; rename"),
        (lambda p: (p / "a\nb").mkdir(parents=True), "must be UTF-8 text without control char"),
        (lambda p: (p / os.fsdecode(b"\xff")).mkdir(parents=True), "must be UTF-8 text"),
    ],
)
def test_a_folder_that_is_none(tmp_path: Path, make, message: str) -> None:  # type: ignore[no-untyped-def]
    make(tmp_path / "data")
    with pytest.raises(AudioError, match=message):
        scan(tmp_path / "data")


def test_an_empty_partition_says_which_percentages_would_fill_it(tmp_path: Path) -> None:
    (tmp_path / "yes").mkdir()
    names = [f"{number:08x}_nohash_0.wav" for number in range(300)]
    for name in names:
        if not 10 <= percentage_of(name) < 20:  # no testing speaker of the default percentages
            (tmp_path / "yes" / name).touch()
    message = (
        "testing partition is empty at validation 10 % and testing 10 %; "
        "validation 5 % and testing 5 % would"
    )
    with pytest.raises(AudioError, match=message):
        build_index(scan(tmp_path), DataSpec(words=("yes",)))
    good = DataSpec(words=("yes",), validation_percentage=5, testing_percentage=5)
    assert all(partition.members for partition in build_index(scan(tmp_path), good).values())


def test_real_clips_need_other_percentages(speech_commands: Path) -> None:
    with pytest.raises(AudioError, match=r"validation 5 % and testing 5 % would fill"):
        build_index(scan(speech_commands), DataSpec(words=("yes", "no")))


def test_too_few_speakers(tmp_path: Path) -> None:
    make_folder(tmp_path, {"yes": 2})
    with pytest.raises(AudioError, match="add clips of more speakers"):
        build_index(scan(tmp_path), DataSpec(words=("yes",)))


def test_sound_files_know_size_and_time(folder: Path) -> None:
    file = scan(folder).words["bed"][0]
    assert (
        file == SoundFile("bed/00000000_nohash_0.wav", str(folder / "bed"), 0, file.mtime_ns)
        and file.mtime_ns > 0
    )
