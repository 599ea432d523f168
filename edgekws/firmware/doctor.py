"""Which programs and Python extras are here, what they are for, and how to install the others."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from edgekws.errors import ToolMissing
from edgekws.firmware import toolchain

TIMEOUT_S = 20
CORE = "core"

_ANDROID = ("javac", "npm", "mvn", "aarch64-linux-gnu-gcc", "qemu-aarch64")
_APT = "apt-get install --no-install-recommends"


@dataclass(frozen=True)
class Part:
    """Something that edgekws can use. ``needed_for`` holds `CORE` or what ``--need`` takes."""

    name: str
    kind: str  # program | python | folder
    serves: str  # for people: which commands use it
    needed_for: tuple[str, ...]
    install: str  # a command to type, or a few words where there is none
    look: Callable[[], str | None]  # version, or None when it is not there


@dataclass(frozen=True)
class Finding:
    """A part and whether it is here; ``version`` is None when it is not."""

    name: str
    kind: str
    serves: str
    needed_for: tuple[str, ...]
    version: str | None
    install: str | None  # None when it is there

    @property
    def found(self) -> bool:
        """Whether it is here."""
        return self.version is not None


@dataclass(frozen=True)
class Diagnosis:
    """All findings, in the order of a first use."""

    parts: tuple[Finding, ...]

    def missing(self, purposes: Sequence[str]) -> tuple[Finding, ...]:
        """What is not here of the core and of ``purposes``."""
        wanted = {CORE, *purposes}
        return tuple(p for p in self.parts if not p.found and wanted & set(p.needed_for))

    def require(self, purposes: Sequence[str]) -> None:
        """Raise `ToolMissing`, naming each missing part and how to install it."""
        missing = self.missing(purposes)
        if missing:
            names = ", ".join(part.name for part in missing)
            ways = dict.fromkeys(str(part.install) for part in missing)  # each once, in order
            asked = " and ".join((CORE, *purposes))
            raise ToolMissing(f"missing for {asked}: {names}; run: {' && '.join(ways)}")


def diagnose() -> Diagnosis:
    """Look for every part; starts each program once to ask for its version."""
    return Diagnosis(tuple(_finding(part) for part in parts()))


def parts() -> tuple[Part, ...]:
    """Every part there is."""
    return (
        _imported("numpy", "every command"),
        _imported("soundfile", "every command that reads sound"),
        _imported("jinja2", "export, verify, parity"),
        _python("tensorflow", "train, quantize", ("train",), "edgekws[train]"),
        _python("tf_keras", "train, quantize", ("train",), "edgekws[train]"),
        _python("tensorflow_model_optimization", "quantize", ("train",), "edgekws[train]"),
        _python("espeakng_loader", "say, data synth, the built-in set", (), "edgekws[synth]"),
        _python("soxr", "--resample", (), "edgekws[resample]"),
        _python("sounddevice", "stream --microphone", (), "edgekws[microphone]"),
        _python("optuna", "sweep", (), "edgekws[sweep]"),
        _python("matplotlib", "--png", (), "edgekws[plot]"),
        _python("tflite_micro", "verify, export, parity", ("verify",), "edgekws[verify]"),
        Part(
            "C compiler", "program", "train (faster), verify, export, parity",
            ("verify", "cortex-m", "android"), f"{_APT} {toolchain.packages('gcc')}",
            _host_compiler,
        ),
        _program("make", "exported projects", ("cortex-m", "android")),
        _program("cmake", "exported projects, instead of make", ()),
        _program(toolchain.ARM_GCC, "verify, export, parity", ("verify", "cortex-m")),
        _program(toolchain.QEMU, "verify, export, parity, make run", ("verify", "cortex-m")),
        *(_program(name, "make check of an Android project", ("android",)) for name in _ANDROID),
        Part(
            "aapt2", "program", "make check of an Android project", ("android",),
            f"{_APT} {toolchain.packages('aapt2')}",
            lambda: "unknown" if shutil.which("aapt2") else None,  # it has no --version
        ),
        _program("clang", "export --target android --format aar", ()),
        Part(
            "Android SDK", "folder", "the Gradle build of an Android project", (),
            "install Android Studio (https://developer.android.com/studio) and set ANDROID_HOME",
            _android_sdk,
        ),
    )  # fmt: skip


def _imported(module: str, serves: str) -> Part:
    """A part of the core; it is there when it can be imported, with the libraries it needs."""
    part = _python(module, serves, (CORE,), "edgekws")

    def look() -> str | None:
        try:
            importlib.import_module(module)
        except (ImportError, OSError):
            return None
        return part.look()

    return replace(part, look=look)


def _python(module: str, serves: str, needed_for: tuple[str, ...], extra: str) -> Part:
    def look() -> str | None:
        if importlib.util.find_spec(module) is None:
            return None
        try:
            return importlib.metadata.version(module.replace("_", "-"))
        except importlib.metadata.PackageNotFoundError:
            return "unknown"

    return Part(module, "python", serves, needed_for, f'pip install "{extra}"', look)


def _program(name: str, serves: str, needed_for: tuple[str, ...]) -> Part:
    install = f"{_APT} {toolchain.packages(name)}"
    return Part(name, "program", serves, needed_for, install, lambda: _version(shutil.which(name)))


def _finding(part: Part) -> Finding:
    version = part.look()
    install = part.install if version is None else None
    return Finding(part.name, part.kind, part.serves, part.needed_for, version, install)


def _host_compiler() -> str | None:
    try:
        path = toolchain.host_compiler()
    except ToolMissing:
        return None
    version = _version(path)
    return version and f"{Path(path).name} {version}"


def _android_sdk() -> str | None:
    for variable in ("ANDROID_HOME", "ANDROID_SDK_ROOT"):
        folder = os.environ.get(variable)
        if folder and Path(folder).is_dir():
            return folder
    return None


def _version(path: str | None) -> str | None:
    """The first number with a dot that the program says of itself; None when it does not run."""
    if path is None:
        return None
    try:
        done = subprocess.run(
            [path, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    lines = re.sub(r"\([^)]*\)", "", done.stdout or done.stderr)  # a distributor's own numbers
    found = re.search(r"\d+(\.\d+)+", lines)
    return found.group() if found else "unknown"
