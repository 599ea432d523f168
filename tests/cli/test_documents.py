"""``--json``: one document on stdout, as its schema says."""

from __future__ import annotations

import json
from pathlib import Path

import click
import jsonschema
import pytest
from support import tools
from support.command_line import SCHEMAS, ask, commands, refused, schema
from support.small_run import small_model, small_run

from edgekws.boards import board_ids
from edgekws.run import Run

NAMES = ["accuracy", "features", "tflm", "host"]
VERBS = sorted(path.stem for path in SCHEMAS.glob("*.json"))


@pytest.mark.parametrize("verb", VERBS)
def test_schemas_are_schemas_and_describe_everything(verb: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(verb))
    assert_described(schema(verb), verb)


def assert_described(part: dict[str, object], where: str) -> None:
    if "properties" not in part:
        return
    assert part["additionalProperties"] is False, where
    assert isinstance(part["properties"], dict)
    assert part["required"] == list(part["properties"]), where
    for name, each in part["properties"].items():
        assert each["description"].endswith("."), f"{where}.{name}"
        assert_described(each, f"{where}.{name}")
        assert_described(each.get("items", {}), f"{where}.{name}[]")


def test_every_command_has_a_schema() -> None:
    single = [name for name, each in commands().items() if not isinstance(each, click.Group)]
    assert sorted(name.replace(" ", "-") for name in single) == VERBS


def test_boards() -> None:
    document = ask("boards", "--json").document
    assert [board["id"] for board in document["boards"]] == list(board_ids())
    one = ask("boards", "mps2_an386", "--json").document["boards"]
    assert [board["memory"]["ram_bytes"] for board in one] == [4_194_304]


def test_say() -> None:
    tools.require_package("espeakng_loader")
    document = ask("say", "yes", "no", "--out", "a.wav", "--json").document
    assert document["file"] == "a.wav"
    assert [word["word"] for word in document["words"]] == ["yes", "no"]
    starts = [word["start_ms"] for word in document["words"]]
    ends = [word["end_ms"] for word in document["words"]]
    assert 0 < starts[0] < ends[0] < starts[1] < ends[1]


def test_label(run: Run, clips: Path) -> None:
    answer = ask("label", "small", clips / "yes", clips / "no", "--json")
    assert answer.err == ""
    document = answer.document
    assert document["labels"] == ["_silence_", "_unknown_", "yes", "no"]
    assert len(document["files"]) == 60
    for row in document["files"]:
        assert row["scores"][document["labels"].index(row["label"])] == row["score"]
        assert row["score"] == max(row["scores"])
    text = ask("label", "small", clips / "yes", clips / "no").out.splitlines()
    assert [line.split()[0] for line in text] == [row["label"] for row in document["files"]]


@pytest.mark.slow
@pytest.mark.qemu
def test_verify(run: Run) -> None:
    tools.require("gcc", *tools.CROSS)
    tools.require_package("tflite_micro")
    answer = ask("verify", "--json")
    document = answer.document
    assert (answer.code, document["passed"]) == (0, True)
    assert document["run"] == "small"
    assert document["int8_accuracy"] == document["float_accuracy"]
    assert {check["status"] for check in document["checks"]} == {"passed"}
    kept = json.loads((run.path / "verify.json").read_text())
    assert kept == document
    assert [row["label"] for row in document["by_label"]] == list(run.recipe.labels)
    assert document["loses_most"] in {row["layer"] for row in document["layers"]}
    assert document["sweep"] == []


def test_verify_for_phones_leaves_out_the_emulated_core(run: Run, no_programs: None) -> None:
    answer = ask("verify", "--board", "none", "--json")
    document = answer.document
    assert (answer.code, document["board"]) == (0, None)
    assert [check["name"] for check in document["checks"]] == NAMES
    assert "verifying runs/small\n" in answer.err
    assert [check["name"] for check in ask("verify", "--json").document["checks"]] == [
        *NAMES,
        "core",
    ]


def test_a_gate_that_is_missed_prints_its_document_and_ends_with_3(
    here: Path, no_programs: None
) -> None:
    small_run(here, lossy=5)
    answer = ask("verify", "--json")
    document = answer.document
    assert (answer.code, document["passed"]) == (3, False)
    assert answer.error.startswith("runs/small: accuracy: ")
    assert {check["status"] for check in document["checks"]} == {"failed", "skipped"}
    said = ask("verify")
    assert said.code == 3
    assert said.out.startswith("failed   accuracy ")


def test_verify_of_a_model_made_elsewhere(here: Path, no_programs: None) -> None:
    Path("theirs.tflite").write_bytes(small_model())
    document = ask("verify", "--model", "theirs.tflite", "--json").document
    assert (document["run"], document["clips"], document["float_accuracy"]) == (None, 0, None)
    assert [row["op"] for row in document["layers"]] == ["CONV_2D", "FULLY_CONNECTED", "SOFTMAX"]
    assert document["layer_noise"] == "activations"
    for more in ("small", "--sweep"):
        words = refused(2, "verify", "--model", "theirs.tflite", more)
        assert words.startswith("--model takes neither a RUN nor --sweep, which needs sounds")


@pytest.mark.qemu
@pytest.mark.slow
def test_export(verified: Run) -> None:
    document = ask("export", "--json").document
    assert Path(document["folder"]) == Path("export/small-mps2_an386")
    assert document["origins"] == {
        "flash_bytes": "measured", "ram_bytes": "measured", "arena_bytes": "predicted",
    }  # fmt: skip
    assert document["flash_bytes"] > document["arena_bytes"] > 0
    android = ask("export", "--target", "android", "--json").document
    assert (android["board"], android["flash_bytes"]) == (None, None)
    assert android["origins"]["flash_bytes"] == "unknown"


@pytest.mark.qemu
@pytest.mark.slow
def test_export_of_a_model_made_elsewhere(here: Path) -> None:
    tools.require("gcc", *tools.CROSS)
    Path("theirs.tflite").write_bytes(small_model())
    Path("labels.txt").write_text("silence\nunknown\nyes\nno\n")
    document = ask(
        "export", "--model", "theirs.tflite", "--labels", "labels.txt", "--json"
    ).document
    assert document["run"] is None
    assert Path(document["folder"], "Makefile").exists()


def test_an_error_leaves_no_half_document(run: Run, clips: Path) -> None:
    Path("broken.wav").write_bytes(next((clips / "yes").iterdir()).read_bytes()[:2000])
    words = refused(1, "label", "small", clips, "broken.wav", "--json")
    assert words.startswith("broken.wav: truncated: ")
