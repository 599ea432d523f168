from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekws.audio.divide import divide
from edgekws.audio.index import build_index
from edgekws.audio.scan import Listing, SoundFile, scan
from edgekws.audio.split import PARTITIONS, partition_of, speaker_of
from edgekws.errors import AudioError
from edgekws.recipe import DataSpec


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def listing_of(words: dict[str, list[str]]) -> Listing:
    sounds = {
        word: tuple(SoundFile(f"{word}/{name}", f"/data/{word}", 1, 1) for name in names)
        for word, names in words.items()
    }
    return Listing(Path("/data"), sounds, (), {}, ())


def speakers(division: dict[str, dict[str, list[SoundFile]]], partition: str) -> set[str]:
    return {speaker_of(file.name) for files in division[partition].values() for file in files}


def test_hash_is_the_rule_of_the_dataset(tmp_path: Path) -> None:
    touch(tmp_path, *(f"yes/{n:08x}_nohash_0.wav" for n in range(200)))
    division = divide(scan(tmp_path), DataSpec(words=("yes",)))
    for partition in PARTITIONS:
        files = division[partition]["yes"]
        assert files and all(partition_of(file.name, 10, 10) == partition for file in files)


people = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 9), min_size=1)


@given(people, st.integers(0, 5), st.floats(0, 49), st.floats(0, 49))
def test_chance_keeps_speakers_whole_and_is_near_the_percentages(
    clips: dict[str, int], seed: int, validation: float, testing: float
) -> None:
    names = [f"{who}_nohash_{n}.wav" for who, count in clips.items() for n in range(count)]
    spec = DataSpec(
        words=("yes",),
        split="random",
        split_seed=seed,
        validation_percentage=validation,
        testing_percentage=testing,
    )
    division = divide(listing_of({"yes": names}), spec)
    assert sum(len(division[p].get("yes", ())) for p in PARTITIONS) == len(names)
    parts = [speakers(division, partition) for partition in PARTITIONS]
    assert sum(map(len, parts)) == len(clips)  # nobody is in two
    assert parts[0]  # training is never empty
    for name, share in (("validation", validation), ("testing", testing)):
        got = len(division[name].get("yes", ()))
        assert got <= len(names) * share / 100 + max(clips.values())
        assert share > 0 or got == 0
        if share > 0 and len(clips) >= 12 and share < 20:
            assert got


def test_three_speakers_fill_three_partitions() -> None:
    names = [f"{who}_nohash_{n}.wav" for who in ("anna", "bea", "carl") for n in range(20)]
    for seed in range(5):
        spec = DataSpec(words=("yes",), split="random", split_seed=seed)
        division = divide(listing_of({"yes": names}), spec)
        assert [len(division[p]["yes"]) for p in PARTITIONS] == [20, 20, 20]


def test_the_seed_of_the_split_moves_speakers_and_nothing_else_does() -> None:
    names = [f"{n:03d}_nohash_0.wav" for n in range(100)]
    listings = [listing_of({"yes": names}), listing_of({"yes": names[::-1]})]
    found = [
        speakers(
            divide(listing, DataSpec(words=("yes",), split="random", split_seed=seed)), "testing"
        )
        for seed in (1, 2)
        for listing in listings
    ]
    assert found[0] == found[1] != found[2] == found[3]
    assert len(found[0]) == len(found[2]) == 10


def test_speakers_of_the_words_are_dealt_first() -> None:
    few = [f"{who}_nohash_0.wav" for who in "abc"]
    many = [f"{n:04d}_nohash_0.wav" for n in range(500)]
    spec = DataSpec(words=("yes",), split="random")
    index = build_index(listing_of({"yes": few, "bed": few + many}), spec)
    for partition in PARTITIONS:
        assert [m.label for m in index[partition].members] == [2, 1]
        words, others = (speaker_of(m.file.name) for m in index[partition].members)
        assert words == others or others not in "abc"


