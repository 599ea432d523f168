"""Options and fixtures that every room's tests share."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

# `make test` tells the makes below it that they are nested, and they would say so in their output.
for _name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
    os.environ.pop(_name, None)
# A shell starts background jobs with Ctrl-C ignored, and what they start inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)

REQUIRE_TOOLS = os.environ.get("EDGEKWS_REQUIRE_TOOLS") == "1"


def _folder(variable: str) -> Path:
    value = os.environ.get(variable)
    if not value or not Path(value).is_dir():
        pytest.skip(f"set {variable} to the folder")
    return Path(value)


@pytest.fixture(scope="session")
def speech_commands() -> Path:
    """Real clips in Speech Commands layout."""
    return _folder("EDGEKWS_SPEECH_COMMANDS")


@pytest.fixture(scope="session")
def foreign_models() -> Path:
    """int8 models made elsewhere."""
    return _folder("EDGEKWS_FOREIGN_MODELS")


@pytest.fixture(scope="session")
def require_tool() -> Callable[[str], str]:
    """Path of a program; skips the test without it, fails it where tools are required."""

    def find(program: str) -> str:
        path = shutil.which(program)
        if path is None and REQUIRE_TOOLS:
            pytest.fail(f"{program} is not installed and EDGEKWS_REQUIRE_TOOLS=1")
        if path is None:
            pytest.skip(f"{program} is not installed")
        return path

    return find
