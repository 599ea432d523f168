"""One recording, heard the same by ``edgekws stream``, a board in QEMU, Kotlin, and arm64."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from support import kotlin, maven, tools
from support.small_network import recording
from support.small_run import QUICK, small_run
from support.sound_folder import write_sound

from edgekws.export import export
from edgekws.run import Run

pytestmark = [pytest.mark.slow, pytest.mark.qemu]

SECONDS = 6


@dataclass(frozen=True)
class Word:
    """A line of what is heard."""

    ms: int
    label: str
    score: int


def typed(folder: Path, *words: str) -> str:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def by_stream(run: Run, wav: Path) -> list[Word]:
    command = (sys.executable, "-m", "edgekws", "stream", run.name, str(wav), "--json")
    rows = [json.loads(line) for line in typed(run.path.parents[1], *command).splitlines()]
    return [Word(round(row["time_s"] * 1000), row["label"], row["score"]) for row in rows]


def by_board(folder: Path, wav: Path) -> list[Word]:
    said = typed(folder, "make", "--silent", "run", f"WAV={wav}")
    found = re.findall(r"(\d+)\.(\d{3}) s  (\S+)  \(score (\d+)\)", said)
    return [Word(1000 * int(s) + int(ms), label, int(score)) for s, ms, label, score in found]


def by_phone(folder: Path, wav: Path, *wishes: str) -> list[Word]:
    said = typed(folder, "make", "--silent", *wishes, f"WAV={wav}")
    rows = [line.split() for line in said.splitlines()]
    return [Word(int(time) // 16, label, int(score)) for time, score, label in rows]


def compile_examples(folder: Path, compiler: Path, jars: Path) -> None:
    """The classes of the exported README compile against Android's own."""
    blocks = re.findall(r"^```kotlin\n(.*?)^```", (folder / "README.md").read_text(), re.M | re.S)
    classes = [block for block in blocks if "\nclass " in block]
    assert classes
    (folder / "build/Example.kt").write_text("package example\n\n" + "\n".join(classes))
    path = ":".join(map(str, [folder / "build/kws.jar", *sorted(jars.glob("*.jar"))]))
    wish = ("-Werror", "-jvm-target", "11", "-cp", path, "-d", "build/example.jar")
    typed(folder, str(compiler), *wish, "build/Example.kt")


def test_the_same_words_everywhere(tmp_path: Path) -> None:
    tools.require(*tools.CROSS, "make", "gcc", "java", "qemu-aarch64", "aarch64-linux-gnu-gcc")
    run = small_run(tmp_path, streams=True)
    wav = tmp_path / "sound.wav"
    loud = recording(SECONDS * 16_000)
    write_sound(wav, np.where(np.arange(len(loud)) // 24_000 % 2 == 0, loud, loud // 50))
    board = export(run, out=tmp_path / "board", thoroughness=QUICK)
    android = export(run, target="android", out=tmp_path / "android", thoroughness=QUICK)
    compiler, jars = kotlin.compiler(), maven.jars(android.folder)
    assert json.loads((android.folder / "manifest.json").read_text())["cost"]["streams"]
    words = by_stream(run, wav)
    assert len(words) >= 3 and len({word.label for word in words}) >= 2, words
    assert by_board(board.folder, wav) == words
    assert by_phone(android.folder, wav, "hear-arm64") == words
    assert by_phone(android.folder, wav, "hear", f"KOTLINC={compiler}", f"JARS={jars}") == words
    compile_examples(android.folder, compiler, jars)
