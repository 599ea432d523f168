"""Mixed streams: the same bytes for the same seed, labels where the words are, nothing odd."""

from __future__ import annotations

import math
import tracemalloc
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from support.sound_folder import RATE_HZ, make_folder, tone, write_sound

from edgekws.audio.background import Background
from edgekws.audio.dataset import Dataset, open_dataset
from edgekws.audio.mix import TAIL_S, MixSpec, heard_span, mix
from edgekws.audio.noise import Noise
from edgekws.audio.split import partition_of
from edgekws.audio.spoken import Spoken, labels_path, read_spoken, write_spoken
from edgekws.errors import AudioError, UsageError
from edgekws.recipe import DataSpec, Recipe

SHORT = MixSpec(minutes=0.5, gap_s=(0.0, 1.0))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("mix") / "data"
    make_folder(folder, {"yes": 40, "no": 40, "bed": 40}, noise_seconds=4)
    return open_dataset(_recipe(folder))


def _recipe(folder: Path, unknown: float = 100.0) -> Recipe:
    data = DataSpec(
        source=str(folder), words=("yes", "no"), unknown_percentage=unknown,
        validation_percentage=20.0, testing_percentage=40.0,
    )  # fmt: skip
    return Recipe(data=data)


def test_same_seed_same_bytes_and_another_seed_others(dataset: Dataset, tmp_path: Path) -> None:
    specs = {"a": SHORT, "b": SHORT, "c": replace(SHORT, seed=2)}
    for name, spec in specs.items():
        mix(dataset, spec, tmp_path / f"{name}.wav")
    for suffix in ("wav", "csv"):
        first, again, other = (
            (tmp_path / f"{name}.{suffix}").read_bytes() for name in ("a", "b", "c")
        )
        assert first == again
        assert first != other


@pytest.mark.parametrize("partition", ["training", "validation", "testing"])
def test_only_speakers_of_the_partition(dataset: Dataset, tmp_path: Path, partition: str) -> None:
    spec = replace(SHORT, minutes=1.0, partition=partition)
    made = mix(dataset, spec, tmp_path / "s.wav")
    spoken = read_spoken(made.labels, RATE_HZ)
    assert len(spoken) == sum(made.spoken.values()) > 20
    assert {partition_of(each.clip, 20.0, 40.0) for each in spoken} == {partition}
    assert made.unknown == sum(each.word == "bed" for each in spoken)
    assert {each.word for each in spoken} == {"yes", "no", "bed"}


def test_the_file_is_as_long_as_asked_and_words_do_not_overlap(
    dataset: Dataset, tmp_path: Path
) -> None:
    made = mix(dataset, SHORT, tmp_path / "s.wav")
    assert soundfile.info(made.wav).frames == 30 * RATE_HZ == made.seconds * RATE_HZ
    spoken = read_spoken(made.labels, RATE_HZ)
    ends = [0, *(each.end for each in spoken)]
    assert all(each.start >= end for end, each in zip(ends, spoken, strict=False))
    assert spoken[-1].end <= (30 - TAIL_S) * RATE_HZ


def test_words_stand_above_the_noise_as_the_labels_say(dataset: Dataset, tmp_path: Path) -> None:
    spec = replace(SHORT, snr_db=(12.0, 12.0), noise_dbfs=(-40.0, -40.0))
    sound, _ = soundfile.read(mix(dataset, spec, tmp_path / "s.wav").wav, dtype="int16")
    spoken = read_spoken(tmp_path / "s.csv", RATE_HZ)
    loud = np.concatenate([sound[each.start : each.end] for each in spoken]).astype(float)
    quiet = np.ones(len(sound), bool)
    for each in spoken:
        quiet[max(0, each.start - RATE_HZ) : each.end + RATE_HZ] = False
    assert 20 * math.log10(np.sqrt(np.mean(loud**2)) / 32768) == pytest.approx(-28, abs=1.0)
    level = np.sqrt(np.mean(sound[quiet].astype(float) ** 2)) / 32768
    assert 20 * math.log10(level) == pytest.approx(-40, abs=1.5)


def test_labels_begin_and_end_where_the_sound_does(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "data", {"yes": 40, "no": 40}, noise_seconds=2)
    late = np.zeros(RATE_HZ, np.int16)
    late[9600:12800] = tone(1)[:3200]
    for path in [*(folder / "yes").iterdir(), *(folder / "no").iterdir()]:
        write_sound(path, late)
    spec = replace(SHORT, unknown_percentage=0, snr_db=(40.0, 40.0), noise_dbfs=(-70.0, -70.0))
    sound, _ = soundfile.read(
        mix(open_dataset(_recipe(folder)), spec, tmp_path / "s.wav").wav, dtype="int16"
    )
    spoken = read_spoken(tmp_path / "s.csv", RATE_HZ)
    assert {each.end - each.start for each in spoken} == {3200}
    inside = np.zeros(len(sound), bool)
    for each in spoken:
        inside[each.start : each.end] = True
    assert np.abs(sound[~inside].astype(int)).max() < 100
    assert np.abs(sound[inside].astype(int)).max() > 400


def test_no_unknown_words_and_only_unknown_words(dataset: Dataset, tmp_path: Path) -> None:
    none = mix(dataset, replace(SHORT, unknown_percentage=0), tmp_path / "none.wav")
    only = mix(dataset, replace(SHORT, unknown_percentage=100), tmp_path / "only.wav")
    assert none.unknown == 0
    assert set(only.spoken) == {"bed"}


