"""A room imports only from rooms on its left, and TensorFlow stays in three of them."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import edgekws

PACKAGE = Path(edgekws.__file__).parent
CORRIDOR = [
    "audio",
    "features",
    "models",
    "train",
    "quantize",
    "graph",
    "stream",
    "codegen",
    "firmware",
    "verify",
    "export",
    "report",
    "sweep",
    "cli",
]
MAY_USE_TENSORFLOW = {"models", "train", "quantize"}
TENSORFLOW = ("tensorflow", "tf_keras", "tensorflow_model_optimization")


def imported(source: str) -> Iterator[str]:
    """Full names of the modules that some source text imports, late imports included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def faults(room: str, source: str) -> list[str]:
    """What in ``source`` a file of ``room`` must not import."""
    left_of_all = room not in CORRIDOR
    allowed = set() if left_of_all else set(CORRIDOR[: CORRIDOR.index(room) + 1])
    found = []
    for name in imported(source):
        parts = name.split(".")
        if parts[0] == "edgekws" and parts[1:2] and parts[1] in set(CORRIDOR) - allowed:
            found.append(name)
        if parts[0] in TENSORFLOW and room not in MAY_USE_TENSORFLOW:
            found.append(name)
    return found


ENTRY_POINT = PACKAGE / "__main__.py"  # imports the last room, as it must


@pytest.mark.parametrize(
    "path", sorted(set(PACKAGE.rglob("*.py")) - {ENTRY_POINT}), ids=lambda p: p.stem
)
def test_imports_only_from_the_left(path: Path) -> None:
    parts = path.relative_to(PACKAGE).parts
    assert faults(parts[0], path.read_text(encoding="utf-8")) == []


def test_rule_sees_a_planted_fault() -> None:
    assert faults("audio", "from edgekws.features import base") == ["edgekws.features.base"]
    assert faults("recipe.py", "import edgekws.audio.read") == ["edgekws.audio.read"]
    assert faults("graph", "import tensorflow as tf") == ["tensorflow"]


@pytest.mark.parametrize("forbidden", ["numpy", "tensorflow", "jinja2", "rich", "soundfile"])
def test_help_imports_nothing_heavy(forbidden: str) -> None:
    code = (
        "import sys; from click.testing import CliRunner; from edgekws.cli import cli; "
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0; "
        f"sys.exit({forbidden!r} in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
