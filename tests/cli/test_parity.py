"""``edgekws parity`` as a user meets it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support import planted, tools
from support.command_line import ask, refused
from support.small_network import recording
from support.sound_folder import write_sound

from edgekws.features import find_frontend
from edgekws.run import Run
from edgekws.verify import engines


@pytest.fixture
def no_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without an emulator: its part takes the longest."""
    monkeypatch.setattr(engines.toolchain, "QEMU", "no-such-qemu")


@pytest.fixture
def sounds(run: Run, clips: Path, here: Path) -> tuple[Path, ...]:
    """A clip, a long recording, and samples that a board captured."""
    tools.require("gcc")
    raw = Path("board.raw")
    raw.write_bytes(recording(20_000).astype("<i2").tobytes())
    return (
        sorted((clips / "yes").iterdir())[0],
        write_sound(Path("long.wav"), recording(50_000)),
        raw,
    )


@pytest.mark.qemu
@pytest.mark.slow
def test_every_engine_is_equal(sounds: tuple[Path, ...]) -> None:
    tools.require(*tools.CROSS)
    tools.require_package("tflite_micro")
    answer = ask("parity", "small", *sounds, "--json")
    document = answer.document
    assert (answer.code, document["equal"]) == (0, True)
    assert {check["name"]: check["status"] for check in document["checks"]} == dict.fromkeys(
        ("features", "host", "core", "tflm"), "passed"
    )
    assert [each["windows"] for each in document["files"]] == [1, 4, 2]
    labelled = ask("label", "small", sounds[0], "--json").document["files"][0]
    first = document["files"][0]
    assert (first["label"], first["score"]) == (labelled["label"], labelled["score"])


def test_a_difference_is_named_file_by_file(
    no_core: None, sounds: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "model/kws_model.c"
    planted.in_generated_code(monkeypatch, path, "node2_weights", lambda weight: -weight)
    answer = ask("parity", "small", *sounds)
    assert answer.code == 3
    assert answer.error.startswith("host: ")
    assert ": layer 2 FULLY_CONNECTED: " in answer.error
    rows = answer.out.splitlines()
    assert rows[1].startswith("differs ")
    assert rows[1].endswith("  4 windows  long.wav")
    assert [row.split()[0] for row in rows[3:]] == ["passed", "failed", "passed", "skipped"]


def test_a_difference_in_the_features_is_named(
    no_core: None, sounds: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "frontend/kws_frontend_config.h"
    planted.in_generated_code(monkeypatch, path, "kws_frontend_rising", lambda w: w ^ 0x4000)
    answer = ask("parity", "small", sounds[1], "--json")
    assert answer.code == 3
    document = answer.document
    assert not document["equal"]
    assert document["files"][0]["difference"].startswith("host: features log_mel: long.wav at 0.00")
    assert answer.error == document["files"][0]["difference"]


def test_without_any_engine_nothing_is_proved(no_programs: None, run: Run, clips: Path) -> None:
    answer = ask("parity", "small", clips / "yes", "--json")
    assert answer.code == 4
    assert answer.error.startswith("nothing to compare with: no C compiler: run: apt-get install")
    assert (answer.document["equal"], len(answer.document["files"])) == (False, 30)


def test_what_a_board_captured(run: Run) -> None:
    sound = recording(16_000)
    features = find_frontend(run.recipe.frontend).reference(sound[np.newaxis])[0]
    Path("board.raw").write_bytes(sound.astype("<i2").tobytes())
    Path("board.bin").write_bytes(features[3:].tobytes())
    line = ("parity", "small", "--pcm", "board.raw", "--features", "board.bin")
    document = ask(*line, "--json").document
    assert (document["equal"], document["files"], document["checks"]) == (True, [], [])
    assert (document["capture"]["frames"], document["capture"]["first_frame"]) == (46, 3)
    assert ask(*line).out == "equal    46 frames from frame 3 on  board.bin\n"
    features[9, 1] ^= 1
    Path("board.bin").write_bytes(features[3:].tobytes())
    answer = ask(*line)
    assert answer.code == 3
    assert answer.error.startswith("board: board.bin from frame 3 of board.raw: element [6, 1] is ")
    assert answer.out.startswith("differs ")


WRONG = {
    "nothing": (2, "", "nothing to compare: give sound files, or --pcm and --features"),
    "half a capture": (2, "--pcm a.raw", "--pcm and --features go together"),
    "other half": (2, "a.wav --features a.bin", "--pcm and --features go together"),
    "unknown board": (2, "a.wav --board uno", "board 'uno' is not known"),
    "no file": (1, "no.wav", "no.wav: cannot read: No such file"),
    "no capture": (1, "--pcm no.raw --features no.bin", "no.raw: cannot read: No such file"),
    "half a sample": (1, "half.raw", "half.raw: 3 bytes are not a whole number of 16-bit samples"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_is_refused(wrong: str, no_core: None, run: Run) -> None:
    code, options, words = WRONG[wrong]
    Path("half.raw").write_bytes(b"abc")
    answer = ask("parity", "small", *options.split())
    assert (answer.code, answer.out) == (code, "")
    assert words in answer.error


def test_an_unknown_run(run: Run) -> None:
    assert refused(2, "parity", "smal", "a.wav").startswith("smal: no such run")
