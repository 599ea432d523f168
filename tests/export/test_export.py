"""A verified network becomes a project; one that failed or does not fit becomes nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support import planted, tools
from support.small_run import QUICK, small_model

from edgekws.errors import BoardTooSmall, CheckFailed, ConfigError, ModelError, UsageError
from edgekws.export import ExportResult, export, export_model, exporting, target_names
from edgekws.export.exporting import read_labels
from edgekws.files import sha256
from edgekws.resources import boards_folder
from edgekws.run import Run

pytestmark = [pytest.mark.qemu, pytest.mark.slow]


def manifest(result: ExportResult) -> dict[str, object]:
    return dict(json.loads((result.folder / "manifest.json").read_text()))


def contents(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def no_verification(*arguments: object, **options: object) -> None:
    raise AssertionError("verified again")


def test_a_fresh_verdict_is_taken(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "verify", no_verification)
    result = export(run)
    assert result.folder == Path("export/small-mps2_an386")
    assert result.board == "mps2_an386"
    assert result.origins == {
        "flash_bytes": "measured", "ram_bytes": "measured", "arena_bytes": "predicted",
    }  # fmt: skip
    document = manifest(result)
    assert document["schema"] == "edgekws.project/1"
    assert document["model"]["sha256"] == sha256(run.model)  # type: ignore[index]
    assert document["sizes"]["flash_bytes"] == {  # type: ignore[index]
        "bytes": result.flash_bytes, "origin": "measured",
    }  # fmt: skip
    assert document["cost"]["macs_per_inference"] == 9500  # type: ignore[index]
    assert document["verified"]["passed"] is True  # type: ignore[index]
    files = contents(result.folder)
    assert files.pop("manifest.json")
    assert {path: sha256(data) for path, data in files.items()} == document["files"]


def test_the_project_builds_proves_itself_and_is_replaced(run: Run) -> None:
    tools.require("make")
    result = export(run)
    for goal in ("all", "selftest"):
        done = subprocess.run(
            ["make", goal], cwd=result.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert done.stdout.count("PASS") == 2
    first = contents(result.folder)
    assert export(run).flash_bytes == result.flash_bytes
    second = contents(result.folder)
    assert second == {path: data for path, data in first.items() if not path.startswith("build/")}


def test_nothing_of_this_machine_is_in_it(run: Run, tmp_path: Path) -> None:
    first = contents(export(run, out=tmp_path / "one").folder)
    second = contents(export(run, out=tmp_path / "two").folder)
    assert first == second
    for path, data in first.items():
        for word in (str(tmp_path), "runs/small", tmp_path.name):
            assert word.encode() not in data, path


def test_android_takes_a_verdict_for_any_board(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "verify", no_verification)
    result = export(run, target="android")
    assert result.folder == Path("export/small-android")
    assert (result.board, result.flash_bytes) == (None, None)
    assert result.origins["flash_bytes"] == "unknown"
    assert manifest(result)["board"] is None


@pytest.mark.parametrize("stale", ["board", "code", "recipe", "nothing"])
def test_a_stale_verdict_is_not_taken(
    run: Run, monkeypatch: pytest.MonkeyPatch, stale: str
) -> None:
    board = "mps2_an386"
    if stale == "board":
        board = "mps2_an385"
    if stale == "code":
        change_recorded(run, "code", "0" * 64)
    if stale == "recipe":
        (run.path / "verify.json").write_text("{}")
    monkeypatch.setattr(exporting, "verify", no_verification)
    if stale == "nothing":
        export(run, board_id=board)
        return
    with pytest.raises(AssertionError, match="verified again"):
        export(run, board_id=board)


def change_recorded(run: Run, fact: str, value: object) -> None:
    path = run.path / "manifest.json"
    document = json.loads(path.read_text())
    document["stages"]["verify"]["facts"][fact] = value
    path.write_text(json.dumps(document))


def test_what_fails_is_not_packed_unless_forced(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    planted.in_generated_code(monkeypatch, "model/kws_model.c", "node0_weights", lambda w: -w)
    change_recorded(run, "code", "")
    with pytest.raises(CheckFailed, match=r"small: host: layer 0 CONV_2D: .*nothing was written"):
        export(run, thoroughness=QUICK)
    assert not Path("export").exists()
    result = export(run, thoroughness=QUICK, force=True)
    assert "FAILED: host, core" in result.verified
    assert "FAILED: host, core" in (result.folder / "README.md").read_text()
    assert manifest(result)["verified"]["passed"] is False  # type: ignore[index]


def test_a_board_that_is_too_small_leaves_nothing(run: Run) -> None:
    text = (boards_folder() / "microbit.toml").read_text()
    Path("tight.toml").write_text(
        "".join(
            line for line in text.splitlines(True) if not line.startswith("stack_bytes")
        ).replace("[memory]", "[memory]\nstack_bytes = 14_336")
    )
    with pytest.raises(BoardTooSmall, match=r"tight: .*RAM [0-9,]+ bytes needed, 16,384 there"):
        export(run, board_id="tight.toml")
    assert not Path("export").exists()


def test_an_unwanted_folder_is_refused_before_the_work(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("mine").mkdir()
    Path("mine/mic.c").write_text("1")
    monkeypatch.setattr(exporting._Packer, "measure", no_verification)
    with pytest.raises(UsageError, match="edgekws did not make it"):
        export(run, out=Path("mine"))


def test_without_a_cross_compiler_sizes_are_unknown(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    result = export(run)
    assert (result.flash_bytes, result.ram_bytes) == (None, None)
    assert result.origins["flash_bytes"] == "unknown"
    sizes = manifest(result)["sizes"]
    assert "gcc-arm-none-eabi" in sizes["flash_bytes"]["why"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"target": "toaster"}, "known: android, cortex-m"),
        ({"target": "android", "board_id": "microbit"}, "has no boards"),
        ({"board_id": "toaster"}, "known: "),
    ],
)
def test_wrong_requests(run: Run, options: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        export(run, **options)  # type: ignore[arg-type]


def test_targets_are_found_by_file() -> None:
    assert target_names() == ("android", "cortex-m")


def test_a_model_made_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools.require("make")
    monkeypatch.chdir(tmp_path)
    Path("theirs.tflite").write_bytes(small_model(with_softmax=False))
    Path("labels.txt").write_text("silence\nunknown\nyes\nno\n")
    result = export_model(Path("theirs.tflite"), Path("labels.txt"), thoroughness=QUICK)
    assert result.folder == Path("export/theirs-mps2_an386")
    document = manifest(result)
    assert document["model"]["labels"] == ["silence", "unknown", "yes", "no"]  # type: ignore[index]
    assert document["frontend"] is None
    done = subprocess.run(
        ["make", "selftest"], cwd=result.folder, capture_output=True, text=True, check=False
    )
    assert done.stdout.count("PASS") == 2, done.stderr
    with pytest.raises(ConfigError, match="without the frontend"):
        export_model(Path("theirs.tflite"), target="android", thoroughness=QUICK)


def test_labels_must_fit(tmp_path: Path) -> None:
    model, labels = tmp_path / "m.tflite", tmp_path / "labels.txt"
    model.write_bytes(small_model())
    labels.write_text("one\ntwo\n")
    with pytest.raises(ModelError, match="4 scores but 2 labels"):
        export_model(model, labels, out=tmp_path / "out")


@pytest.mark.parametrize("text", ["", "\n\n", "a\n\nb\n", "a\nb\na\n"])
def test_bad_label_files(tmp_path: Path, text: str) -> None:
    path = tmp_path / "labels.txt"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"labels\.txt: "):
        read_labels(path)
    with pytest.raises(ConfigError, match="cannot read"):
        read_labels(tmp_path / "missing.txt")


def test_tensorflow_is_not_imported() -> None:
    code = "import sys, edgekws.export; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
