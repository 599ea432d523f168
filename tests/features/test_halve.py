"""Half the sample rate: the C, its twin, what the filter lets through, and frontends behind it."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import frontend_program, tools
from support.sounds import extremes

from edgekws.errors import ConfigError
from edgekws.features import find_frontend
from edgekws.features.halve import MIDDLE, TAPS, halve
from edgekws.firmware.build import SANITIZERS, Sources, build_host, workspace
from edgekws.firmware.emulate import run_host
from edgekws.recipe import FrontendSpec
from edgekws.resources import templates_folder

TUTORIAL = FrontendSpec(
    "log_spectrogram", window_ms=20, hop_ms=10, bands=81, low_hz=0, high_hz=4000, halved=True
)

Halve = Callable[[np.ndarray], np.ndarray]


def library(folder: Path, right: str = "", wrong: str = "") -> Halve:
    """``kws_halve`` on this machine, int16 [samples] -> int16 [samples / 2]."""
    runtime = templates_folder() / "runtime"
    source = (runtime / "kws_halve.c").read_text()
    assert right in source
    (folder / "halve.c").write_text(source.replace(right, wrong))
    made = str(folder / "halve.so")
    command = ["cc", "-std=c99", "-O1", "-fPIC", "-shared", f"-I{runtime}"]
    subprocess.run([*command, str(folder / "halve.c"), "-o", made], check=True)
    function = ctypes.CDLL(made).kws_halve

    def run(samples: np.ndarray) -> np.ndarray:
        found = np.empty(samples.size // 2, np.int16)
        pointers = (ctypes.c_void_p(array.ctypes.data) for array in (samples, found))
        function(next(pointers), ctypes.c_int32(samples.size), next(pointers))
        return found

    return run


@pytest.fixture(scope="module")
def in_c(tmp_path_factory: pytest.TempPathFactory) -> Halve:
    tools.require("cc")
    return library(tmp_path_factory.mktemp("halve"))


@settings(max_examples=80, deadline=None)
@given(
    half=st.integers(1, 200), peak=st.sampled_from([1, 40, 32768]), seed=st.integers(0, 2**32 - 1)
)
def test_library_equals_twin(in_c: Halve, half: int, peak: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    noise = random.integers(-peak, peak, 2 * half).astype(np.int16)
    for samples in (noise, np.where(noise < 0, -peak, peak - 1).astype(np.int16)):
        np.testing.assert_array_equal(in_c(samples), halve(samples))


def test_the_hardest_samples_overflow_nothing(in_c: Halve) -> None:
    signs = np.zeros(47)
    signs[23] = MIDDLE
    signs[24::2], signs[22::-2] = TAPS, TAPS
    assert 32768 * (MIDDLE + 2 * np.abs(TAPS).sum()) + MIDDLE < 2**31
    for sign in (1, -1):
        worst = np.where(sign * signs < 0, -32768, 32767).astype(np.int16)
        samples = np.concatenate([np.zeros(1, np.int16), worst, np.zeros(20, np.int16)])
        assert halve(samples)[12] == (32767 if sign > 0 else -32768)
        np.testing.assert_array_equal(in_c(samples), halve(samples))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("sum + HALF", "sum + HALF - 1"),
        ("rest = count / 2 - n;", "rest = count / 2 - n - 1;"),
        ("at[-(2 * pair + 1) * LANES];\n", "at[0];\n"),
        ("+ term(at, 11)", ""),
    ],
)
def test_a_planted_fault_is_seen(tmp_path: Path, right: str, wrong: str) -> None:
    tools.require("cc")
    with_fault = library(tmp_path, right, wrong)
    sounds = np.random.default_rng(0).integers(-32768, 32768, (2000, 60)).astype(np.int16)
    assert any((with_fault(sound) != halve(sound)).any() for sound in sounds)


def test_what_it_lets_through() -> None:
    assert MIDDLE + 2 * sum(TAPS) == 2**15
    taps = np.zeros(47)
    taps[23], taps[24::2], taps[22::-2] = MIDDLE, TAPS, TAPS
    decibels = 20 * np.log10(np.abs(np.fft.rfft(taps / 2**15, 16_000)) + 1e-9)  # a bin is 1 Hz
    assert np.abs(decibels[:3461]).max() < 0.1
    assert decibels[4630:].max() < -59
    assert decibels[4000] == pytest.approx(-6.02, abs=0.01)


@pytest.mark.parametrize("name", ["log_mel", "log_spectrogram", "mfcc", "micro", "stft"])
def test_frontends_behind_it_equal_their_twins(name: str) -> None:
    tools.require("cc")
    spec = FrontendSpec(name, high_hz=3800, halved=True)
    if name in ("log_spectrogram", "stft"):
        spec = replace(TUTORIAL, name=name)
    frontend = find_frontend(spec)
    pcm = np.random.default_rng(0).normal(0, 6000, (3, 8_000)).astype(np.int16)
    features = frontend.compute(pcm)
    np.testing.assert_array_equal(features, frontend.reference(pcm))
    half = replace(spec, sample_rate_hz=8000, halved=False)
    first = halve(pcm[:, : spec.window_samples])
    np.testing.assert_array_equal(features[:, :1], find_frontend(half).compute(first))


def test_the_tutorials_shape_from_16_khz() -> None:
    frontend = find_frontend(TUTORIAL)
    assert frontend.compute(np.zeros((1, 16_000), np.int16)).shape == (1, 99, 81)
    centres = frontend.band_centres_hz()
    assert centres is not None
    assert centres[[0, 1, -1]].tolist() == [0, 50, 4000]


def test_extremes_under_the_sanitizers() -> None:
    tools.require("cc")
    frontend = find_frontend(TUTORIAL)
    units = ("main.c", *frontend.kernel().sources)
    files = frontend_program.files(frontend, extremes(320, 320)[::2])
    with workspace(files) as folder:
        outcome = run_host(build_host(folder, Sources(units), flags=SANITIZERS))
    assert outcome.status == 0, outcome.complaints


def test_what_cannot_be_says_what_to_change() -> None:
    with pytest.raises(ConfigError, match=r"window_ms 30\.0625 is 481 samples at 16000 Hz, not"):
        find_frontend(FrontendSpec(window_ms=30.0625, high_hz=3800, halved=True))
    with pytest.raises(ValueError, match=r"need 0 <= low_hz < high_hz <= 4000 \(a quarter of the"):
        replace(TUTORIAL, high_hz=4001)
