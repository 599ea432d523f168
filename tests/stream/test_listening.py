"""Sound in pieces gives the words of the whole recording, as the exported program hears them."""

from __future__ import annotations

import dataclasses
from functools import partial

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.small_network import recording
from support.time_network import LABELS, Layer, TimeNetwork, time_keywords

from edgekws.codegen.spotter import Keywords
from edgekws.graph import run_graph
from edgekws.recipe import AudioSpec, DataSpec, DetectorSpec, FrontendSpec, Recipe
from edgekws.stream import listening
from edgekws.stream.detect import Detection
from edgekws.stream.hop_graph import hop_graph, total_stride
from edgekws.stream.hops import usual_hops
from edgekws.stream.label import Engine
from edgekws.stream.listening import Listener, Windows
from edgekws.stream.spotter import spot
from edgekws.stream.streaming import score_stream

LAYERS = (Layer("conv", 4, 2), Layer("relu"), Layer("depthwise", 3), Layer("double"))
NETWORK = TimeNetwork(20, 3, LAYERS, False, 6)
RULE = DetectorSpec(
    window_ms=200, threshold=40.0, suppression_ms=60, minimum_count=2, silence="report",
    unknown="report",
)  # fmt: skip
KEYWORDS = dataclasses.replace(time_keywords(NETWORK, 2), detector=RULE)
RECORDING = recording(40_000, seed=4)

Samples = npt.NDArray[np.int16]


def engine(keywords: Keywords = KEYWORDS, frames: int = NETWORK.frames) -> Engine:
    """The network as if it were of a run."""
    assert keywords.frontend is not None
    spec = keywords.frontend.spec
    audio = AudioSpec(clip_ms=spec.window_ms + (frames - 1) * spec.hop_ms)
    data = DataSpec(words=tuple(LABELS[2:]))
    recipe = Recipe(
        data=data, audio=audio, frontend=FrontendSpec(bands=spec.bands), detector=keywords.detector
    )
    return Engine(recipe, keywords.frontend, keywords.graph)


def expected(pcm: Samples, hops: int = 2) -> list[Detection]:
    """What the whole recording gives, by the network over every window."""
    assert KEYWORDS.frontend is not None
    return spot(
        partial(run_graph, KEYWORDS.graph), KEYWORDS.frontend, KEYWORDS.detector, LABELS, pcm,
        frames=NETWORK.frames, hops_per_inference=hops,
    )  # fmt: skip


def heard(listener: Listener, pieces: list[Samples]) -> list[Detection]:
    return [word for piece in pieces for word in listener.feed(piece)]


@settings(deadline=None, max_examples=60)
@given(
    cuts=st.lists(st.integers(0, len(RECORDING)), max_size=12), hops=st.sampled_from([1, 2, 3, 5])
)
def test_cuts_change_nothing(cuts: list[int], hops: int) -> None:
    pieces = np.split(RECORDING, sorted(cuts))
    listener = Listener(engine(), hops)
    whole = expected(RECORDING, hops)
    assert heard(listener, pieces) == whole
    assert len({word.score for word in whole}) > 3
    assert listener.samples == len(RECORDING)


def test_sample_by_sample() -> None:
    pcm = RECORDING[:9000]
    assert heard(Listener(engine(), 2), list(pcm[:, np.newaxis])) == expected(pcm)


@settings(deadline=None, max_examples=60)
@given(
    sizes=st.lists(st.integers(0, 90), max_size=9), hop=st.integers(1, 20), together=st.booleans()
)
def test_windows_one_by_one_and_together(sizes: list[int], hop: int, together: bool) -> None:
    frames = np.random.default_rng(1).integers(-128, 128, (sum(sizes), 3)).astype(np.int8)
    graph = hop_graph(KEYWORDS.graph, NETWORK.frames, hop)
    windows = Windows(graph, 3)
    with pytest.MonkeyPatch.context() as patch:
        if together:
            patch.setattr(listening, "WINDOWS_TOGETHER", 2)
        parts = np.split(frames, np.cumsum(sizes))
        found = [scores for part in parts for scores in windows.feed(part)]
    empty = np.zeros((0, len(LABELS)), np.int8)
    np.testing.assert_array_equal(
        np.concatenate([empty, *found]), np.concatenate([empty, *score_stream(graph, frames)])
    )


@pytest.mark.parametrize("start", [2**31 - 5000, 2**32 - 5000, 2**53])
def test_more_samples_than_any_counter_of_32_bits(start: int) -> None:
    """Three days of sound make 2^32 samples; the clock starts there instead."""
    words = heard(Listener(engine(), 2, start=start), np.split(RECORDING, 7_000 * np.arange(6)))
    assert [(w.time - start, w.label, w.score, w.score_sum) for w in words] == [
        (w.time, w.label, w.score, w.score_sum) for w in expected(RECORDING)
    ]


def test_a_reset_hears_what_a_fresh_listener_hears() -> None:
    listener = Listener(engine(), 2)
    heard(listener, [RECORDING[:12_345]])
    listener.reset(listener.samples)
    words = heard(listener, [RECORDING])
    assert [word.time - 12_345 for word in words] == [w.time for w in expected(RECORDING)]


@pytest.mark.parametrize("samples", [0, 1, 479, 480, 481])
def test_sound_that_ends_inside_a_frame(samples: int) -> None:
    shortest = Listener(engine()).shortest
    assert shortest == 480 + 19 * 320
    assert heard(Listener(engine(), 2), [RECORDING[:samples]]) == []
    pcm = RECORDING[: shortest + samples]
    assert heard(Listener(engine(), 2), [pcm]) == expected(pcm)


def test_silence_and_saturated_sound() -> None:
    for value in (0, 32_767, -32_768):
        pcm = np.full(20_000, value, np.int16)
        assert heard(Listener(engine(), 2), np.split(pcm, [7, 9_999])) == expected(pcm)


def test_the_usual_pace_is_the_networks_stride() -> None:
    assert total_stride(KEYWORDS.graph, NETWORK.frames) == 2
    made = engine()
    assert made.hops(None) == usual_hops(KEYWORDS.graph, 20, KEYWORDS.detector, 20) == 2
    assert made.hops(3) == 3
    slow = DetectorSpec(window_ms=50, minimum_count=3)  # three scores in 50 ms: every hop
    assert usual_hops(KEYWORDS.graph, 20, slow, 20) == 1
    assert heard(Listener(made), [RECORDING]) == expected(RECORDING)
