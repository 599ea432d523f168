"""``edgekws benchmark``: exact counts, each with how it is known."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import tools
from support.command_line import ask, refused
from support.small_run import small_model

from edgekws.run import Run

pytestmark = [pytest.mark.qemu, pytest.mark.slow]


@pytest.fixture(autouse=True)
def programs() -> None:
    tools.require("gcc", *tools.CROSS)


def test_counts_repeat_and_add_up(run: Run, here: Path) -> None:
    first = ask("benchmark", "--json")
    document = first.document
    assert ask("benchmark", "--json").document == document
    assert document["board"] == "mps2_an386"
    layers = sum(layer["instructions"] for layer in document["layers"])
    assert 0.9 < layers / document["instructions_per_inference"] <= 1
    features = document["frontend_instructions_per_frame"]
    whole = document["instructions_per_hop"]
    assert whole >= features + document["instructions_per_inference"]
    assert sum(document["flash_parts"].values()) == document["flash_bytes"]
    assert document["origins"]["instructions_per_inference"] == "simulated"
    (here / "before.json").write_text(first.out)
    compared = ask("benchmark", "--compare", "before.json", "--json").document["compared"]
    assert {row["ratio"] for row in compared["rows"]} <= {1.0, None}


def test_a_core_without_dsp_needs_more(run: Run) -> None:
    counts = [
        ask("benchmark", "--board", board, "--json").document["frontend_instructions_per_frame"]
        for board in ("mps2_an386", "mps2_an385")
    ]
    assert counts[0] < counts[1]


def test_a_model_made_elsewhere_has_no_frontend(here: Path) -> None:
    Path("theirs.tflite").write_bytes(small_model())
    document = ask("benchmark", "--model", "theirs.tflite", "--json").document
    assert document["frontend_instructions_per_frame"] is None
    assert document["origins"]["instructions_per_hop"] == "unknown"


def test_draws_and_says_what_is_wrong(run: Run, here: Path) -> None:
    assert ask("benchmark", "--png", "costs.png").code == 0
    assert Path("costs.png").read_bytes().startswith(b"\x89PNG")
    Path("other.json").write_text("{}")
    assert "not edgekws.benchmark/1" in refused(1, "benchmark", "--compare", "other.json")
    refused(2, "benchmark", "--board", "nope")
