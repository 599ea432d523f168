"""Every frontend in an exported program: frames, words and self-test equal the reference."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from support import projects, tools
from support.small_network import recording, sound_keywords

from edgekws.features import frontend_names
from edgekws.firmware.build import SANITIZERS
from edgekws.firmware.probe import host_probe
from edgekws.graph import run_graph
from edgekws.recipe import FrontendSpec
from edgekws.stream.spotter import spot

SPECS = {name: FrontendSpec(name, bands=10) for name in frontend_names()} | {
    "stft": FrontendSpec("stft", bands=10, low_hz=125, high_hz=407),
    "log_spectrogram": FrontendSpec("log_spectrogram", bands=10, low_hz=125, high_hz=407),
    "at half the rate": FrontendSpec(
        "log_spectrogram",
        window_ms=20,
        hop_ms=7.5625,
        bands=10,
        low_hz=300,
        high_hz=750,
        halved=True,
    ),
}

SEEDS = {"stft": 1}  # of networks that hear some words
ON_A_BOARD = [name for name in SPECS if name not in ("log_mel", "log_spectrogram")]


@pytest.mark.parametrize("name", SPECS)
def test_frames_and_words_on_the_host(name: str) -> None:
    tools.require("gcc")
    keywords = sound_keywords(spec=SPECS[name], seed=SEEDS.get(name, 7))
    frontend, spec = keywords.frontend, SPECS[name]
    assert frontend is not None
    samples = spec.window_samples + (keywords.frames - 1) * spec.hop_samples
    clips = np.stack([recording(samples, seed) for seed in (1, 2)])
    sound = recording(32_000)
    expected = spot(
        partial(run_graph, keywords.graph), frontend, keywords.detector, keywords.labels, sound,
        frames=keywords.frames,
    )  # fmt: skip
    with host_probe(keywords, flags=SANITIZERS) as probe:
        np.testing.assert_array_equal(probe.frames(clips), frontend.reference(clips))
        assert [word.time for word in probe.words(sound)] == [word.time for word in expected]
    assert expected


@pytest.mark.qemu
@pytest.mark.parametrize("name", ON_A_BOARD)
def test_self_test_on_a_board(name: str, tmp_path: Path) -> None:
    tools.require(*tools.CROSS, "make")
    keywords = sound_keywords(spec=SPECS[name], seed=SEEDS.get(name, 7))
    done = projects.make(projects.build(tmp_path, projects.made(keywords)), "selftest")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "features, layers, scores, detections equal: PASS" in done.stdout
