"""``docs/ops.md`` says what the operators' files say."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

from edgekws.graph import supported_ops

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "ops_page.py"


@pytest.fixture
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ops_page", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_fresh(script: ModuleType) -> None:
    if os.environ.get("EDGEKWS_UPDATE_GOLDEN") == "1":
        script.main([])
    stale = "docs/ops.md is stale: run `make docs` and read the diff"
    assert script.PAGE.read_text(encoding="utf-8") == script.page(), stale


def test_every_operator_has_its_row(script: ModuleType) -> None:
    for name in supported_ops():
        assert f"\n| {name} | " in script.page()


def test_check_says_whether_it_is_fresh(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "PAGE", tmp_path / "ops.md")
    assert script.main(["--check"]) == 1
    assert script.main([]) == 0
    assert script.main(["--check"]) == 0