def test_lists_decide(tmp_path: Path) -> None:
    touch(tmp_path, *(f"yes/{who}_nohash_0.wav" for who in "abcdef"), "bed/a_nohash_0.wav")
    (tmp_path / "validation_list.txt").write_text("yes/a_nohash_0.wav\r\n\nbed/a_nohash_0.wav\n")
    (tmp_path / "testing_list.txt").write_text("./yes/b_nohash_0.wav\nyes/gone.wav\n")
    division = divide(scan(tmp_path), DataSpec(words=("yes",), split="lists"))
    counts = {p: {w: len(f) for w, f in division[p].items()} for p in PARTITIONS}
    assert counts == {
        "training": {"yes": 4},
        "validation": {"yes": 1, "bed": 1},
        "testing": {"yes": 1},
    }


@pytest.mark.parametrize(
    ("lists", "message"),
    [
        ({}, r"validation_list\.txt: cannot read: No such file.*--split lists wants it"),
        ({"validation": b"\xff\xfe\xff"}, r"validation_list\.txt: cannot read: it is not UTF-8"),
        ({"validation": b""}, r"testing_list\.txt: cannot read"),
        (
            {"validation": b"yes/a.wav", "testing": b"yes/a.wav"},
            r"testing_list\.txt: yes/a\.wav is in validation_list\.txt too",
        ),
        (
            {"validation": b"yes/a.wav", "testing": b""},
            r"the testing partition is empty; mend validation_list\.txt and testing_list\.txt",
        ),
    ],
)
def test_lists_that_cannot_be(tmp_path: Path, lists: dict[str, bytes], message: str) -> None:
    touch(tmp_path, "yes/a.wav", "yes/b.wav")
    for name, content in lists.items():
        (tmp_path / f"{name}_list.txt").write_bytes(content)
    with pytest.raises(AudioError, match=message) as caught:
        build_index(scan(tmp_path), DataSpec(words=("yes",), split="lists"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("split", ["hash", "random"])
def test_folders_of_unknown_clips(tmp_path: Path, split: str) -> None:
    data = touch(tmp_path / "data", *(f"yes/{n:08x}_nohash_0.wav" for n in range(100)))
    other = touch(
        tmp_path / "other",
        *(f"{word}/{n:08x}_nohash_0.wav" for word in ("yes", "bed") for n in range(100)),
        "_background_noise_/fan.wav",
        "__MACOSX/a.wav",
        *(f"loose{n}.ogg" for n in range(50)),
    )
    listing = scan(data, [str(other)])
    spec = DataSpec(words=("yes",), unknown_percentage=100, split=split)
    index = build_index(listing, spec)
    unknown = [m.file for p in PARTITIONS for m in index[p].members if m.label == 1]
    heard = Counter(file.name.rpartition("/")[0] for file in unknown)
    assert set(heard) == {"_unknown_/0/bed", "_unknown_/0"}  # a wanted word is never unknown
    assert all(file.path.parent in (other / "bed", other) for file in unknown)
    assert len({file.name for file in unknown}) == len(unknown)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: None, "cannot read: No such file.*--unknown must be a folder"),
        (lambda p: p.touch(), "cannot read: Not a directory"),
        (lambda p: p.mkdir(), "no .wav, .flac or .ogg in it"),
        (lambda p: touch(p, "a/b.txt"), "no .wav, .flac or .ogg in it"),
    ],
)
def test_a_folder_of_unknown_clips_that_is_none(  # type: ignore[no-untyped-def]
    tmp_path: Path, make, message: str
) -> None:
    data = touch(tmp_path / "data", "yes/a.wav")
    make(tmp_path / "other")
    with pytest.raises(AudioError, match=message) as caught:
        scan(data, [str(tmp_path / "other")])
    assert str(caught.value).startswith(str(tmp_path / "other"))


def test_what_was_passed_over_is_named(tmp_path: Path) -> None:
    touch(tmp_path, "yes/a.wav", "yes/b.mp3", "yes/._b.wav", "yes/anna/c.wav", "yes/.hidden")
    assert scan(tmp_path).passed_over == ("yes/anna", "yes/b.mp3")