def test_every_clip_comes_once_before_one_comes_again(dataset: Dataset, tmp_path: Path) -> None:
    made = mix(dataset, replace(SHORT, minutes=1.0, unknown_percentage=100), tmp_path / "s.wav")
    clips = [each.clip for each in read_spoken(made.labels, RATE_HZ)]
    members = dataset.index["testing"].members
    deck = sum(member.file.name.startswith("bed/") for member in members)
    assert len(clips) > deck > 1
    assert len(set(clips[:deck])) == deck


def test_the_clip_of_a_rare_word_is_no_commoner_than_others(tmp_path: Path) -> None:
    clips = {"yes": 40, "no": 40, "bed": 40, "rare": 3}
    folder = make_folder(tmp_path / "data", clips, noise_seconds=2, speakers=20)
    spec = replace(SHORT, minutes=2.0, unknown_percentage=100)
    made = mix(open_dataset(_recipe(folder)), spec, tmp_path / "s.wav")
    heard = Counter(each.clip for each in read_spoken(made.labels, RATE_HZ))
    assert max(heard.values()) - min(heard.values()) <= 1
    assert len({clip.partition("/")[0] for clip in heard}) == 2


def test_memory_does_not_grow_with_the_length(dataset: Dataset, tmp_path: Path) -> None:
    peaks = []
    for minutes in (1.0, 4.0):
        tracemalloc.start()
        mix(dataset, replace(SHORT, minutes=minutes, gap_s=(5.0, 60.0)), tmp_path / "s.wav")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"minutes": 0.0}, "minutes"),
        ({"minutes": math.nan}, "minutes"),
        ({"minutes": 1441.0}, "at most 1440"),
        ({"partition": "test"}, "known are"),
        ({"snr_db": (20.0, 10.0)}, "snr_db must be a range within -30:60, got 20:10"),
        ({"snr_db": (0.0, math.inf)}, "snr_db"),
        ({"gap_s": (-1.0, 1.0)}, "gap_s"),
        ({"noise_dbfs": (math.nan, -10.0)}, "noise_dbfs"),
        ({"unknown_percentage": 101.0}, "unknown_percentage"),
    ],
)
def test_nonsense_is_refused(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        MixSpec(**wrong)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_too_short_and_badly_named_streams_are_refused(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too short"):
        mix(dataset, replace(SHORT, minutes=0.04), tmp_path / "s.wav")
    with pytest.raises(UsageError, match=r"let its name end in .wav"):
        mix(dataset, SHORT, tmp_path / "s.flac")
    assert not list(tmp_path.iterdir())


def test_a_partition_without_other_words_says_so(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "data", {"yes": 40, "no": 40}, noise_seconds=2)
    with pytest.raises(AudioError, match="no clip of other words; unknown_percentage 0"):
        mix(open_dataset(_recipe(folder)), SHORT, tmp_path / "s.wav")


def test_silent_noise_and_silent_clips_are_mixed(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "data", {"yes": 40, "no": 40}, noise_seconds=2)
    for path in (folder / "_background_noise_").iterdir():
        write_sound(path, np.zeros(2 * RATE_HZ, np.int16))
    for path in (folder / "no").iterdir():
        write_sound(path, np.zeros(RATE_HZ, np.int16))
    made = mix(
        open_dataset(_recipe(folder)), replace(SHORT, unknown_percentage=0), tmp_path / "s.wav"
    )
    assert soundfile.info(made.wav).frames == 30 * RATE_HZ
    assert made.spoken["no"] > 0


def test_background_is_the_same_in_any_pieces() -> None:
    rng = np.random.default_rng(0)
    noise = Noise(tuple(rng.integers(-99, 99, length).astype(np.int16) for length in (700, 900)))
    background = Background(noise, (-50.0, -20.0), 7, 100)
    whole = background.piece(0, 9000)

    @given(st.integers(0, 8999), st.integers(1, 9000))
    def check(start: int, count: int) -> None:
        count = min(count, 9000 - start)
        np.testing.assert_allclose(
            background.piece(start, count), whole[start : start + count], rtol=1e-9, atol=1e-9
        )

    check()


def test_heard_span_is_where_the_sound_is() -> None:
    clip = np.zeros(RATE_HZ, np.int16)
    clip[4800:8000] = tone(3)[:3200]
    assert heard_span(clip, RATE_HZ) == (4800, 8000)
    assert heard_span(np.zeros(RATE_HZ, np.int16), RATE_HZ) == (0, RATE_HZ)


def test_labels_come_back_as_written(tmp_path: Path) -> None:
    said = (Spoken("yes", 5, 9, 3.0, "yes/a.wav"), Spoken('o"d,d', 9, 40_000, 1.5, "o/b.wav"))
    write_spoken(tmp_path / "s.csv", said, RATE_HZ)
    found = read_spoken(tmp_path / "s.csv", RATE_HZ)
    assert [(s.word, s.start, s.end, s.clip) for s in found] == [
        (s.word, s.start, s.end, s.clip) for s in said
    ]
    assert labels_path(Path("a/s.wav")) == Path("a/s.csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no column 'word'"),
        ("word,start_s\nyes,1\n", "no column 'end_s'"),
        ("word,start_s,end_s\nyes,1,x\n", ":2: start_s and end_s must be numbers"),
        ("word,start_s,end_s\nyes,1\n", ":2: start_s and end_s must be numbers"),
        ("word,start_s,end_s\nyes,2,1\n", "0 <= start_s <= end_s"),
        ("word,start_s,end_s\nyes,1,nan\n", "0 <= start_s <= end_s"),
        ("word,start_s,end_s\n,1,2\n", "need a word"),
        ("word,start_s,end_s\n\udcff,1,2\n", "not a CSV file in UTF-8"),
    ],
)
def test_wrong_labels_are_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(AudioError, match=words):
        read_spoken(path, RATE_HZ)


def test_missing_labels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="needs this label file beside it"):
        read_spoken(tmp_path / "s.csv", RATE_HZ)
