"""What is installed, and what to type for the rest."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from edgekws.cli.commands.doctor import NEEDS
from edgekws.errors import ToolMissing
from edgekws.firmware.doctor import CORE, Diagnosis, Finding, diagnose, parts

ROOT = Path(__file__).parents[2]


def program(folder: Path, name: str, says: str, status: int = 0) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n")
    path.chmod(0o755)


def finding(name: str, *needed_for: str, version: str | None = None) -> Finding:
    return Finding(name, "program", "", needed_for, version, None if version else f"get {name}")


def test_every_need_has_parts_and_every_part_a_way_to_get_it() -> None:
    known = {purpose for part in parts() for purpose in part.needed_for}
    assert known == {CORE, *NEEDS}
    for part in parts():
        assert part.install.startswith(("pip install ", "apt-get install ", "install Android"))


def test_every_extra_of_the_package_has_a_part() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = set(project["optional-dependencies"]) - {"all", "dev", "layouts"}
    named = {part.install.partition("edgekws[")[2].rstrip(']"') for part in parts()}
    assert extras <= named


def test_versions_are_read_from_the_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "cc", "cc (Distribution 9.9.9-1) 12.2.0 and more")
    program(tmp_path, "make", "GNU Make 4.3")
    program(tmp_path, "cmake", "broken", status=1)
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + "/nonexistent")
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("ANDROID_HOME", str(tmp_path))
    found = {part.name: part for part in diagnose().parts}
    assert found["C compiler"].version == "cc 12.2.0"
    assert (found["make"].version, found["make"].install) == ("4.3", None)
    assert (found["cmake"].version, found["javac"].version) == (None, None)
    assert found["Android SDK"].version == str(tmp_path)
    arm = found["arm-none-eabi-gcc"]
    assert not arm.found
    assert str(arm.install).endswith(" gcc-arm-none-eabi libnewlib-arm-none-eabi")


def test_only_what_is_asked_for_can_be_missing() -> None:
    diagnosis = Diagnosis((finding("numpy", CORE, version="2.0"), finding("qemu", "cortex-m")))
    diagnosis.require(())
    diagnosis.require(("train",))
    with pytest.raises(ToolMissing, match="missing for core and cortex-m: qemu; run: get qemu"):
        diagnosis.require(("train", "cortex-m")[1:])


def test_the_core_is_always_asked_for() -> None:
    with pytest.raises(ToolMissing, match="missing for core: numpy; run: get numpy"):
        Diagnosis((finding("numpy", CORE),)).require(())
