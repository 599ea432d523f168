"""``docs/cli.md`` says what the commands say."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "cli_reference.py"


@pytest.fixture
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("cli_reference", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_fresh(reference: ModuleType) -> None:
    if os.environ.get("EDGEKWS_UPDATE_GOLDEN") == "1":
        reference.main([])
    stale = "docs/cli.md is stale: run `make docs` and read the diff"
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page(), stale


def test_check_says_whether_it_is_fresh(
    reference: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "PAGE", tmp_path / "cli.md")
    assert reference.main(["--check"]) == 1
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0


def test_every_option_and_key_is_on_it(reference: ModuleType) -> None:
    page = reference.page()
    for words in ("--learning-rate R,...", "`files[].scores`", "`origins.flash_bytes`", "| 130 |"):
        assert words in page
