"""A Kotlin compiler of the exported version, fetched by npm once and kept in the cache folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from support import tools

from edgekws.audio.cache import cache_folder
from edgekws.codegen.android_view import Versions


def compiler() -> Path:
    """Path of ``kotlinc``; without npm or network skips, fails where tools are required."""
    version = Versions().kotlin
    folder = cache_folder() / f"kotlin-compiler-{version}"
    found = folder / "node_modules" / "kotlin-compiler" / "bin" / "kotlinc"
    if not found.exists():
        tools.require("npm")
        _install(version, folder)
    return found


def _install(version: str, folder: Path) -> None:
    """Install beside ``folder`` and rename: another test process may do the same just now."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="kotlin-") as name:
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", name]
        done = subprocess.run(
            [*command, f"kotlin-compiler@{version}"], capture_output=True, text=True, check=False
        )
        if done.returncode != 0 and os.environ.get("EDGEKWS_REQUIRE_TOOLS") != "1":
            pytest.skip("npm cannot fetch the Kotlin compiler")
        assert done.returncode == 0, done.stderr
        if not folder.exists():
            shutil.move(name, folder)
            Path(name).mkdir()  # for the block to delete
