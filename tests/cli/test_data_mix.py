"""``edgekws data mix`` as a user meets it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command_line import ask, refused
from support.sound_folder import make_folder

from edgekws import run as runs
from edgekws.recipe import DataSpec, Recipe


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "data", {"yes": 30, "no": 30, "bed": 30}, noise_seconds=2)


def test_from_a_folder_and_from_a_run_come_the_same_bytes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    length = ("--minutes", "0.5", "--json")
    shares = ("--validation-percentage", "20", "--testing-percentage", "40")
    document = ask(
        "data", "mix", "a.wav", "--data", folder, "--words", "yes,no", *shares, *length
    ).document
    data = DataSpec(str(folder), ("yes", "no"), validation_percentage=20.0, testing_percentage=40.0)
    runs.create(Recipe(data=data), "small")
    assert ask("data", "mix", "b.wav", "--run", "small", *length).code == 0
    assert Path("a.wav").read_bytes() == Path("b.wav").read_bytes()
    assert document["spoken"] == sum(each["count"] for each in document["words"])
    assert (document["seconds"], document["partition"]) == (30.0, "testing")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--minutes", "0"), "minutes must be above 0"),
        (("--snr-db", "9:1"), "snr_db must be a range within -30:60, got 9:1"),
        (("--snr-db", "a:b"), "'a:b' is not a range like 5:25"),
        (("--gap-s", "nan"), "gap_s must be a range"),
        (("--run", "x", "--words", "yes"), "--words cannot go with --run"),
    ],
)
def test_wrong_options_are_refused(
    folder: Path, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    data = () if "--run" in options else ("--data", folder)
    wav = tmp_path / "s.wav"
    if "--run" in options:
        runs.create(Recipe(), "x", tmp_path / "runs")
    assert words in refused(2, "data", "mix", wav, *data, *options)
    assert not wav.exists()
