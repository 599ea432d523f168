"""``edgekws train --strategy`` where it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command_line import contents, refused


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    monkeypatch.delenv("TF_CONFIG", raising=False)


def test_without_tf_config_nothing_is_begun(tmp_path: Path) -> None:
    said = refused(1, "train", "--strategy", "multi_worker", "--name", "big")
    assert said.startswith("TF_CONFIG is not set; --strategy multi_worker needs it on every")
    assert contents(tmp_path) == {}


def test_a_wrong_tf_config_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CONFIG", '{"cluster": {"worker": ["here"]}}')
    said = refused(1, "train", "--strategy", "multi_worker")
    assert said.startswith("TF_CONFIG: 'here' must be HOST:PORT; write it like")
    assert contents(tmp_path) == {}


def test_an_unknown_strategy_is_refused() -> None:
    assert "'tpu' is not one of" in refused(2, "train", "--strategy", "tpu")


def test_a_run_is_resumed_with_any_strategy() -> None:
    assert "no such run" in refused(2, "train", "--resume", "gone", "--strategy", "mirrored")
