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
from edgekws.stream.spotter import spot

NAMES = frontend_names()


@pytest.mark.parametrize("name", NAMES)
def test_frames_and_words_on_the_host(name: str) -> None:
    tools.require("gcc")
    keywords = sound_keywords(name=name, seed=7)  # some words with each
    frontend = keywords.frontend
    assert frontend is not None
    clips = np.stack([recording(480 + 5 * 320, seed) for seed in (1, 2)])
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
@pytest.mark.parametrize("name", [name for name in NAMES if name != "log_mel"])
def test_self_test_on_a_board(name: str, tmp_path: Path) -> None:
    tools.require(*tools.CROSS, "make")
    keywords = sound_keywords(name=name, seed=7)  # some words with each
    done = projects.make(projects.build(tmp_path, projects.made(keywords)), "selftest")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "features, layers, scores, detections equal: PASS" in done.stdout
