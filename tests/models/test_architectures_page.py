"""``docs/architectures.md`` has every architecture, as its file describes it.

Its numbers are compared where networks are built: in ``test_architectures.py`` beside this, and in
``tests/graph/test_architectures.py``.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from support.architectures_page import rows

from edgekws.models import architecture_names, find_architecture

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "architectures_page.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("architectures_page", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_architecture_has_its_row() -> None:
    stale = "docs/architectures.md is stale: run `make docs` and read the diff"
    assert tuple(rows()) == architecture_names(), stale


@pytest.mark.parametrize("name", architecture_names())
def test_a_row_says_what_the_file_says(script: ModuleType, name: str) -> None:
    architecture, cells = find_architecture(name), rows()[name]
    spec = architecture.default_frontend
    assert cells["what"] == architecture.summary
    assert cells["source"] == script.source(architecture)
    assert (
        cells["features"]
        == f"{spec.name} at {spec.sample_rate_hz // (2000 if spec.halved else 1000)} kHz"
    )
    assert cells["frames x bands"] == f"{spec.frames(spec.sample_rate_hz)}x{spec.bands}"
    assert cells["window / hop"] == f"{spec.window_ms} / {spec.hop_ms} ms"
