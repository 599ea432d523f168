"""The comparison page names commands and options that there are, and leaves none of theirs out."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from support.command_line import commands

PAGE = Path(__file__).resolve().parents[2] / "docs" / "comparison.md"

FLAGS = [
    "data_url",
    "data_dir",
    "background_volume",
    "background_frequency",
    "silence_percentage",
    "unknown_percentage",
    "time_shift_ms",
    "testing_percentage",
    "validation_percentage",
    "sample_rate",
    "clip_duration_ms",
    "window_size_ms",
    "window_stride_ms",
    "feature_bin_count",
    "how_many_training_steps",
    "eval_step_interval",
    "learning_rate",
    "batch_size",
    "summaries_dir",
    "wanted_words",
    "train_dir",
    "save_step_interval",
    "start_checkpoint",
    "model_architecture",
    "check_nans",
    "quantize",
    "preprocess",
    "verbosity",
    "optimizer",
]
MLTK = [
    "profile",
    "train",
    "tensorboard",
    "ssh",
    "evaluate",
    "quantize",
    "summarize",
    "view",
    "update_params",
    "view_audio",
    "classify_audio",
    "classify_image",
    "fingerprint_reader",
    "commander",
]


def faults(page: str) -> list[str]:
    """What the page writes as `edgekws ...` and the program does not have."""
    known = commands()
    found = []
    for line in re.findall(r"`edgekws ([^`]+)`", page):
        words = line.split()
        name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
        options = {o for p in known[name].params for o in p.opts} if name in known else set()
        if isinstance(known.get(name), click.Group) or name not in known:
            found.append(line)
        rest = words[len(name.split()) :]
        found += [line for word in rest if word not in options]
    return found


def test_commands_and_options_exist() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.count("`edgekws ") > 30
    assert faults(page) == []


def test_rule_sees_a_planted_fault() -> None:
    assert faults("`edgekws train --data` `edgekws data check`") == []
    assert faults("`edgekws trian` `edgekws train --dta`") == ["trian", "train --dta"]
    assert faults("`edgekws data` `edgekws view --png`") == ["data", "view --png", "view --png"]


@pytest.mark.parametrize("flag", [f"--{flag}" for flag in FLAGS] + MLTK)
def test_all_of_theirs_are_there(flag: str) -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if "| `" in line]
    row = [line for line in rows if line.startswith((f"| `{flag}` |", f"| `{flag}` ("))]
    assert len(row) == 1
    assert re.search(r"`edgekws |not here|no option", row[0])
