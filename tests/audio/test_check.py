from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest
from support.sound_folder import RATE_HZ, make_folder, tone, write_sound
from support.tools import require_package

from edgekws.audio.check import Report, check
from edgekws.audio.inspect import clipped, inspect, loudest_dbfs
from edgekws.audio.scan import scan
from edgekws.errors import AudioError
from edgekws.recipe import AudioSpec, DataSpec

AUDIO = AudioSpec()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "data", {"yes": 60, "no": 60, "bed": 60}, noise_seconds=2)


def report(folder: Path, **data: object) -> Report:
    return check(DataSpec(str(folder), **data), AUDIO)  # type: ignore[arg-type]


def said(found: Report) -> str:
    return "\n".join(found.warnings)


def test_a_clean_folder(folder: Path) -> None:
    found = report(folder)
    assert found.leaks == () and found.warnings == ()
    assert not any(found.problems.values())
    assert [each.label for each in found.labels] == ["bed", "no", "yes"]
    assert sum(each.clips for each in found.labels) == len(found.clips) == 180
    assert found.speakers == 40 and len(found.noise) == 2
    assert found.lengths_s == [1.0] * 180
    assert np.allclose(found.levels_dbfs, 20 * np.log10(8000 / 32768 / np.sqrt(2)), atol=0.6)


def test_words_and_the_rest(folder: Path) -> None:
    labels = report(folder, words=("yes",)).labels
    assert [(each.label, each.clips) for each in labels] == [("yes", 60), ("_unknown_", 120)]


def test_files_that_cannot_be_used_are_named(folder: Path) -> None:
    def at(name: str) -> Path:
        return folder / "yes" / f"{name}_nohash_0.wav"

    write_sound(at("telephone"), tone(1, 8000), 8000)
    write_sound(at("stereo"), np.stack([tone(1), tone(2)], axis=1))
    write_sound(at("other"), np.zeros((44_100, 2), np.int16), 44_100)
    at("cut").write_bytes(at("telephone").read_bytes()[:5000])
    at("empty").touch()
    found = report(folder)
    names = {kind: [Path(f).stem.split("_")[0] for f in fs] for kind, fs in found.problems.items()}
    assert names["rate"] == ["other", "telephone"]
    assert names["channels"] == ["other", "stereo"]
    assert names["unreadable"] == ["cut", "empty"]
    assert "2 files cannot be read: yes/cut_nohash_0.wav, yes/empty_nohash_0.wav" in said(found)
    assert "yes/cut_nohash_0.wav: truncated: its header promises" in said(found)
    assert "yes/empty_nohash_0.wav: the file is empty" in said(found)
    assert not any(str(folder) in warning for warning in found.warnings)


