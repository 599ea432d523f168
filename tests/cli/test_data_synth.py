"""``edgekws data synth``: words into a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.command_line import ask, contents, refused
from support.tools import require_package

WRONG = {
    "nothing to say": ("data synth --out a", "Missing argument 'WORD...'"),
    "nowhere to say it": ("data synth yes", "Missing option '--out'"),
    "too many voices": ("data synth yes --out a --voices 88", "88 is not in the range 1<=x<=87"),
    "no take": ("data synth yes --out a --takes 0", "0 is not in the range"),
    "negative seed": ("data synth yes --out a --seed -1", "-1 is not in the range x>=0"),
    "a path": ("data synth ../yes --out a", "must be the name of a folder"),
    "word twice": ("data synth yes yes --out a", "word 'yes' must not repeat"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_usage(here: Path, wrong: str) -> None:
    line, words = WRONG[wrong]
    assert words in refused(2, *line.split())
    assert os.listdir(here) == []


def test_document(here: Path) -> None:
    require_package("espeakng_loader")
    document = ask("data", "synth", "yes", "no", "--out", "a", "--voices", 3, "--json").document
    assert (document["clips"], document["cut"]) == (6, 0)
    assert document["words"] == ["yes", "no"] and len(document["speakers"]) == 3
    names = {f"{word}/{who}_nohash_0.wav" for word in ("yes", "no") for who in document["speakers"]}
    assert set(contents(here / "a")) == names
    said = ask("data", "synth", "up", "--out", "a", "--voices", 1)
    assert (said.code, said.out, said.err) == (0, "a: 1 clips of up\n", "")


def test_words_that_are_too_long_are_told(here: Path) -> None:
    require_package("espeakng_loader")
    said = ask("data", "synth", "one_two_three_four_five_six", "--out", "a", "--voices", 1)
    assert said.err == "1 of 1 clips are cut: the words are longer than 1 s\n"


def test_a_file_in_the_way(here: Path) -> None:
    (here / "a").touch()
    assert "is a file" in refused(2, "data", "synth", "yes", "--out", "a")


def test_without_espeak(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edgekws.audio.espeak.find_spec", lambda name: None)
    words = refused(4, "data", "synth", "yes", "--out", "a")
    assert words.endswith("run `pip install edgekws[synth]`")
    assert os.listdir(here) == []


def test_all_voices_may_be_asked_for(here: Path) -> None:
    from edgekws.audio.voices import SPEAKERS

    assert f"1<=x<={len(SPEAKERS)}" in ask("data", "synth", "--help").out
