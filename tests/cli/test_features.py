"""``edgekws features`` as a user meets it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from support.command_line import ask, refused
from support.sound_folder import tone, write_sound

from edgekws.audio.read import read_clip
from edgekws.features import find_frontend
from edgekws.recipe import FrontendSpec
from edgekws.run import Run


@pytest.fixture
def sound(here: Path) -> Path:
    return write_sound(Path("yes.wav"), tone(2, 40_000)).relative_to(".")


@pytest.mark.parametrize(
    ("options", "spec"),
    [
        ("--hop-ms 10 --bands 20", FrontendSpec(hop_ms=10, bands=20)),
        ("--halved --bands 20", FrontendSpec(halved=True, high_hz=3750, bands=20)),
    ],
)
def test_the_document_holds_all_frames(options: str, spec: FrontendSpec, sound: Path) -> None:
    document = ask("features", sound, *options.split(), "--json").document
    samples = read_clip(sound, 16_000)
    expected = find_frontend(spec).reference(samples[np.newaxis])[0]
    assert np.array_equal(np.array(document["frames"]), expected)
    assert document["frontend"] == vars(spec)
    assert len(document["band_centres_hz"]) == 20
    assert document["samples"] == 40_000


def test_the_frontend_of_a_run(run: Run, sound: Path) -> None:
    document = ask("features", sound, "--run", "small", "--json").document
    assert document["frontend"] == vars(run.recipe.frontend)


def test_summary_header_and_picture(sound: Path) -> None:
    pytest.importorskip("matplotlib")
    answer = ask("features", sound, "--png", "yes.png", "--c", "yes.h")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[0] == "yes.wav: 2.500 s"
    assert lines[1].startswith("log_mel: 124 frames of 40 bands, a window of 30 ms every 20 ms; ")
    assert lines[3].startswith("loudest on average: band ")
    assert Path("yes.png").read_bytes().startswith(b"\x89PNG")
    assert "static const int8_t yes_features[" in Path("yes.h").read_text()


WRONG = {
    "hop over window": (2, "--hop-ms 31", "hop_ms 31 must be at most window_ms 30"),
    "too many bands": (1, "--bands 200", "use fewer bands or a longer window_ms"),
    "above half the rate": (2, "--high-hz 9000", "need 0 <= low_hz < high_hz <= 8000"),
    "above a quarter of it": (
        2,
        "--halved --high-hz 5000",
        "high_hz <= 4000 (a quarter of the sample rate)",
    ),
    "odd window": (1, "--sample-rate-hz 11025 --high-hz 5000 --window-ms 25", "an odd number"),
    "unknown frontend": (2, "--frontend mel", "frontend 'mel' is not known; known: "),
    "run and options": (2, "--run small --hop-ms 10", "--hop-ms cannot go with --run"),
    "unknown run": (2, "--run smal", "smal: no such run"),
    "another rate": (1, "--sample-rate-hz 8000 --high-hz 4000", "yes.wav: 16000 Hz, 8000 Hz"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_is_refused(wrong: str, sound: Path) -> None:
    code, options, words = WRONG[wrong]
    assert words in refused(code, "features", sound, *options.split(), "--c", "a.h")
    assert not Path("a.h").exists()


def test_bad_sounds_are_refused() -> None:
    assert refused(1, "features", "no.wav").startswith("no.wav: cannot read: No such file")
    assert refused(1, "features", "no.raw").startswith("no.raw: cannot read: No such file")
    write_sound(Path("a.wav"), tone(1, 100))
    assert "100 samples are less than one window of 480" in refused(1, "features", "a.wav")
    assert refused(1, "features", ".").startswith(".: cannot read: Is a directory")


def test_a_picture_needs_its_package(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    said = refused(4, "features", sound, "--png", "a.png")
    assert said == 'pictures need matplotlib: pip install "edgekws[plot]"'
    assert not Path("a.png").exists()
