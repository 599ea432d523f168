"""A network of one frame at a time, run by TFLite Micro, hears what numpy hears."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from support import golden, tools
from support.projects import build
from support.stepwise_network import stepwise_model
from support.tflm import Tflm
from support.tflm_project import (
    LABELS,
    built,
    made_tflm,
    make_with,
    remembering,
    selftest,
    stand_in,
)

from edgekws.codegen.selftest import golden_view
from edgekws.codegen.spotter import Keywords
from edgekws.errors import ModelError
from edgekws.graph import read_model
from edgekws.graph.engine import Session
from edgekws.stream.stepwise import window_frames

OPERATORS = ("SVDF_INT8", "FULLY_CONNECTED_INT8", "SOFTMAX_INT8")
PASS = "selftest: features, scores, detections equal: PASS"


def calls(keywords: Keywords) -> npt.NDArray[np.int8]:
    """Frames that the program gives the network, in order, with the zeros before the first."""
    assert keywords.frontend is not None
    frames = keywords.frontend.reference(keywords.golden_pcm[np.newaxis])[0]
    hops, context = keywords.hops_per_inference, keywords.frames
    rest = (len(frames) - context) // hops * hops
    first = window_frames(frames[:context], hops)
    return np.concatenate([first, frames[context : context + rest]])


def sources(folder: Path, keywords: Keywords) -> Path:
    session, frames = Session(keywords.graph), calls(keywords)
    answers = np.concatenate([session.run(frame[np.newaxis]) for frame in frames])
    return stand_in(folder, keywords, OPERATORS, frames, answers, in_order=True)


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_the_wheel_gives_the_golden_scores(hops: int) -> None:
    keywords = remembering(hops)
    wheel, frames = Tflm(keywords.model), calls(keywords)
    scores = np.concatenate([wheel.run(frame[np.newaxis]).copy() for frame in frames])
    first = len(window_frames(np.zeros((keywords.frames, 1), np.int8), hops)) - 1
    np.testing.assert_array_equal(scores[first::hops], golden_view(keywords).scores)
    assert len(np.unique(scores)) > 10


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_the_selftest_passes_on_this_machine(tmp_path: Path, hops: int) -> None:
    tools.require("make", "gcc", "g++")
    keywords = remembering(hops)
    folder = built(tmp_path / "project", keywords)
    flags = "CFLAGS=-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
    status, printed = selftest(folder, sources(tmp_path / "tflm", keywords), flags)
    assert (status, printed.splitlines()[-1]) == (0, PASS)


@pytest.mark.qemu
def test_the_selftest_passes_on_the_board(tmp_path: Path) -> None:
    tools.require("make", "gcc", "g++", "arm-none-eabi-g++", *tools.CROSS)
    keywords = remembering(2)
    folder = built(tmp_path / "project", keywords)
    status, printed = make_with(folder, sources(tmp_path / "tflm", keywords), "selftest")
    assert status == 0, printed
    assert printed.count(PASS) == 2


def test_a_frame_left_out_fails_the_selftest(tmp_path: Path) -> None:
    tools.require("make", "gcc", "g++")
    keywords = remembering(2)
    files = made_tflm(keywords)
    loop = "for (int32_t frame = 0; frame < 2; frame++)"
    assert loop in files["model/kws_model.cc"]
    files["model/kws_model.cc"] = files["model/kws_model.cc"].replace(
        loop, loop.replace("frame = 0", "frame = 1")
    )
    folder = build(tmp_path / "project", files)
    status, _ = selftest(folder, sources(tmp_path / "tflm", keywords))
    assert status == 1


def test_golden_files() -> None:
    files = made_tflm(remembering(2))
    names = ("model/kws_model.h", "model/kws_model.cc", "model/kws_keywords.h")
    golden.expect("tflm_stepwise", {name: files[name] for name in names})


def test_a_model_alone_that_remembers_is_refused() -> None:
    model = stepwise_model()
    with pytest.raises(ModelError, match="remembers from frame to frame"):
        made_tflm(Keywords(read_model(model), model, LABELS))
