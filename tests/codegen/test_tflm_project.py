"""A project for TFLite Micro builds and proves itself on sources that stand in for TFLM's."""

from __future__ import annotations

import dataclasses
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from support import golden, tools
from support.projects import make
from support.small_network import LABELS
from support.small_run import small_model
from support.tflm import Tflm
from support.tflm_project import (
    built,
    listening,
    made_tflm,
    make_with,
    run,
    selftest,
    stand_in,
)

from edgekws.codegen.selftest import golden_view
from edgekws.codegen.spotter import Keywords
from edgekws.errors import ModelError
from edgekws.graph import read_model, run_graph
from edgekws.verify.tflm import file_graph

OPERATORS = ("CONV_2D_INT8", "RESHAPE", "FULLY_CONNECTED_INT8", "SOFTMAX_INT8")
PASS = "selftest: features, scores, detections equal: PASS"


def windows(keywords: Keywords) -> npt.NDArray[np.int8]:
    """Features of every inference of the self-test, int8 [inferences, frames, bands]."""
    assert keywords.frontend is not None
    frames = keywords.frontend.reference(keywords.golden_pcm[np.newaxis])[0]
    ends = range(keywords.frames, len(frames) + 1, keywords.hops_per_inference)
    return np.stack([frames[end - keywords.frames : end] for end in ends])


def sources(folder: Path, keywords: Keywords, operators: tuple[str, ...] = OPERATORS) -> Path:
    """TFLM's stand-in, with the answers of the file's own output."""
    inputs = windows(keywords)
    graph = file_graph(keywords.model, keywords.graph)
    return stand_in(folder, keywords, operators, inputs, run_graph(graph, inputs))


def test_golden_files() -> None:
    files = made_tflm(listening(prefix="demo"), "arduino_nano_33_ble_sense")
    names = ("Makefile", "CMakeLists.txt", "README.md", "startup.c", "linker.ld")
    shown = {name: files[name] for name in names}
    shown |= {f"model/{n}": files[f"model/{n}"] for n in ("demo_model.h", "demo_model.cc")}
    shown["model/demo_keywords.c"] = files["model/demo_keywords.c"]
    golden.expect("tflm", shown)


def test_golden_files_of_a_model_alone() -> None:
    model = small_model(with_softmax=False)
    files = made_tflm(Keywords(read_model(model), model, LABELS))
    shown = {name: files[name] for name in ("README.md", "model/kws_model.cc")}
    golden.expect("tflm_features", shown)


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert made_tflm(listening()) == made_tflm(listening())


def test_none_of_the_engines_kernels_is_there() -> None:
    files = made_tflm(listening())
    kernels = [name for name in files if "conv" in name or "softmax" in name]
    assert not kernels
    assert "frontend/kws_log_mel.c" in files


def test_the_wheel_gives_the_golden_scores() -> None:
    keywords = listening()
    wheel = Tflm(keywords.model)
    shape = keywords.graph.input_tensor.shape
    scores = [wheel.run(window.reshape(shape)).ravel() for window in windows(keywords)]
    np.testing.assert_array_equal(np.stack(scores), golden_view(keywords).scores)


@pytest.mark.parametrize("hops", [1, 2])
def test_the_selftest_passes_on_this_machine(tmp_path: Path, hops: int) -> None:
    tools.require("make", "gcc", "g++")
    keywords = listening(hops=hops)
    tflm = sources(tmp_path / "tflm", keywords)
    folder = built(tmp_path / "project", keywords)
    flags = "CFLAGS=-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
    status, printed = selftest(folder, tflm, flags)
    assert status == 0
    first, last = printed.splitlines()
    assert first.startswith("arena used: ")
    assert last == PASS


@pytest.mark.parametrize("operators", [OPERATORS[:-1], (*OPERATORS, "ADD_INT8"), OPERATORS[::-1]])
def test_a_resolver_that_does_not_fit_the_file_is_found_out(
    tmp_path: Path, operators: tuple[str, ...]
) -> None:
    tools.require("make", "gcc", "g++")
    keywords = listening()
    tflm = sources(tmp_path / "tflm", keywords, operators)
    folder = built(tmp_path / "project", keywords)
    status, printed = selftest(folder, tflm)
    assert status == 1
    assert "start 0: is 0x00000001, should be 0x00000000" in printed


def test_another_answer_fails_the_selftest(tmp_path: Path) -> None:
    tools.require("make", "gcc", "g++")
    keywords, inputs = listening(), windows(listening())
    answers = run_graph(keywords.graph, inputs)
    answers[2, 1] ^= 1
    tflm = stand_in(tmp_path / "tflm", keywords, OPERATORS, inputs, answers)
    folder = built(tmp_path / "project", keywords)
    status, printed = selftest(folder, tflm)
    assert status == 1
    assert "score 9: is " in printed


@pytest.mark.qemu
def test_the_selftest_passes_on_the_board(tmp_path: Path) -> None:
    tools.require("make", "gcc", "g++", "arm-none-eabi-g++", *tools.CROSS)
    keywords = listening()
    folder = built(tmp_path / "project", keywords)
    status, printed = make_with(folder, sources(tmp_path / "tflm", keywords), "all", "selftest")
    assert status == 0, printed
    assert printed.count(PASS) == 2
    assert "FLASH:" in printed


def test_logits_get_their_softmax(tmp_path: Path) -> None:
    tools.require("make", "gcc", "g++")
    model = small_model(with_softmax=False)
    graph = read_model(model)
    keywords = Keywords(graph, model, LABELS)
    inputs = golden_view(keywords).features.reshape(1, *graph.input_tensor.shape[1:])
    logits = run_graph(file_graph(model, graph), inputs)
    tflm = stand_in(tmp_path / "tflm", keywords, OPERATORS[:-1], inputs, logits)
    folder = built(tmp_path / "project", keywords)
    status, printed = selftest(folder, tflm)
    assert (status, printed.splitlines()[-1]) == (0, "selftest: scores equal: PASS")


@pytest.mark.slow
def test_cmake_builds_the_same(tmp_path: Path) -> None:
    tools.require("cmake", "gcc", "g++")
    keywords = listening()
    tflm = sources(tmp_path / "tflm", keywords)
    folder = built(tmp_path / "project", keywords)
    for command in (["-S", ".", "-B", "build", f"-DTFLM_DIR={tflm}"], ["--build", "build"]):
        subprocess.run(["cmake", *command], cwd=folder, check=True, capture_output=True)
    status, printed = run(folder / "build/selftest")
    assert (status, printed.splitlines()[-1]) == (0, PASS)


@pytest.mark.parametrize("given", [[], ["TFLM_DIR=/nowhere"]])
def test_without_the_sources_make_says_what_to_do(tmp_path: Path, given: list[str]) -> None:
    tools.require("make")
    folder = built(tmp_path, listening())
    done = make(folder, *given)
    assert done.returncode == 2
    assert "TFLM_DIR must name the sources of TensorFlow Lite Micro: make TFLM_DIR=" in done.stderr
    assert make(folder, "clean").returncode == 0


def test_labels_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ModelError, match="4 scores but 3 labels"):
        made_tflm(dataclasses.replace(listening(), labels=LABELS[:3]))
