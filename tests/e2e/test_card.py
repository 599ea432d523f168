"""The main job as a user types it, small: from sounds to a program that hears words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from support import tools
from support.command_line import Answer
from support.sound_folder import RATE_HZ, write_sound

pytestmark = [pytest.mark.slow, pytest.mark.tensorflow, pytest.mark.qemu]

SPEAKERS = 40
PITCHES_HZ = {"yes": (400, 2500), "no": (2500, 400), "bed": (900, 900)}
SECONDS = 0.5


@pytest.fixture(autouse=True)
def needed_tools() -> None:
    tools.require("make", "gcc", *tools.CROSS)
    tools.require_package("tflite_micro")


def word(name: str, random: np.random.Generator) -> npt.NDArray[np.int16]:
    """Half a second that rises, falls or stays, in a voice of its own."""
    time = np.arange(int(SECONDS * RATE_HZ)) / RATE_HZ
    start, end = np.array(PITCHES_HZ[name]) * random.uniform(0.8, 1.2)
    phase = 2 * np.pi * (start * time + (end - start) * time**2 / (2 * SECONDS))
    voice = sum(np.sin(harmonic * phase) / harmonic for harmonic in (1, 2, 3))
    loudness = random.uniform(3000, 9000) * np.sin(np.pi * time / SECONDS)
    return np.rint(voice * loudness).astype(np.int16)


def clip(name: str, random: np.random.Generator) -> npt.NDArray[np.int16]:
    spoken = word(name, random)
    samples = np.rint(random.normal(0, 20, RATE_HZ)).astype(np.int16)
    start = (RATE_HZ - len(spoken)) // 2 + int(random.integers(-1600, 1600))
    samples[start : start + len(spoken)] += spoken
    return samples


def make_sounds(folder: Path) -> None:
    random = np.random.default_rng(5)
    for name in PITCHES_HZ:
        for speaker in range(SPEAKERS):
            for take in range(3):
                path = folder / name / f"{speaker:08x}_nohash_{take}.wav"
                write_sound(path, clip(name, random))


def sentence(names: str, random: np.random.Generator) -> npt.NDArray[np.int16]:
    pause = np.zeros(RATE_HZ, np.int16)
    parts = [part for name in names.split() for part in (pause, word(name, random))]
    return np.concatenate([*parts, pause, pause])


def typed(folder: Path, *words: str) -> Answer:
    """What a user sees of one command, which must end well."""
    done = subprocess.run(
        words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return Answer(done.returncode, done.stdout, done.stderr)


def edgekws(folder: Path, line: str) -> dict[str, Any]:
    return typed(folder, sys.executable, "-m", "edgekws", *line.split(), "--json").document


def test_the_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(tmp_path / "cache"))
    make_sounds(tmp_path / "sounds")
    here = tmp_path / "empty"
    here.mkdir()

    train = "train --arch tiny_conv --data ../sounds --words yes,no --batch-size 30"
    trained = edgekws(here, f"{train} --steps 120,40 --learning-rate 0.001,0.0001")
    assert trained["run"] == "tiny_conv-1"
    assert trained["test_accuracy"] > 0.9 > trained["chance"]

    quantized = edgekws(here, "quantize --steps 20")
    assert quantized["path"] == "runs/tiny_conv-1/int8/model.tflite"

    verdict = edgekws(here, "verify")
    assert verdict["passed"]
    assert [check["status"] for check in verdict["checks"]] == ["passed"] * 5
    assert verdict["float_accuracy"] == trained["test_accuracy"]

    labelled = edgekws(here, "label tiny_conv-1 ../sounds/yes --resample")
    assert np.mean([row["label"] == "yes" for row in labelled["files"]]) > 0.9

    project = edgekws(here, "export --target cortex-m")
    assert project["folder"] == "export/tiny_conv-1-mps2_an386"
    assert_project_works(here, here / project["folder"])

    android = edgekws(here, "export --target android")
    assert (here / android["folder"] / "kws/src/main/cpp/CMakeLists.txt").exists()
    assert sorted(os.listdir(here)) == ["export", "runs"]


def assert_project_works(here: Path, folder: Path) -> None:
    random = np.random.default_rng(6)
    write_sound(here.parent / "words.wav", sentence("yes no yes", random))
    assert typed(folder, "make", "selftest").out.count("PASS") == 2
    said = typed(folder, "make", "run", "WAV=../../../words.wav").out.splitlines()
    assert said[-1] == "heard: yes no yes"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["verified"]["passed"] is True
