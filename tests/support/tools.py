"""Skip a test whose programs or data are not here; in CI a missing program is a failure."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

import pytest

CROSS = ("arm-none-eabi-gcc", "qemu-system-arm")


def require(*programs: str) -> None:
    """Skip the test unless all programs are installed; fail when EDGEKWS_REQUIRE_TOOLS=1."""
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        message = f"not installed: {', '.join(missing)}"
        if os.environ.get("EDGEKWS_REQUIRE_TOOLS") == "1":
            pytest.fail(message)
        pytest.skip(message)


def foreign_model(name: str) -> Path:
    """Path of a model made elsewhere; skips without EDGEKWS_FOREIGN_MODELS."""
    folder = os.environ.get("EDGEKWS_FOREIGN_MODELS")
    if not folder:
        pytest.skip("EDGEKWS_FOREIGN_MODELS is not set")
    return Path(folder) / name


def require_package(name: str) -> None:
    """Skip the test unless a Python package is installed; fail when EDGEKWS_REQUIRE_TOOLS=1."""
    if importlib.util.find_spec(name) is None:
        message = f"Python package not installed: {name}"
        if os.environ.get("EDGEKWS_REQUIRE_TOOLS") == "1":
            pytest.fail(message)
        pytest.skip(message)
