"""Every option and argument of every command with wrong, huge and hostile values.

One at a time, beside what makes the command end at once: there is no run, no data and no network.
What a user cannot cause or mend is a traceback, which `ask` raises.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from support.command_line import ask, commands

CODES = (0, 1, 2, 3, 4)
VALUES = (
    "", " ", "-1", "0", "1e9", "9" * 5000, "-" + "9" * 30, "nan", "inf", "1,2,", "none", "no-such",
    "/nonexistent/x", "/", ".", "..", "/dev/null", "x" * 5000, "a\nb", "\udcff", "\u202eabc",
    "-o", "--", "$(id)", "%s%n", "*.toml", "no.toml", "no.tflite", "/dev/null/x.toml",
)  # fmt: skip
# What a command is given besides, so that no value lets it work for long.
BESIDE = {
    "train": ("--data", "no-such-folder"),
    "data check": ("no-such-folder",),
    "data download": ("mini", "--url", "http://127.0.0.1:1/none", "--out", "sounds"),
    "data synth": ("--out", "file"),
    "say": ("--out", "file/a.wav"),
    "features": ("no-such.wav",),
    "label": ("no-such", "no-such.wav"),
    "parity": ("no-such", "no-such.wav"),
    "sweep": ("a-sweep", "--data", "no-such-folder"),
    "doctor": ("--need", "no-such"),
    "completion": (),
}


def leaves() -> dict[str, click.Command]:
    return {name: found for name, found in commands().items() if not isinstance(found, click.Group)}


def lines(name: str, command: click.Command) -> Iterator[list[str]]:
    """Command lines, each with one value that is not meant."""
    start = name.split()
    beside = list(BESIDE.get(name, ()))
    for parameter in command.params:
        option = parameter.opts[-1] if isinstance(parameter, click.Option) else None
        if option and parameter.is_flag:  # type: ignore[attr-defined]
            yield [*start, *beside, option, "--no-such-flag"]
            continue
        for value in VALUES:
            if option:
                others = _without(beside, option)
                yield [*start, *others, f"{option}={value}"]
            else:
                yield [*start, *_options_of(beside), "--", value]
        if option:
            yield [*start, *_without(beside, option), option]


def _options_of(words: list[str]) -> list[str]:
    """Options with their values, without the arguments."""
    return [
        word for at, word in enumerate(words)
        if word.startswith("--") or (at and words[at - 1].startswith("--"))
    ]  # fmt: skip


def _without(words: list[str], option: str) -> list[str]:
    if option not in words:
        return words
    at = words.index(option)
    return words[:at] + words[at + 2 :]


@pytest.mark.parametrize("name", leaves())
def test_one_line_and_a_documented_code(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)  # a download tries again
    Path("file").write_text("mine")  # in the way of what a command would write
    before = os.listdir()
    for line in lines(name, leaves()[name]):
        answer = ask(*line)
        short = [word[:60] for word in line]
        assert answer.code in CODES, (short, answer)
        assert "Traceback" not in answer.err, short
        if answer.code in (1, 2, 4) and not answer.out:
            assert answer.error, short
            assert len(answer.error) < 6000, short
    assert set(before) <= set(os.listdir())
    assert Path("file").read_text() == "mine"
