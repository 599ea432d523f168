"""Stream equals clip on every window of a minute of speech: in numpy, host C and QEMU.

Where the clip network times the windows costs more than 2 G multiply-accumulates, it is run on 50
of them drawn by a seed, and on the first, the last, and those at which a history moved. The
streaming side scores every window.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from support import tools
from support.small_network import recording

from edgekws.audio.read import read_clip
from edgekws.boards import find_board
from edgekws.codegen.spotter import Keywords
from edgekws.features import find_frontend
from edgekws.features.whole import whole_features
from edgekws.firmware.probe import board_probe, host_probe
from edgekws.graph import read_model, run_graph
from edgekws.recipe import DetectorSpec, Recipe
from edgekws.stream.hops import usual_hops
from edgekws.stream.streaming import Stream, score_stream

MINUTE = 60 * 16_000
MOST_MACS = 2_000_000_000
DRAWN = 50
LABELS = ("_silence_", "_unknown_", *(f"word{number}" for number in range(10)))

Scores = npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Case:
    """A network on a minute of sound.

    windows : int64 [chosen], those that the clip network is run on
    expected : int8 [chosen, labels]
    """

    keywords: Keywords
    frames: npt.NDArray[np.int8]
    windows: npt.NDArray[np.int64]
    expected: Scores

    def expect(self, scores: Scores) -> None:
        """Compare the scores of all windows, int8 [windows, labels]."""
        hops = self.keywords.hops_per_inference
        assert len(scores) == (len(self.frames) - self.keywords.frames) // hops + 1
        np.testing.assert_array_equal(scores[self.windows], self.expected)


@pytest.fixture(scope="module")
def minute() -> npt.NDArray[np.int16]:
    """A minute of clips of all words, or of made-up sound without them: int16 [samples]."""
    folder = os.environ.get("EDGEKWS_SPEECH_COMMANDS")
    if not folder:
        return recording(MINUTE, seed=9)
    words = [path for path in sorted(Path(folder).iterdir()) if path.is_dir()]
    words = [path for path in words if not path.name.startswith("_")]
    clips = [read_clip(path, 16_000) for word in words for path in sorted(word.iterdir())[:3]]
    return np.concatenate(clips)[:MINUTE]


@pytest.fixture(
    scope="module", params=["ds_cnn_stream", "svdf_20k", "svdf_32k", "low_latency_svdf"]
)
def case(request: Any, minute: npt.NDArray[np.int16]) -> Case:
    keywords = made(request.param, minute)
    assert keywords.frontend is not None
    assert keywords.hop is not None
    frames = whole_features(keywords.frontend, minute)
    total = (len(frames) - keywords.frames) // keywords.hops_per_inference + 1
    windows = np.arange(total)
    if total * keywords.graph.macs > MOST_MACS:
        drawn = np.random.default_rng(5).choice(total, DRAWN, replace=False)
        windows = np.unique([0, total - 1, *moves(keywords, total), *drawn])
    starts = windows * keywords.hops_per_inference
    expected = np.concatenate([
        run_graph(keywords.graph, np.stack([frames[s : s + keywords.frames] for s in part]))
        for part in np.array_split(starts, -(-len(starts) // 64))
    ])  # fmt: skip
    assert len(np.unique(expected, axis=0)) > len(expected) // 4  # random, but not dull
    return Case(keywords, frames, windows, expected)


def made(architecture: str, minute: npt.NDArray[np.int16]) -> Keywords:
    """The architecture with random weights, quantized on the sound itself."""
    from edgekws.models import find_architecture
    from edgekws.quantize.convert import convert_calibrated, pinned

    found = find_architecture(architecture)
    recipe = replace(Recipe(), frontend=found.default_frontend)
    frontend = find_frontend(recipe.frontend)
    model = found.deployed(found.build(recipe.input_shape, len(LABELS)))
    clips = minute.reshape(-1, 16_000)
    features = frontend.compute(clips)[:, : recipe.input_shape[0], :, np.newaxis]
    real = (frontend.scale * (features.astype(np.float32) - frontend.zero_point)).astype(np.float32)
    randomize(model, real)
    data = convert_calibrated(model, pinned(iter([real]), frontend.scale, frontend.zero_point))
    graph, rule = read_model(data), DetectorSpec()
    hops = usual_hops(graph, recipe.input_shape[0], rule, recipe.frontend.hop_ms)
    return Keywords(graph, data, LABELS, frontend, rule, minute[:40_000], hops_per_inference=hops)


def randomize(model: Any, features: npt.NDArray[np.float32]) -> None:
    """Give a network weights by which its scores differ from window to window."""
    random = np.random.default_rng(2)
    for weights in model.weights:
        shape = tuple(weights.shape)
        products = np.prod(shape[:-1]) if shape[-1] > 1 else np.prod(shape[:2])  # or depthwise
        spread = np.sqrt(2 / products) if len(shape) > 1 else 0.02
        weights.assign(random.normal(0, spread, shape))
    last = [weights for weights in model.weights if weights.shape[-1] == len(LABELS)]
    for weights in last:
        weights.assign(weights / 1000)
    logits = np.log(model.predict(features, verbose=0))
    for weights in last:
        weights.assign(weights * 2 / logits.std())


def moves(keywords: Keywords, windows: int) -> list[int]:
    """Windows at which a history of the C moves to the beginning of its memory, and the next."""
    view = keywords.model_view().hop
    assert view is not None
    before = -(-keywords.frames // keywords.hops_per_inference) - 1  # hops without a window
    found = []
    for history in view.histories:
        hops = (history.capacity - history.kept_bytes) // history.new_bytes
        times = [number * hops - before for number in (1, 2, 3, 50, 51)]
        found += [time + more for time in times for more in (0, 1) if 0 <= time + more < windows]
    return found


@pytest.mark.slow
@pytest.mark.tensorflow
def test_numpy(case: Case) -> None:
    hop = case.keywords.hop
    assert hop is not None
    case.expect(np.concatenate(list(score_stream(hop, case.frames))))
    stream, scores = Stream(hop), []
    before = np.zeros((stream.missing, case.frames.shape[1]), np.int8)
    frames = np.concatenate([before, case.frames])
    for start in range(0, len(frames) - hop.hop + 1, hop.hop):
        scores.append(stream.step(frames[start : start + hop.hop]))
    case.expect(np.stack([each for each in scores if each is not None]))


@pytest.mark.slow
@pytest.mark.tensorflow
def test_c_on_this_machine(case: Case) -> None:
    tools.require("gcc")
    with host_probe(case.keywords) as probe:
        case.expect(probe.stream(case.frames))


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.qemu
def test_c_on_the_emulated_core(case: Case) -> None:
    tools.require(*tools.CROSS)
    with board_probe(case.keywords, *find_board("mps2_an386")) as probe:
        case.expect(probe.stream(case.frames))
