"""The Arduino library keeps arduino-lint's rules, and its sketches do what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from support import tools
from support.arduino_rules import faults
from support.layouts import (
    KEYWORDS,
    PASSED_WITHOUT_LAYERS,
    SANITIZERS,
    SUPPORT,
    WARNINGS,
    Files,
    made,
    run,
    written,
)
from support.projects import expected_lines
from support.small_network import recording

HOST = SUPPORT / "arduino_host"
CPP = ["-std=gnu++14", "-Wall", "-Wextra", "-Wshadow", "-Werror", "-include", "Arduino.h"]


@pytest.mark.parametrize("keywords", KEYWORDS)
def test_the_rules_are_kept(keywords: str) -> None:
    assert faults(made("arduino", KEYWORDS[keywords]), "small-arduino") == []


def changed(files: Files, old: str, new: str) -> Files:
    text = files["library.properties"]
    assert isinstance(text, str)
    assert old in text
    return {**files, "library.properties": text.replace(old, new)}


def without(files: Files, name: str) -> Files:
    return {path: content for path, content in files.items() if not path.startswith(name)}


def test_the_rules_see_planted_faults() -> None:
    good = made("arduino", KEYWORDS["listens"])
    sketch = good["examples/Listen/Listen.ino"]
    planted: dict[str, Files] = {
        "LS001": without(good, "src/"),
        "LS006": {**good, ".development": ""},
        "LS007": {**good, "tool.exe": b"MZ"},
        "LS008": without(good, "src/kws_keywords.h"),
        "LS009": {**without(good, "src/"), "Src/kws_keywords.h": ""},
        "LS010": {**good, "utility/x.c": ""},
        "LS011": {**good, "extra/x.md": ""},
        "LP001": without(good, "library.properties"),
        "LP004": {**good, "src/library.properties": ""},
        "LP006": changed(good, "category=", "catgory="),
        "LP010": changed(good, "name=kws_keywords", "name=kws_keywords_of_a_door"),
        "LP011": changed(good, "name=kws_keywords", "name=kws+keywords"),
        "LP014": changed(good, "name=kws", "name=arduino"),
        "LP015": changed(good, "name=kws_", "name=kws "),
        "LP019": changed(good, "version=1.0.0", "version="),
        "LP021": changed(good, "version=1.0.0", "version=1.0"),
        "LP023": changed(good, "author=edgekws\n", ""),
        "LP036": changed(good, "paragraph=", "paragraph=Spots words in speech with an int8 network "
                         "of 4 labels."),
        "LP038": changed(good, "Signal Input/Output", "Sound"),
        "LP041": changed(good, "https://", ""),
        "LP046": changed(good, "architectures=*", "architectures=AVR"),
        "LP049": changed(good, "dot_a_linkage=true", "dot_a_linkage=yes"),
        "LP052": changed(good, "includes=", "includes=PDM.h,"),
        "LC001": {**good, "src/x.c": "#include <arduino.h>\n"},
        "LD001": without(good, "README.md"),
        "LD002": without(good, "LICENSE"),
        "LD003": {**good, "src/Listen/Listen.ino": sketch},
        "LD004": without(good, "examples"),
        "LD006": {**without(good, "examples"), "Examples/Listen/Listen.ino": sketch},
        "SS001": {**without(good, "examples/Listen"), "examples/Hear/Listen.ino": sketch},
        "SS002": {**good, "examples/Listen/a b.h": ""},
    }  # fmt: skip
    for rule, files in planted.items():
        assert any(fault.startswith(rule) for fault in faults(files, "small-arduino")), rule
    assert faults(good, "a folder")[0].startswith("LS003")
    assert faults(good, "x" * 64)[0].startswith("LS002")


def upload(tmp_path: Path, keywords: str, sketch: str) -> Path:
    """Build a sketch as the Arduino builder does: the library as an archive, the sketch beside."""
    tools.require("gcc", "g++", "ar")
    written(tmp_path, "arduino", KEYWORDS[keywords])
    folder = f"examples/{sketch}"
    include = ["-Isrc", f"-I{HOST}"]
    c = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.glob("src/*.c"))
    beside = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.glob(f"{folder}/*.c"))
    (tmp_path / "build").mkdir()
    steps = [
        ["gcc", *WARNINGS, *SANITIZERS, *include, "-c", *c],
        ["sh", "-c", "ar rcs build/library.a *.o && rm *.o"],
        ["gcc", *WARNINGS, *SANITIZERS, *include, f"-I{folder}", "-c", *beside],
        ["g++", *CPP, *SANITIZERS, *include, f"-I{folder}", "-x", "c++", f"{folder}/{sketch}.ino",
         str(HOST / "host.cpp"), "-x", "none", *(f"{Path(p).stem}.o" for p in beside),
         "build/library.a", "-o", "program"],
    ]  # fmt: skip
    for step in steps:
        if step[-1] != "-c":
            done = run([*step], tmp_path)
            assert done.returncode == 0, done.stderr
    return tmp_path / "program"


def played(program: Path, pcm: npt.NDArray[np.int16], *arguments: str) -> list[str]:
    done = run([program, *arguments], program.parent, stdin=pcm.astype("<i2").tobytes())
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("keywords", "said"),
    [("listens", PASSED_WITHOUT_LAYERS), ("features", "selftest: scores equal: PASS\n")],
)
def test_the_self_test_passes(tmp_path: Path, keywords: str, said: str) -> None:
    program = upload(tmp_path, keywords, "SelfTest")
    done = run([program], tmp_path)
    assert (done.stdout, done.stderr) == (said, "")


def test_the_microphone_is_heard_as_numpy_hears_it(tmp_path: Path) -> None:
    program = upload(tmp_path, "listens", "Listen")
    pcm = recording(32_000, seed=5)
    assert played(program, pcm) == expected_lines(KEYWORDS["listens"], pcm)[:-1]


def test_sound_that_comes_too_fast_is_said_to_be_lost(tmp_path: Path) -> None:
    program = upload(tmp_path, "listens", "Listen")
    lines = played(program, recording(32_000, seed=5), "40")
    assert "sound was lost: one inference takes longer than the hop" in lines
