"""The hop graph against the clip graph run on every window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.time_network import Layer, TimeNetwork, time_networks

from edgekws.errors import UsageError
from edgekws.graph import Graph, read_model, run_graph
from edgekws.stream.hop_graph import HopGraph, hop_graph, total_stride
from edgekws.stream.streaming import Stream, score_stream

WITHOUT_PADDING = TimeNetwork(
    20, 3, (Layer("conv", 4, 2), Layer("relu"), Layer("depthwise", 3), Layer("double")), True, 5
)


def every_window(graph: Graph, features: np.ndarray, frames: int, hop: int) -> np.ndarray:
    """The clip graph's scores, int8 [windows, labels]."""
    starts = range(0, len(features) - frames + 1, hop)
    return run_graph(graph, np.stack([features[start : start + frames] for start in starts]))


def hop_by_hop(graph: HopGraph, features: np.ndarray) -> np.ndarray:
    """The twin of the program, fed one hop at a time, int8 [windows, labels]."""
    stream = Stream(graph)
    before = np.zeros((stream.missing, features.shape[1]), np.int8)
    sound = np.concatenate([before, features])
    steps = (
        stream.step(sound[start : start + graph.hop])
        for start in range(0, len(sound) - graph.hop + 1, graph.hop)
    )
    return np.stack([scores for scores in steps if scores is not None])


def noise(network: TimeNetwork, frames: int) -> np.ndarray:
    random = np.random.default_rng(network.seed)
    return random.integers(-128, 128, (frames, network.bands), dtype=np.int8)


@settings(deadline=None, max_examples=200)
@given(time_networks(), st.data())
def test_every_window_has_the_clip_graphs_scores(network: TimeNetwork, data: st.DataObject) -> None:
    clip = read_model(network.build())
    hop = data.draw(st.integers(1, network.frames))
    graph = hop_graph(clip, network.frames, hop)
    features = noise(network, network.frames + 5 * hop)
    expected = every_window(clip, features, network.frames, hop)
    np.testing.assert_array_equal(hop_by_hop(graph, features), expected)
    np.testing.assert_array_equal(np.concatenate(list(score_stream(graph, features))), expected)
    assert graph.macs <= clip.macs


def test_only_new_columns_are_computed() -> None:
    clip = read_model(WITHOUT_PADDING.build())
    assert total_stride(clip, 20) == 2
    graph = hop_graph(clip, 20, 2)
    new = {step.node.op.name: graph.tensors[step.node.output].shape[1] for step in graph.steps}
    assert new["CONV_2D"] == new["RELU"] == new["DEPTHWISE_CONV_2D"] == new["ADD"] == 1
    assert [step.clip.op.name for step in graph.recomputed] == ["FULLY_CONNECTED"]
    kept = [(h.columns, h.new) for h in graph.histories]
    assert kept == [(4, 2), (3, 1), (7, 1)]  # conv reads 4 frames, depthwise 3, the average all 7
    assert graph.state_bytes == 4 * 3 + (3 + 7) * clip.tensors[clip.nodes[0].output].shape[3] * 3


def test_one_column_of_all_time_is_no_stride() -> None:
    layers = (Layer("conv", 4, 2), Layer("average", 9, 9))
    assert total_stride(read_model(TimeNetwork(20, 3, layers, False, 5).build()), 20) == 2


def test_a_hop_that_the_stride_does_not_divide_recomputes() -> None:
    clip = read_model(WITHOUT_PADDING.build())
    assert not any(step.slides for step in hop_graph(clip, 20, 3).steps)


def test_padding_breaks_reuse_from_there_on() -> None:
    layers = (Layer("conv", 3), Layer("depthwise", 3, padding="same"), Layer("relu"))
    graph = hop_graph(read_model(TimeNetwork(12, 2, layers, False, 1).build()), 12, 1)
    assert [step.slides for step in graph.steps][:3] == [True, False, False]


def test_a_window_that_ends_in_frames_nobody_reads() -> None:
    network = TimeNetwork(11, 2, (Layer("conv", 4, 2), Layer("depthwise", 2)), False, 3)
    clip = read_model(network.build())
    features = noise(network, 31)
    graph = hop_graph(clip, 11, 2)
    assert graph.steps[0].reads[0] is not None and graph.steps[0].reads[0].lag == 1
    expected = every_window(clip, features, 11, 2)
    np.testing.assert_array_equal(hop_by_hop(graph, features), expected)


def test_sound_shorter_than_a_window_has_no_scores() -> None:
    clip = read_model(WITHOUT_PADDING.build())
    assert not list(score_stream(hop_graph(clip, 20, 2), noise(WITHOUT_PADDING, 19)))


def test_a_reset_forgets() -> None:
    graph = hop_graph(read_model(WITHOUT_PADDING.build()), 20, 2)
    features = noise(WITHOUT_PADDING, 20)
    stream = Stream(graph)
    first = [stream.step(features[start : start + 2]) for start in range(0, 20, 2)]
    stream.reset()
    again = [stream.step(features[start : start + 2]) for start in range(0, 20, 2)]
    assert [scores is None for scores in again] == [True] * 9 + [False]
    np.testing.assert_array_equal(first[-1], again[-1])


@pytest.mark.parametrize(("frames", "hop"), [(20, 0), (20, 21), (7, 1)])
def test_what_cannot_be_is_refused(frames: int, hop: int) -> None:
    with pytest.raises(UsageError):
        hop_graph(read_model(WITHOUT_PADDING.build()), frames, hop)
