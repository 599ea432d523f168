"""A machine without TensorFlow, compilers or TFLite Micro: what works, and what says so."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
from pathlib import Path

import pytest
from support.command_line import ask, ended, program, refused
from support.small_run import small_model

from edgekws.run import Run

NO_TENSORFLOW = """
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("tensorflow", "tf_keras", "tensorflow_model_optimization"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Blocked())
"""


def test_training_without_tensorflow(clips: Path) -> None:
    answer = ended(program("train", "--data", clips, "--words", "yes,no", before=NO_TENSORFLOW))
    assert (answer.code, answer.out) == (4, "")
    assert answer.error == (
        "training needs TensorFlow (No module named 'tensorflow'); "
        "install it with: pip install 'edgekws[train]'"
    )
    assert not Path("runs").exists()


def test_quantizing_without_tensorflow(run: Run) -> None:
    answer = ended(program("quantize", "--json", before=NO_TENSORFLOW))
    assert (answer.code, answer.out) == (4, "")
    assert "pip install 'edgekws[train]'" in answer.error


def test_all_that_follows_needs_no_tensorflow(run: Run, clips: Path) -> None:
    bare = {**os.environ, "PATH": "/nonexistent", "EDGEKWS_NO_COMPILER": "1"}
    for line in ("verify", f"label small {clips / 'yes'}", "export --target android"):
        command = program(*line.split(), "--json", before=NO_TENSORFLOW, environment=bare)
        answer = ended(command)
        assert answer.code == 0, answer
        assert answer.document


def test_labels_are_the_same_without_a_compiler(
    run: Run, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = ask("label", "small", clips).out
    monkeypatch.setenv("EDGEKWS_NO_COMPILER", "1")
    assert ask("label", "small", clips).out == expected


def test_checks_are_skipped_and_say_what_is_missing(run: Run, no_programs: None) -> None:
    answer = ask("verify")
    assert answer.code == 0
    lines = {line.split()[1]: line for line in answer.out.splitlines()[:5]}
    assert lines["accuracy"].startswith("passed ")
    for name, words in {
        "features": "compiler", "tflm": 'run: pip install "edgekws[verify]"',
        "host": "run: apt-get install --no-install-recommends gcc libc6-dev",
        "core": "run: apt-get install --no-install-recommends gcc-arm-none-eabi",
    }.items():  # fmt: skip
        assert lines[name].startswith("skipped "), lines
        assert words in lines[name], lines


def test_an_export_says_what_was_not_proved(run: Run, no_programs: None) -> None:
    document = ask("export", "--json").document
    assert document["verified"] == "accuracy (measured); SKIPPED: features, tflm, host, core"
    assert document["flash_bytes"] is None
    assert document["ram_bytes"] is None
    assert set(document["origins"].values()) == {"unknown", "predicted"}
    assert "SKIPPED: features" in Path(document["folder"], "README.md").read_text()


def test_a_model_made_elsewhere_needs_no_tool(no_programs: None) -> None:
    Path("theirs.tflite").write_bytes(small_model())
    document = ask("export", "--model", "theirs.tflite", "--json").document
    assert document["verified"] == "SKIPPED: tflm, host, core"


def test_speech_without_espeak(monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "edgekws.audio.espeak.find_spec", lambda name: None if "espeak" in name else found(name)
    )
    said = refused(4, "say", "yes", "--out", "a.wav")
    assert said == "text to speech needs espeak-ng; run `pip install edgekws[synth]`"
    assert os.listdir(here) == []


def test_the_built_in_set_without_espeak(monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr("edgekws.audio.builtin.version", missing)
    said = refused(4, "train")
    assert "pip install edgekws[synth]" in said
    assert "--data" in said
    assert os.listdir(here) == []
