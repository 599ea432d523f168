"""Sounds that cannot be used: named in one line, and nothing is made from them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support.command_line import ask, refused
from support.sound_folder import make_folder, tone, write_sound

from edgekws.run import Run

CLIP = tone(1)


def stereo(path: Path) -> None:
    write_sound(path, np.stack([CLIP, CLIP], axis=1))


def eight_bit(path: Path) -> None:
    write_sound(path, CLIP, subtype="PCM_U8")


def other_rate(path: Path) -> None:
    write_sound(path, CLIP, 44_100)


def truncated(path: Path) -> None:
    write_sound(path, CLIP)
    path.write_bytes(path.read_bytes()[:20_000])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def text(path: Path) -> None:
    path.write_text("yes")


def silent(path: Path) -> None:
    write_sound(path, CLIP[:0])


BAD: dict[str, tuple[Callable[[Path], None], str]] = {
    "stereo": (stereo, "2 channels; mix down or pick one, mono is wanted"),
    "8-bit": (eight_bit, "8-bit samples (PCM_U8) are too coarse"),
    "44.1 kHz": (other_rate, "44100 Hz, 16000 Hz wanted; convert it or ask for resampling"),
    "truncated": (truncated, "truncated: its header promises 12044 bytes more"),
    "empty file": (empty, "the file is empty"),
    "text": (text, "not a sound file"),
    "no samples": (silent, "holds no samples"),
}


@pytest.mark.parametrize("kind", BAD)
def test_label_refuses(run: Run, kind: str) -> None:
    make, words = BAD[kind]
    make(Path("bad.wav"))
    said = refused(1, "label", "small", "bad.wav")
    assert said.startswith("bad.wav: ")
    assert words in said
    assert refused(1, "label", "small", "bad.wav", "--png", "bad.png", "--json") == said
    assert not Path("bad.png").exists()


@pytest.mark.tensorflow
@pytest.mark.slow
def test_train_refuses_before_it_makes_a_run() -> None:
    folder = make_folder(Path("data"), {"yes": 30, "no": 30})
    bad = folder / "yes" / "ffffffff_nohash_0.wav"
    for make, words in BAD.values():
        make(bad)
        said = refused(1, "train", "--data", folder, "--words", "yes,no")
        assert f"{bad.name}: " in said
        assert words in said
        assert not Path("runs").exists()


def test_another_rate_is_taken_when_asked(run: Run) -> None:
    pytest.importorskip("soxr")
    other_rate(Path("bad.wav"))
    assert ask("label", "small", "bad.wav", "--resample").code == 0


def test_resampling_without_its_package(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "soxr", None)
    other_rate(Path("bad.wav"))
    said = refused(4, "label", "small", "bad.wav", "--resample")
    assert "run `pip install edgekws[resample]`" in said


def test_nothing_to_label(run: Run) -> None:
    assert refused(1, "label", "small", "no.wav").startswith("no.wav: cannot read: No such file")
    Path("empty").mkdir()
    assert refused(1, "label", "small", "empty").startswith("empty: no sound file in this folder")


def test_train_without_usable_data() -> None:
    assert "nowhere: cannot read: No such file" in refused(1, "train", "--data", "nowhere")
    Path("file").write_text("")
    assert "file: cannot read: Not a directory" in refused(1, "train", "--data", "file")
    Path("empty").mkdir()
    assert "empty: no word in it; wanted is" in refused(1, "train", "--data", "empty")
    Path("empty/yes").mkdir()
    said = refused(1, "train", "--data", "empty")
    assert "word 'yes' has no clips in .wav, .flac or .ogg" in said
    assert not Path("runs").exists()


def test_a_word_without_clips(clips: Path) -> None:
    said = refused(1, "train", "--data", clips, "--words", "yes,stop")
    assert "word 'stop' has no clips" in said
    assert said.endswith("folders with clips: bed, no, yes")
    assert not Path("runs").exists()


def test_a_file_name_that_is_no_text(run: Run) -> None:
    """Names of other encodings come as they can; they do not end in a traceback."""
    name = b"caf\xe9.wav".decode("utf-8", "surrogateescape")
    try:
        write_sound(Path("clip.wav"), CLIP).rename(name)
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    assert ask("label", "small", name).code == 0
    assert len(ask("label", "small", name, "--json").document["files"]) == 1