def test_odd_clips_are_named(folder: Path) -> None:
    loud = np.clip(tone(200).astype(int) * 6, -32768, 32767).astype(np.int16)
    for name, samples in {
        "loud": loud,
        "zero": np.zeros(RATE_HZ, np.int16),
        "soft": (tone(201) // 1000).astype(np.int16),
        "short": tone(202, 7900),
        "long": tone(203, 17_700),
    }.items():
        write_sound(folder / "yes" / f"{name}_nohash_0.wav", samples)
    write_sound(folder / "_background_noise_" / "rain.wav", tone(204, 50_000))
    found = report(folder)
    names = {kind: [Path(f).stem.split("_")[0] for f in fs] for kind, fs in found.problems.items()}
    assert names["clipped"] == ["loud"]
    assert names["silent"] == ["soft", "zero"]
    assert names["short"] == ["short"]
    assert names["long"] == ["long"]  # a recording of noise is no long clip


def test_the_same_audio_in_two_partitions_is_a_leak(folder: Path) -> None:
    found = report(folder)
    by_partition = {}
    division = {c.file.name: c for c in found.clips}
    from edgekws.audio.split import partition_of

    for name in division:
        if name.startswith("yes/"):
            by_partition.setdefault(partition_of(name, 10, 10), folder / name)
    samples = tone(300)
    for partition in ("training", "testing"):
        write_sound(by_partition[partition], samples)
    # as FLAC, and with zeros around it: no byte of the file is the same
    padded = np.pad(samples, (0, 1000))
    by_partition["testing"].unlink()
    write_sound(by_partition["testing"].with_suffix(".flac"), padded)
    (leak,) = report(folder).leaks
    assert (leak.kind, leak.what) == ("audio", "the same audio is in training and testing")
    assert {Path(name).suffix for name in leak.files} == {".wav", ".flac"}


def test_the_same_audio_under_two_labels_is_a_leak(folder: Path) -> None:
    shutil.copy(folder / "yes" / "00000003_nohash_0.wav", folder / "no" / "00000003_nohash_9.wav")
    (leak,) = report(folder).leaks
    assert (leak.kind, leak.what) == ("label", "the same audio stands for no and yes")
    assert report(folder, words=("bed",)).leaks == ()  # both are _unknown_ then
    shutil.copy(folder / "yes" / "00000003_nohash_0.wav", folder / "yes" / "00000003_nohash_9.wav")
    assert "2 clips with the audio of another one" in said(report(folder, words=("bed",)))


def test_a_speaker_in_two_partitions_is_a_leak(folder: Path) -> None:
    (folder / "validation_list.txt").write_text("yes/00000001_nohash_0.wav\nyes/gone.wav\n")
    (folder / "testing_list.txt").write_text("no/00000002_nohash_0.wav\n")
    found = report(folder, split="lists")
    assert [leak.what for leak in found.leaks] == [
        "speaker 00000001 is in training and validation",
        "speaker 00000002 is in training and testing",
    ]
    assert "validation_list.txt names 1 clip not there: yes/gone.wav" in said(found)
    assert report(folder, split="random").leaks == ()


def test_silence_is_no_leak(folder: Path) -> None:
    for number in range(30):
        write_sound(folder / "yes" / f"zero{number}_nohash_0.wav", np.zeros(RATE_HZ, np.int16))
    assert report(folder).leaks == ()


def test_what_a_training_would_suffer_from(folder: Path) -> None:
    shutil.rmtree(folder / "_background_noise_")
    make_folder(folder, {"rare": 3})
    for number in range(4):
        write_sound(folder / "yes" / f"anna {number}.wav", tone(400 + number))
    (folder / "yes" / "anna.mp3").touch()
    (folder / "empty").mkdir()
    words = said(report(folder))
    assert "word 'empty' has no clip in the training partition" in words
    assert "2 words with less than half the mean of 37 clips: empty, rare" in words
    assert "4 names without _nohash_, each a speaker of its own" in words
    assert "yes/anna 0.wav, yes/anna 1.wav, yes/anna 2.wav and 1 more" in words
    assert "no sounds in _background_noise_" in words
    assert "passed over, as no sounds: yes/anna.mp3" in words


def test_own_unknown_clips_are_checked_too(folder: Path, tmp_path: Path) -> None:
    others = tmp_path / "others"
    write_sound(others / "tree" / "00000001_nohash_7.wav", tone(500))
    shutil.copy(folder / "yes" / "00000003_nohash_0.wav", others / "tree" / "00000003_nohash_7.wav")
    found = report(folder, unknown=(str(others),))
    assert [leak.kind for leak in found.leaks] == ["label"]
    assert [each.label for each in found.labels][-1] == "_unknown_"


def test_a_word_without_a_folder(folder: Path) -> None:
    with pytest.raises(AudioError, match="no folder 'maybe'; folders: bed, no, yes"):
        report(folder, words=("maybe",))


def test_a_folder_of_nothing_but_unknown(tmp_path: Path) -> None:
    make_folder(tmp_path, {"_unknown_": 2})
    with pytest.raises(AudioError, match="no word besides _unknown_"):
        report(tmp_path)


def test_progress_reaches_the_end(folder: Path) -> None:
    steps: list[tuple[int, int]] = []
    check(DataSpec(str(folder)), AUDIO, lambda done, total: steps.append((done, total)))
    assert steps == [(number, 182) for number in range(182)]


@pytest.mark.parametrize(
    ("amplitude", "run", "answer"), [(1, 3, True), (1, 2, False), (0, 9, False)]
)
def test_clipping_is_a_run_at_full_scale(amplitude: int, run: int, answer: bool) -> None:
    for end in (32767, -32768):
        samples = tone(1).copy()
        samples[500 : 500 + run] = end * amplitude
        assert clipped(samples) is answer
        assert clipped(samples[500 : 500 + run]) is answer


def test_level_is_that_of_the_loudest_100_ms() -> None:
    samples = np.zeros(RATE_HZ, np.int16)
    assert loudest_dbfs(samples, RATE_HZ) == -np.inf
    samples[4000:5600] = 3277  # exactly one tenth of full scale, for 100 ms
    assert abs(loudest_dbfs(samples, RATE_HZ) + 20) < 0.01
    assert abs(loudest_dbfs(samples[4000:4100], RATE_HZ) + 20) < 0.01


def test_inspecting_never_raises(tmp_path: Path) -> None:
    write_sound(tmp_path / "yes" / "a.wav", tone(1))
    file = scan(tmp_path).words["yes"][0]
    gone = dataclasses.replace(inspect(file, AUDIO), file=file)
    file.path.unlink()
    assert inspect(file, AUDIO).problems == ("unreadable",) != gone.problems


def test_picture(folder: Path, tmp_path: Path) -> None:
    require_package("matplotlib")
    from edgekws.audio.check_picture import draw_report

    (folder / "no").rename(folder / "$a$ $\u30ce")
    draw_report(report(folder), tmp_path / "a.png", 1000)
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.slow
def test_real_clips(speech_commands: Path) -> None:
    spec = DataSpec(str(speech_commands), validation_percentage=5.0, testing_percentage=5.0)
    found = check(spec, AUDIO)
    assert len(found.clips) > 10_000 and found.leaks == ()
    assert not (found.problems["unreadable"] + found.problems["rate"] + found.problems["channels"])
    assert 0 < len(found.problems["silent"]) < 100
