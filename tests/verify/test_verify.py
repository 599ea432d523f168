"""The gate on a small run: it passes, and every planted fault fails the check that must see it."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support import planted, tools
from support.small_run import small_model, small_run

from edgekws.boards import find_board
from edgekws.errors import ConfigError, UsageError
from edgekws.features.frontends.log_mel import LogMel
from edgekws.files import sha256
from edgekws.graph.ops.fully_connected import FullyConnected
from edgekws.kernel import Kernel
from edgekws.run import Run
from edgekws.verify import Report, Thoroughness, verify, verify_model
from edgekws.verify.check_code import Extent
from edgekws.verify.report import read_report
from edgekws.verify.run_subject import open_keywords
from edgekws.verify.verdict import fresh_report

pytestmark = [pytest.mark.qemu, pytest.mark.slow]

QUICK = Thoroughness(2, 20, Extent(2, 20, 5), Extent(1, 2, 2), 10)
NAMES = ["accuracy", "features", "tflm", "host", "core"]


@pytest.fixture(autouse=True)
def needed_tools() -> None:
    tools.require("gcc", *tools.CROSS)
    pytest.importorskip("tflite_micro")


def statuses(report: Report) -> dict[str, str]:
    return {check.name: check.status for check in report.checks}


def proved(run: Run, **options: object) -> Report:
    return verify(run, thoroughness=QUICK, **options)  # type: ignore[arg-type]


def test_a_sound_run_passes(run: Run) -> None:
    said: list[str] = []
    report = verify(run, tell=said.append)
    assert report.passed, report.first_failure
    assert statuses(report) == dict.fromkeys(NAMES, "passed")
    assert report.float_accuracy == report.int8_accuracy
    assert [check.origin for check in report.checks] == ["measured"] * 4 + ["simulated"]
    words = [check.detail for check in report.checks[3:]]
    assert all("words in" in detail and ", 0 words" not in detail for detail in words), words
    assert len(said) == 6


def test_the_verdict_is_kept(run: Run) -> None:
    report = proved(run)
    document = json.loads((run.path / "verify.json").read_text())
    assert document["schema"] == "edgekws.verify/2"
    assert document["passed"] is True
    assert document["model_sha256"] == report.model_sha256
    assert read_report(run.path / "verify.json") == report
    record = run.require("verify")
    assert set(record["outputs"]) == {
        "verify.json",
        "recording.wav",
        "int8/test_scores.npz",
    }
    assert record["facts"]["passed"] is True


def test_the_same_run_gives_the_same_bytes(run: Run) -> None:
    proved(run)
    names = ("verify.json", "recording.wav", "manifest.json")
    first = [(run.path / name).read_bytes() for name in names]
    proved(run)
    assert [(run.path / name).read_bytes() for name in names] == first


def test_a_sweep_and_its_picture(run: Run) -> None:
    report = proved(run, with_sweep=True)
    assert {p.accuracy for p in report.sweep if p.gain_db == p.offset_percent == 0} == {
        report.int8_accuracy
    }
    assert read_report(run.path / "verify.json") == report
    assert (run.path / "verify_sweep.png").read_bytes().startswith(b"\x89PNG")
    proved(run)  # without a sweep there is no picture of one
    assert not (run.path / "verify_sweep.png").exists()
    assert (run.path / "verify_layers.png").exists()


def test_a_verdict_of_an_older_version_is_none(run: Run) -> None:
    proved(run)
    keywords, place = open_keywords(run), find_board("mps2_an386")
    assert fresh_report(run, keywords, place) is not None
    verdict = run.path / "verify.json"
    old = json.loads(verdict.read_text())
    for name in ("by_label", "layers", "layer_noise", "sweep", "agreement", "mcnemar_p"):
        del old[name]
    verdict.write_text(json.dumps(old | {"schema": "edgekws.verify/1"}))
    manifest = run.path / "manifest.json"
    stages = json.loads(manifest.read_text())
    stages["stages"]["verify"]["outputs"]["verify.json"] = sha256(verdict)
    manifest.write_text(json.dumps(stages))
    assert run.require("verify")
    assert fresh_report(run, keywords, place) is None
    with pytest.raises(ConfigError, match=r"it is edgekws\.verify/1, .*/2; run `edgekws verify`"):
        read_report(verdict)


def test_lossy_quantization_fails_accuracy(tmp_path: Path) -> None:
    report = proved(small_run(tmp_path, lossy=5))
    assert not report.passed
    assert statuses(report) == {**dict.fromkeys(NAMES, "passed"), "accuracy": "failed"}
    assert "5 lost, 0 gained" in report.first_failure
    assert "most signal is lost in layer " in report.first_failure
    assert json.loads((tmp_path / "runs/small/verify.json").read_text())["passed"] is False


def test_a_tolerance_lets_it_pass(tmp_path: Path) -> None:
    assert proved(small_run(tmp_path, lossy=5), tolerance_points=50.0).passed


def test_a_changed_weight_in_the_code_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    planted.in_generated_code(monkeypatch, "model/kws_model.c", "node2_weights", lambda w: -w)
    report = proved(run)
    assert statuses(report) == {
        **dict.fromkeys(NAMES, "passed"),
        "host": "failed",
        "core": "failed",
    }
    assert report.first_failure.startswith("host: layer 2 FULLY_CONNECTED: ")
    assert "in host" in report.first_failure
    assert "layer 2 FULLY_CONNECTED" in report.checks[4].detail
    assert "cortex-m4 (QEMU mps2-an386)" in report.checks[4].detail


def test_a_changed_table_in_the_exported_frontend_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "frontend/kws_frontend_config.h"
    planted.in_generated_code(monkeypatch, path, "kws_frontend_rising", lambda w: w ^ 0x4000)
    report = proved(run)
    assert statuses(report) == {
        **dict.fromkeys(NAMES, "passed"),
        "host": "failed",
        "core": "failed",
    }
    assert report.first_failure.startswith("host: features log_mel: ")


def test_a_changed_table_in_the_library_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = LogMel.kernel

    def lying(self: LogMel) -> Kernel:
        kernel = honest(self)
        fields = [(n, v ^ 64 if n == "rising" else v) for n, v in kernel.fields]
        return dataclasses.replace(kernel, fields=tuple(fields))

    monkeypatch.setattr(LogMel, "kernel", lying)
    report = proved(run, tolerance_points=100.0)
    assert statuses(report)["features"] == "failed"
    assert report.first_failure.startswith("features: log_mel: ")


def test_numpy_that_is_not_tflm_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = FullyConnected.run

    def lying(self: FullyConnected, *inputs: np.ndarray) -> np.ndarray:
        result = honest(self, *inputs).copy()
        result[-1, 2] ^= 1  # of the last of the inputs only
        return result

    monkeypatch.setattr(FullyConnected, "run", lying)
    report = proved(run, tolerance_points=100.0)
    failed = {name for name, status in statuses(report).items() if status == "failed"}
    assert failed == {"tflm", "host", "core"}
    details = {check.name: check.detail for check in report.checks}
    for name in failed:
        assert details[name].startswith("layer 2 FULLY_CONNECTED: random 3: element [2] is ")
    assert "in TFLite Micro" in details["tflm"]


def test_missing_tools_skip_and_say_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    without_tools(monkeypatch)
    report = proved(run)
    assert report.passed
    assert statuses(report) == {**dict.fromkeys(NAMES, "skipped"), "accuracy": "passed"}
    details = {check.name: check.detail for check in report.checks}
    assert "pip install" in details["tflm"]
    assert "apt-get install" in details["host"]
    assert "gcc-arm-none-eabi" in details["core"]
    assert report.summary == "accuracy (measured); SKIPPED: features, tflm, host, core"


def test_missing_tools_fail_where_they_are_required(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_tools(monkeypatch)
    report = proved(run, require_tools=True)
    assert not report.passed
    assert report.first_failure.startswith("features: required, but ")


def without_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("EDGEKWS_NO_COMPILER", "1")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)


def test_without_a_board_no_core_is_emulated(run: Run) -> None:
    report = proved(run, board=None)
    assert statuses(report) == dict.fromkeys(NAMES[:4], "passed")
    assert report.board is None


@pytest.mark.parametrize("board", ["mps2_an505", "mps3_an547", "microbit"])
def test_other_boards_run_on_their_core(run: Run, board: str) -> None:
    report = proved(run, board=board)
    assert report.passed, report.first_failure
    assert report.board == board


def test_a_board_that_is_too_small_is_proved_on_its_core(run: Run) -> None:
    """The small memory is for the export to refuse; the bits are proved with more of it."""
    core = proved(run, board="stm32vldiscovery").checks[4]
    assert core.passed
    assert "cortex-m3 (QEMU " in core.detail


def test_other_sounds_are_refused(run: Run) -> None:
    clip = next((run.path.parents[1] / "data" / "yes").iterdir())
    clip.write_bytes(next((run.path.parents[1] / "data" / "no").iterdir()).read_bytes())
    with pytest.raises(ConfigError, match="sound files changed since `train`"):
        proved(run)


def test_a_changed_model_is_refused(run: Run) -> None:
    run.model.write_bytes(small_model(seed=2))
    with pytest.raises(ConfigError, match="run `edgekws quantize small` again"):
        proved(run)


def test_a_senseless_tolerance_is_refused(run: Run) -> None:
    with pytest.raises(UsageError, match=r"0\.\.100"):
        proved(run, tolerance_points=-1.0)


@pytest.mark.parametrize("with_softmax", [True, False])
def test_a_model_made_elsewhere(tmp_path: Path, with_softmax: bool) -> None:
    path = tmp_path / "theirs.tflite"
    path.write_bytes(small_model(with_softmax=with_softmax))
    report = verify_model(path, thoroughness=QUICK)
    assert report.passed, report.first_failure
    assert statuses(report) == dict.fromkeys(NAMES[2:], "passed")
    assert report.float_accuracy is None
    assert [layer.op for layer in report.layers] == ["CONV_2D", "FULLY_CONNECTED", "SOFTMAX"]


def test_a_model_made_elsewhere_with_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "theirs.tflite"
    path.write_bytes(small_model())
    planted.in_generated_code(monkeypatch, "model/kws_model.c", "node0_records", lambda b: b + 900)
    report = verify_model(
        path, board="mps2_an385", thoroughness=QUICK
    )  # whose kernels are portable
    assert report.first_failure.startswith("host: layer 0 CONV_2D: ")


def test_tensorflow_is_not_imported() -> None:
    code = "import sys, edgekws.verify; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_network_of_others_on_the_small_cores(foreign_models: Path) -> None:
    path = foreign_models / "mlperf_tiny_kws_ref.tflite"
    for board in ("mps2_an386", "microbit"):
        report = verify_model(path, board=board, thoroughness=QUICK)
        assert report.passed, report.first_failure
        assert "13 layers" in report.checks[-1].detail
    assert "cortex-m0 (QEMU microbit)" in report.checks[-1].detail  # in its 16 KB
