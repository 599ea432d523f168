"""``edgekws data check``: warnings on stdout, exit code 3 on a leak."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from support.command_line import ask, refused
from support.sound_folder import make_folder, tone, write_sound
from support.tools import require_package


@pytest.fixture
def folder(here: Path) -> Path:
    return make_folder(here / "data", {"yes": 60, "no": 60}, noise_seconds=2)


def test_a_clean_folder(folder: Path) -> None:
    answer = ask("data", "check", folder)
    assert (answer.code, answer.err) == (0, "")
    rows = [line.split() for line in answer.out.splitlines()]
    assert rows[0] == ["label", "training", "validation", "testing", "speakers"]
    assert [row[0] for row in rows[1:3]] == ["no", "yes"]
    assert sum(int(number) for number in rows[1][1:4]) == 60
    assert answer.out.splitlines()[3].startswith("length: 1.00 to 1.00 s")
    assert answer.out.endswith("no warnings, no leaks\n")


def test_document(folder: Path) -> None:
    write_sound(folder / "yes" / "short_nohash_0.wav", tone(200, 2000))
    document = ask("data", "check", folder, "--words", "yes", "--json").document
    assert document["clips"] == 121
    assert [row["label"] for row in document["labels"]] == ["yes", "_unknown_"]
    assert document["length_s"] == {"min": 0.125, "median": 1.0, "max": 1.0}
    assert document["problems"]["short"] == ["yes/short_nohash_0.wav"]
    assert document["leaks"] == []
    assert any("shorter than half a clip" in warning for warning in document["warnings"])


def test_nothing_that_can_be_read(here: Path) -> None:
    for name in ("yes", "no"):
        (here / "data" / name).mkdir(parents=True)
        (here / "data" / name / "a_nohash_0.wav").touch()
    answer = ask("data", "check", "data", "--json")
    document = answer.document
    assert (answer.code, document["length_s"], document["level_dbfs"]) == (0, None, None)
    assert document["problems"]["unreadable"] == ["no/a_nohash_0.wav", "yes/a_nohash_0.wav"]


def test_a_leak_ends_with_3_after_the_report(folder: Path) -> None:
    shutil.copy(folder / "yes" / "00000003_nohash_0.wav", folder / "no" / "00000003_nohash_9.wav")
    said = ask("data", "check", folder)
    assert said.code == 3
    assert "\nleak: the same audio stands for no and yes: no/00000003_nohash_9.wav, " in said.out
    assert said.error.startswith(f"{folder}: 1 leak: the same audio stands for no and yes: ")
    answer = ask("data", "check", folder, "--json")
    assert (answer.code, [leak["kind"] for leak in answer.document["leaks"]]) == (3, ["label"])


def test_many_leaks_are_counted(folder: Path) -> None:
    for file in (folder / "yes").iterdir():
        shutil.copy(file, folder / "no" / file.name)
    said = ask("data", "check", folder)
    assert said.out.count("\nleak: ") == 11
    assert said.out.endswith("leak: 50 more; --json lists all\n")


def test_options_of_the_split(folder: Path) -> None:
    shares = ("--validation-percentage", 30, "--testing-percentage", 20)
    rows = {}
    for split in (("hash",), ("random",), ("random", "--split-seed", 2)):
        document = ask("data", "check", folder, *shares, "--split", *split, "--json").document
        row = document["labels"][0]
        rows[split] = (row["training"], row["validation"], row["testing"])
    assert rows["random",] == (30, 18, 12) or sum(rows["random",]) == 60
    assert len(set(rows.values())) > 1
    words = refused(1, "data", "check", folder, "--split", "lists")
    assert words.startswith(f"{folder}/validation_list.txt: cannot read: No such file")


def test_another_rate_may_be_wanted(folder: Path) -> None:
    write_sound(folder / "yes" / "telephone_nohash_0.wav", tone(200, 8000), 8000)
    for rate, count in ((16_000, 1), (8_000, 122)):  # the two recordings of noise are files too
        document = ask("data", "check", folder, "--sample-rate-hz", rate, "--json").document
        assert len(document["problems"]["rate"]) == count


def test_picture(folder: Path) -> None:
    require_package("matplotlib")
    assert ask("data", "check", folder, "--png", "a.png").code == 0
    assert Path("a.png").read_bytes()[:4] == b"\x89PNG"
    words = refused(1, "data", "check", folder, "--png", "data/yes/00000001_nohash_0.wav/a.png")
    assert "cannot write" in words


def test_a_name_that_is_no_text(folder: Path) -> None:
    name = os.fsdecode(b"\xff_nohash_0.wav")
    (folder / "yes" / name).touch()
    assert "1 file cannot be read: yes/\ufffd_nohash_0.wav" in ask("data", "check", folder).out
    assert ask("data", "check", folder, "--json").document["problems"]["unreadable"]


WRONG = {
    "no folder": (2, "data check", "Missing argument 'FOLDER'"),
    "missing": (1, "data check nowhere", "nowhere: cannot read: No such file"),
    "a file": (1, "data check a.txt", "a.txt: cannot read: Not a directory"),
    "empty": (1, "data check empty", "empty: no word in it"),
    "unknown missing": (1, "data check data --unknown nowhere", "--unknown must be a folder"),
    "unknown twice": (2, "data check data --unknown data", "other folders than the data"),
    "no word": (1, "data check data --words maybe", "no folder 'maybe'; folders: yes"),
    "bad word": (2, "data check data --words a/b", "must be the name of a folder"),
    "split": (2, "data check data --split dice", "'dice' is not one of 'hash', 'random'"),
    "rate": (2, "data check data --sample-rate-hz 0", "0 is not in the range"),
    "seed": (2, "data check data --split-seed -1", "-1 is not in the range x>=0"),
    "percent": (2, "data check data --testing-percentage 101", "is not in the range"),
    "no training": (2, "data check data --testing-percentage 90", "must be below 100"),
    "no number": (2, "data check data --testing-percentage nan", "must be in 0..100, got nan"),
    "not a command": (2, "data chek", "No such command 'chek'"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_usage(here: Path, wrong: str) -> None:
    make_folder(here / "data", {"yes": 2})
    (here / "a.txt").touch()
    (here / "empty").mkdir()
    code, line, words = WRONG[wrong]
    assert words in refused(code, *line.split())


def test_the_group_alone_shows_its_help() -> None:
    answer = ask("data")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("Usage: edgekws data ")
