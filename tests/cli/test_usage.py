"""Wrong usage: exit code 2, one line, and nothing is made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.command_line import ask, refused

from edgekws.run import Run

WRONG = {
    "unknown command": ("trian", "No such command 'trian'"),
    "unknown option": ("train --stesp 3", "No such option '--stesp'"),
    "unknown option of all": ("--jsno boards", "No such option '--jsno'"),
    "missing argument": ("label", "Missing argument 'RUN'"),
    "nothing to say": ("say --out a.wav", "Missing argument 'WORDS...'"),
    "nowhere to say it": ("say yes", "Missing option '--out'"),
    "a power of ten": ("train --steps 1e9", "'1e9' is not a list of whole numbers above 0"),
    "negative steps": ("train --steps -5", "'-5' is not a list of whole numbers above 0"),
    "no step": ("train --steps 0", "'0' is not a list of whole numbers"),
    "half a list": ("train --steps 3,", "'3,' is not a list of whole numbers"),
    "negative rate": ("train --learning-rate -1", "'-1' is not a list of numbers above 0"),
    "no rate": ("train --learning-rate 0,1", "'0,1' is not a list of numbers above 0"),
    "infinite rate": ("train --learning-rate inf,1", "not a list of numbers above 0"),
    "no number": ("train --learning-rate nan,1", "not a list of numbers above 0"),
    "text": ("train --batch-size many", "'many' is not a valid integer"),
    "no clip": ("train --batch-size 0", "0 is not in the range x>=1"),
    "negative seed": ("train --seed -1", "-1 is not in the range x>=0"),
    "too many": ("train --testing-percentage 101", "101.0 is not in the range 0<=x<=100"),
    "empty word": ("train --words yes,,no", "'yes,,no' is not a list of words"),
    "lists of two lengths": (
        "train --steps 3,4,5 --learning-rate 0.1,0.2",
        "--steps 3,4,5 has 3 parts and --learning-rate 0.1,0.2 has 2 parts",
    ),
    "steps and epochs": ("train --steps 3 --epochs 3", "--epochs cannot go with --steps"),
    "endless steps": ("train --steps 99999999999", "add up to less than 2147483648, got 9999999"),
    "half an epoch": ("train --epochs 0.5", "'0.5' is not a list of whole numbers above 0"),
    "no samples": ("train --sample-rate-hz 0", "0 is not in the range x>=1"),
    "a huge rate": ("train --sample-rate-hz 9e9", "'9e9' is not a valid integer"),
    "bands above the rate": ("train --high-hz 8001", "high_hz <= 8000 (half the sample rate)"),
    "an endless clip": ("train --clip-ms 60001", "clip_ms 60001 must be at most 60000"),
    "hop over window": ("train --hop-ms 40", "hop_ms 40 must be at most window_ms 30"),
    "nothing to learn from": (
        "train --validation-percentage 50 --testing-percentage 50", "must be below 100",
    ),
    "word twice": ("train --words yes,yes", "words must not repeat"),
    "word with a slash": ("train --words ../yes", "must be the name of a folder"),
    "unknown network": ("train --arch tiny", "unknown architecture 'tiny'; known: bc_resnet_1, "),
    "name with a slash": ("train --name a/b", "run name 'a/b': use letters, digits"),
    "hidden name": ("train --name .a", "run name '.a': use letters"),
    "resume and more": ("train --resume a --seed 2", "--seed cannot go with --resume"),
    "unknown method": ("quantize --method qta", "'qta' is not one of 'qat', 'ptq'"),
    "no fine-tuning": ("quantize --steps 0", "0 is not in the range x>=1"),
    "tolerance": ("verify --tolerance 101", "101.0 is not in the range 0<=x<=100"),
    "unknown board": ("boards mps2", "board 'mps2' is not known; known: "),
    "run and model": ("export a --model b.tflite", "give a RUN or --model, not both"),
    "labels of a run": ("export --labels a.txt", "--labels goes with --model"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_usage(here: Path, wrong: str) -> None:
    line, words = WRONG[wrong]
    assert words in refused(2, *line.split())
    assert os.listdir(here) == []


@pytest.mark.parametrize("wrong", ["unknown option", "lists of two lengths", "unknown board"])
def test_wrong_usage_with_json_prints_no_document(wrong: str) -> None:
    line, words = WRONG[wrong]
    assert words in refused(2, *line.split(), "--json")


def test_help_is_pointed_to() -> None:
    assert refused(2, "quantize", "--setps", "3").endswith("; see `edgekws quantize --help`")


RUN_WRONG = {
    "unknown target": ("export --target arduino", "target 'arduino' is not known; known: android"),
    "unknown board": ("export --board uno", "board 'uno' is not known; known: "),
    "board to prove on": ("verify --board uno", "board 'uno' is not known; known: "),
    "board of a phone": ("export --target android --board mps2_an386", "has no boards"),
    "no number": ("verify --tolerance nan", "must be in 0..100"),
    "steps of ptq": ("quantize --method ptq --steps 3", "ptq does not learn"),
    "picture of two": ("label small a.wav b.wav --png p.png", "give exactly one"),
    "picture of a folder": ("label small . --png p.png", "give exactly one"),
    "name that is taken": ("train --name small", "exists already; choose another --name"),
}


@pytest.mark.parametrize("wrong", RUN_WRONG)
def test_wrong_usage_of_a_run(run: Run, here: Path, wrong: str) -> None:
    line, words = RUN_WRONG[wrong]
    before = sorted(here.rglob("*"))
    assert words in refused(2, *line.split())
    assert sorted(here.rglob("*")) == before


def test_no_run_yet() -> None:
    for verb in ("quantize", "verify", "export"):
        assert refused(1, verb) == "no run under runs/ here; start with `edgekws train`"


def test_unknown_run(run: Run) -> None:
    for line in ("quantize smal", "verify smal", "export smal", "label smal a.wav",
                 "train --resume smal"):  # fmt: skip
        assert refused(2, *line.split()) == "smal: no such run; known under runs/: small"


def test_ctrl_c_is_one_line(run: Run, clips: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("edgekws.stream.label.label_files", pressed)
    answer = ask("label", "small", clips)
    assert (answer.code, answer.out, answer.err) == (130, "", "edgekws: stopped\n")


def test_too_little_memory_is_one_line(
    run: Run, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hungry(*arguments: object, **options: object) -> None:
        raise MemoryError

    monkeypatch.setattr("edgekws.stream.label.label_files", hungry)
    assert refused(1, "label", "small", clips).startswith("not enough memory")


def test_a_bug_is_not_hidden(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("edgekws.stream.label.label_files", wrong)
    with pytest.raises(ZeroDivisionError):
        ask("label", "small", "a.wav")
