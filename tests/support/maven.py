"""The jars that an exported Android project is checked with, fetched by Maven once and kept."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from support import tools

from edgekws.audio.cache import cache_folder
from edgekws.codegen.android_view import Versions


def jars(project: Path, *, litert: bool = False) -> Path:
    """Folder of the jars that ``check/pom.xml`` names; without them skips, fails in CI."""
    versions = Versions()
    names = [versions.android_all, versions.coroutines]
    names += [f"litert-{versions.tensorflow_lite}"] if litert else []
    folder = cache_folder() / f"android-jars-{'-'.join(names)}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two Mavens at once could spoil what both keep
        if not folder.exists():
            tools.require("mvn")
            _fetch(project / "check" / "pom.xml", folder)
    return folder


def _fetch(pom: Path, folder: Path) -> None:
    """Fetch beside ``folder`` and rename, so that it is there whole or not at all."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="jars-") as name:
        command = ["mvn", "--batch-mode", "--quiet", "--file", str(pom)]
        wish = ["dependency:copy-dependencies", "-DexcludeTransitive=true"]
        done = subprocess.run(
            [*command, *wish, f"-DoutputDirectory={name}/jars"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0 and os.environ.get("EDGEKWS_REQUIRE_TOOLS") != "1":
            pytest.skip("Maven cannot fetch the jars")
        assert done.returncode == 0, done.stdout + done.stderr
        shutil.move(f"{name}/jars", folder)
