"""``--runtime``: the same proof and the same program around another engine."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from support import tools
from support.small_run import QUICK, small_model
from support.stepwise_network import stepwise_model
from support.tflm import Tflm
from support.tflm_project import listening, make_with, stand_in

from edgekws.boards import Board, find_board
from edgekws.errors import BoardTooSmall, CheckFailed, ConfigError, UsageError
from edgekws.export import ExportResult, export, export_model, exporting, runtime_names
from edgekws.export.runtime import find_runtime
from edgekws.export.runtimes.tflm import refuse_if_hopeless
from edgekws.export.target import find_target
from edgekws.graph import run_graph
from edgekws.graph.engine import Session
from edgekws.run import Run
from edgekws.verify import check_stepwise
from edgekws.verify.recording import with_recording
from edgekws.verify.run_subject import open_keywords

OPERATORS = ("CONV_2D_INT8", "RESHAPE", "FULLY_CONNECTED_INT8", "SOFTMAX_INT8")


def manifest(result: ExportResult) -> dict[str, object]:
    return dict(json.loads((result.folder / "manifest.json").read_text()))


def no_verification(*arguments: object, **options: object) -> None:
    raise AssertionError("verified again")


@pytest.mark.qemu
@pytest.mark.slow
def test_a_run_leaves_for_tflm_with_the_proof_of_its_board(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "verify", no_verification)
    result = export(run, runtime="tflm")
    assert result.folder == Path("export/small-mps2_an386-tflm")
    assert (result.runtime, result.flash_bytes, result.ram_bytes) == ("tflm", None, None)
    there = manifest(result)
    assert (there["runtime"], there["target"]) == ("tflm", "cortex-m")
    arena = there["sizes"]["arena_bytes"]  # type: ignore[index]
    assert arena["bytes"] == result.arena_bytes
    assert arena["origin"] == "predicted"
    assert arena["why"].startswith("upper bound for a 32-bit core: ")
    assert there["cost"]["streams"] is False  # type: ignore[index]
    assert manifest(export(run))["runtime"] == "native"


@pytest.mark.qemu
@pytest.mark.slow
def test_the_exported_file_gives_the_golden_scores_in_the_wheel_and_on_the_board(
    run: Run, tmp_path: Path
) -> None:
    tools.require("make", "gcc", "g++", "arm-none-eabi-g++", *tools.CROSS)
    result = export(run, runtime="tflm", hops_per_inference=2)
    pcm = exported_numbers(result.folder / "selftest/kws_selftest_data.c", "kws_selftest_pcm")
    keywords = with_recording(open_keywords(run, 2), pcm.astype(np.int16))
    assert keywords.frontend is not None
    frames = keywords.frontend.reference(keywords.golden_pcm[np.newaxis])[0]
    ends = range(keywords.frames, len(frames) + 1, 2)
    windows = np.stack([frames[end - keywords.frames : end] for end in ends])
    wheel = Tflm(keywords.model)
    shape = keywords.graph.input_tensor.shape
    scores = np.stack([wheel.run(window.reshape(shape)).ravel() for window in windows])
    np.testing.assert_array_equal(scores, run_graph(keywords.graph, windows))
    tflm = stand_in(tmp_path / "tflm", keywords, OPERATORS, windows, scores)
    status, printed = make_with(result.folder, tflm, "selftest")
    assert status == 0, printed
    assert printed.count("selftest: features, scores, detections equal: PASS") == 2


def exported_numbers(path: Path, name: str) -> npt.NDArray[np.int64]:
    """The numbers of one array of a generated file."""
    text = path.read_text(encoding="utf-8").split(f"{name}[", 1)[1]
    return np.array([int(word) for word in text.split("{")[1].split("}")[0].split(",")[:-1]])


@pytest.mark.qemu
@pytest.mark.slow
def test_a_model_made_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("theirs.tflite").write_bytes(small_model())
    result = export_model(Path("theirs.tflite"), runtime="tflm", thoroughness=QUICK)
    assert result.folder == Path("export/theirs-mps2_an386-tflm")
    assert "Register_CONV_2D_INT8" in (result.folder / "model/kws_model.cc").read_text()


@pytest.mark.qemu
@pytest.mark.slow
def test_the_network_of_one_frame_leaves_with_a_proof_of_its_own(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match="small: has no network of one frame"):
        export(run, runtime="tflm", stepwise=True)
    run.model_stream.write_bytes(stepwise_model())
    with pytest.raises(UsageError, match=r"--stepwise is not for --target cortex-m with .* native"):
        export(run, stepwise=True)
    result = export(run, runtime="tflm", stepwise=True)
    there = manifest(result)
    assert there["model"]["file"] == "model_stream.tflite"  # type: ignore[index]
    assert there["cost"]["streams"] is True  # type: ignore[index]
    assert result.verified.endswith("tflm_stream (measured)")
    assert (
        "--runtime tflm --board mps2_an386 --stepwise`" in (result.folder / "README.md").read_text()
    )
    assert manifest(export(run))["model"]["file"] == "model.tflite"  # type: ignore[index]
    monkeypatch.setattr(check_stepwise, "Session", Faulty)
    with pytest.raises(CheckFailed, match="tflm_stream: frame 3: "):
        export(run, runtime="tflm", stepwise=True)


class Faulty(Session):
    """Changes one value of the fourth frame."""

    frames = 0

    def run(self, features: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
        scores = super().run(features).copy()
        if self.frames == 3:
            scores[0, 1] ^= 1
        self.frames += 1
        return scores


def test_each_runtime_is_for_its_targets() -> None:
    assert runtime_names()[0] == "native"
    for name in ("cortex-m", "android"):
        target = find_target(name)
        assert find_runtime("native").of(target) is target
    tflm = find_runtime("tflm")
    assert tflm.of(find_target("cortex-m")).runtime == "tflm"
    with pytest.raises(UsageError, match="tflm is for --target cortex-m, not android; leave"):
        tflm.of(find_target("android"))
    with pytest.raises(UsageError, match=r"tflm has no layout zephyr: .* leave --layout away"):
        tflm.of(find_target("cortex-m").laid_out("zephyr"))
    litert = find_runtime("litert")
    assert litert.of(find_target("android")).runtime == "litert"
    with pytest.raises(UsageError, match="litert is for --target android, not cortex-m; leave"):
        litert.of(find_target("cortex-m"))
    with pytest.raises(UsageError, match=r"litert has no format aar: .* leave --format away"):
        litert.of(find_target("android").formatted("aar"))
    with pytest.raises(UsageError, match="'toaster' is not known; known: native, "):
        find_runtime("toaster")


def test_what_cannot_fit_is_refused() -> None:
    board_id, board = find_board("microbit")
    with pytest.raises(BoardTooSmall, match=r"microbit: .* flash at least .* needed"):
        refuse_if_hopeless(listening(), board_id, _with(board, flash_bytes=1024))
    with pytest.raises(BoardTooSmall, match=r"RAM at least .* --runtime native, which needs less"):
        refuse_if_hopeless(listening(), board_id, _with(board, ram_bytes=4096))
    refuse_if_hopeless(listening(), *find_board("mps2_an386"))


def _with(board: Board, **memory: int) -> Board:
    return dataclasses.replace(board, memory=dataclasses.replace(board.memory, **memory))
