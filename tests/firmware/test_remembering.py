"""Networks that remember as generated C: on every core, run after run, TFLite Micro's bits."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from support import projects, tools
from support.many_ops import LABELS, many_ops
from support.scrambled import frames, scrambled
from support.small_network import features
from support.tflm import Tflm

from edgekws.boards import find_board
from edgekws.codegen.project import generate, include, units
from edgekws.codegen.spotter import Keywords
from edgekws.errors import ModelError
from edgekws.export import export_model
from edgekws.features import find_frontend
from edgekws.firmware.benchmark import benchmark
from edgekws.firmware.build import SANITIZERS, Sources, build_host, workspace
from edgekws.firmware.emulate import run_host
from edgekws.firmware.probe import board_probe, host_probe
from edgekws.graph import Session, read_model, run_layers
from edgekws.recipe import FrontendSpec
from edgekws.verify.check_code import Extent, check_core
from edgekws.verify.subject import foreign_subject

CORES = ["microbit", "mps2_an385", "mps2_an386", "mps2_an505", "mps3_an547"]
RUNS = 1000


def keywords_of(model: bytes) -> Keywords:
    graph = read_model(model)
    return Keywords(graph, model, tuple(f"label_{i}" for i in range(graph.output_tensor.size)))


def truth(model: bytes, x: np.ndarray) -> np.ndarray:
    tflm = Tflm(model)
    return np.concatenate([tflm.run(frame[np.newaxis]).copy() for frame in x])


FILES = {
    "int8 state": scrambled(),
    "int8 state with a zero point": scrambled(zero=100, last="INT8"),
    "int16 state": scrambled(state="INT16", last="INT16"),
    "int16 scores": scrambled(last=None),
}


@pytest.mark.parametrize("kind", FILES)
def test_on_the_host_under_the_sanitizers(kind: str) -> None:
    tools.require("gcc")
    model, x = FILES[kind], frames(RUNS)
    expected = truth(model, x)
    with host_probe(keywords_of(model), flags=SANITIZERS) as probe:
        for layer, should in zip(probe.layers(x), run_layers(probe.graph, x), strict=True):
            np.testing.assert_array_equal(layer, should)
        scores = probe.scores(x)
        assert scores.dtype == expected.dtype
        np.testing.assert_array_equal(scores, expected)
        np.testing.assert_array_equal(probe.digests(x)[1], expected)


@pytest.mark.qemu
@pytest.mark.parametrize("board_id", CORES)
def test_on_a_core(board_id: str) -> None:
    tools.require(*tools.CROSS)
    model, x = scrambled(), frames(RUNS)
    with board_probe(keywords_of(model), *find_board(board_id)) as probe:
        np.testing.assert_array_equal(probe.scores(x), truth(model, x))


@pytest.mark.qemu
def test_int16_state_on_a_core() -> None:
    tools.require(*tools.CROSS)
    model, x = scrambled(state="INT16"), frames(RUNS)
    with board_probe(keywords_of(model), *find_board("mps2_an386")) as probe:
        np.testing.assert_array_equal(probe.scores(x), truth(model, x))


def test_many_operators_and_a_state_under_the_sanitizers() -> None:
    tools.require("gcc")
    model = many_ops(remembers=True)
    x = features(read_model(model), 40)
    with host_probe(keywords_of(model), flags=SANITIZERS) as probe:
        np.testing.assert_array_equal(probe.scores(x), truth(model, x))
    assert probe.graph.output_tensor.size == LABELS


def test_the_self_test_runs_until_everything_was_forgotten_once() -> None:
    tools.require("gcc")
    files = generate(
        keywords_of(scrambled()), *find_board("mps2_an386"), command="edgekws export", verified="no"
    )
    assert "#define KWS_SELFTEST_INFERENCES 34" in files["selftest/kws_selftest_data.h"]
    assert _self_test(files) == 0
    # The ring of frames begins again at its second place.
    kernel = files["runtime/kws_svdf_dsp.c"]
    spoilt = kernel.replace("? newest + 1 : 0", "? newest + 1 : 1")
    assert spoilt != kernel
    assert _self_test({**files, "runtime/kws_svdf_dsp.c": spoilt}) == 1


def _self_test(files: dict[str, str]) -> int:
    parts = units(files)
    sources = Sources((*parts.selftest, *parts.common, *parts.host), include(files))
    with workspace(files) as folder:
        return run_host(build_host(folder, sources), []).status


def test_a_reset_forgets() -> None:
    model, x = scrambled(), frames(20)
    session = Session(read_model(model))
    once = [session.run(frame[np.newaxis]) for frame in x]
    session.reset()
    np.testing.assert_array_equal([session.run(frame[np.newaxis]) for frame in x], once)


def test_a_spotter_that_hears_whole_windows_is_refused() -> None:
    keywords = keywords_of(many_ops(remembers=True))
    frontend = find_frontend(FrontendSpec())
    with pytest.raises(ModelError, match=r"remembers \(SVDF\)"):
        dataclasses.replace(keywords, frontend=frontend).model_view()


@pytest.mark.slow
@pytest.mark.qemu
def test_a_file_made_elsewhere_is_proved_measured_and_exported(tmp_path: Path) -> None:
    tools.require("cc", *tools.CROSS)
    path, out = tmp_path / "scrambled.tflite", tmp_path / "project"
    path.write_bytes(scrambled())
    made = export_model(path, out=out)
    assert made.verified == "tflm (measured), host (measured), core (simulated)"
    done = projects.make(out, "selftest")
    assert "layers, scores equal: PASS" in done.stdout, done.stdout + done.stderr
    sizes = json.loads((out / "manifest.json").read_text())
    assert sizes["cost"]["state_bytes"] == 4 * (4 * 257 + 3 * 513)
    found = benchmark(keywords_of(path.read_bytes()), *find_board("mps2_an386"))
    assert found.state_bytes == sizes["cost"]["state_bytes"]
    assert [layer.op for layer in found.layers].count("SVDF") == 7
    assert 0 < found.instructions_per_inference < 200_000


@pytest.mark.qemu
def test_a_core_is_asked_until_everything_was_forgotten_once() -> None:
    tools.require(*tools.CROSS)
    subject = foreign_subject(keywords_of(scrambled()), 50)
    found = check_core(subject, *find_board("mps2_an386"), Extent(1, 2, 0))
    assert (found.status, found.detail) == (
        "passed", "C on cortex-m4 (QEMU mps2-an386) equals numpy: 15 layers on 8 + 34 inputs"
    )  # fmt: skip
