"""Recordings are made of the best known clips, long enough for a word and no longer than asked."""

from __future__ import annotations

import numpy as np
import pytest
from support.small_run import small_model

from edgekws.codegen.spotter import Keywords
from edgekws.features import find_frontend
from edgekws.graph import read_model
from edgekws.recipe import DetectorSpec, FrontendSpec
from edgekws.verify import recording
from edgekws.verify.recording import Candidates, long_recording, short_recording

LABELS = ("_silence_", "_unknown_", "yes", "no")


@pytest.fixture(scope="module")
def keywords() -> Keywords:
    model = small_model()
    frontend = find_frontend(FrontendSpec(bands=10))
    return Keywords(read_model(model), model, LABELS, frontend, DetectorSpec())


def candidates(labels: list[int], answers: list[int], sure: list[int]) -> Candidates:
    """Clips that hold their own number."""
    scores = np.full((len(labels), 4), -128, np.int8)
    scores[np.arange(len(labels)), answers] = sure
    clips = np.repeat(np.arange(len(labels), dtype=np.int16)[:, None], 16_000, axis=1)
    return Candidates(clips, np.array(labels), scores)


def clip_order(pcm: np.ndarray) -> list[int]:
    return [int(number) for number in pcm[::16_000]]


def test_best_clip_of_each_word_first(keywords: Keywords) -> None:
    #           silence, sure yes, yes, sure but wrong no, no, unknown
    found = candidates([0, 2, 2, 2, 3, 1], [0, 2, 2, 3, 3, 1], [127, 90, 80, 127, 10, 127])
    assert clip_order(long_recording(keywords, found))[:4] == [1, 4, 2, 1]


def test_short_recordings_start_with_a_clip_that_is_heard(
    keywords: Keywords, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = candidates([2, 3, 2], [2, 3, 2], [90, 80, 70])
    monkeypatch.setattr(recording, "_is_heard", lambda keywords, pcm: pcm[0] == 1)
    assert clip_order(short_recording(keywords, found))[0] == 1
    monkeypatch.setattr(recording, "_is_heard", lambda keywords, pcm: False)
    assert clip_order(short_recording(keywords, found))[0] == 0


def test_a_network_that_knows_nothing_gets_any_clip(keywords: Keywords) -> None:
    found = candidates([2, 3], [3, 2], [90, 80])
    assert clip_order(long_recording(keywords, found))[:3] == [0, 1, 0]


def test_a_large_network_gets_a_short_recording_that_still_holds_a_word(
    keywords: Keywords, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = candidates([2, 3], [2, 3], [90, 80])
    spec = FrontendSpec(bands=10)
    clip = spec.window_samples + 48 * spec.hop_samples
    steps = (len(short_recording(keywords, found)) - clip) // spec.hop_samples + 1
    assert steps == recording.SHORT_HOPS
    monkeypatch.setattr(recording, "SHORT_MACS", 1)
    fewest = (len(short_recording(keywords, found)) - clip) // spec.hop_samples + 1
    assert DetectorSpec().minimum_count < fewest < steps
