"""The ready library of an Android project as one ``.aar``: classes, and a library for each ABI."""

from __future__ import annotations

import fcntl
import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

from edgekws.audio.cache import cache_folder
from edgekws.codegen.android_files import CPP, INCLUDE, units
from edgekws.codegen.android_view import Versions
from edgekws.errors import BuildError, ToolMissing
from edgekws.firmware import android_clang, toolchain
from edgekws.firmware.build import Sources, workspace

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
_RULES = "kws/consumer-rules.pro"
_TIMEOUT_S = 900
_MANIFEST = """<?xml version="1.0" encoding="utf-8"?>
<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="{package}">
    <uses-sdk android:minSdkVersion="{sdk}" />
</manifest>
"""

Files = Mapping[str, str | bytes]


def find_tools() -> android_clang.Clang:
    """Return the compiler, and look for everything else that `build_aar` runs.

    Raises
    ------
    ToolMissing
        Something is not there; says what to install.
    """
    toolchain.find("make")
    toolchain.find("javac")
    for name, program in (("KOTLINC", "npm"), ("JARS", "mvn")):
        if name not in os.environ and shutil.which(program) is None:
            raise ToolMissing(
                f"{program}: not installed; install {toolchain.packages(program)}, or set {name} "
                "as the Makefile of the project says"
            )
    return android_clang.find_clang()


def build_aar(files: Files) -> bytes:
    """Build what ``files``, a project of `edgekws.codegen.android`, describe.

    The same project and compilers give the same bytes. The Kotlin compiler and Android's classes
    are fetched once into the cache folder, as ``make check`` fetches them.

    Raises
    ------
    ToolMissing
        See `find_tools`.
    BuildError
        A compiler refused, or something could not be fetched.
    """
    clang = find_tools()
    versions = Versions()
    with workspace(files) as folder:
        parts = {
            "AndroidManifest.xml": manifest(files, versions.min_sdk),
            "R.txt": b"",  # no resources
            "classes.jar": repacked(_classes(folder)),
            "proguard.txt": (folder / _RULES).read_bytes(),
        }
        library = _library_name(files)
        sources = Sources(units(files).library, INCLUDE)
        for abi in versions.abis:
            out = folder / CPP / library
            android_clang.link(clang, abi, versions.min_sdk, sources, out)
            parts[f"jni/{abi}/{library}"] = out.read_bytes()
    return zipped(parts)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip of ``parts`` that holds nothing of where or when it was made."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(parts):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, parts[name])
    return made.getvalue()


def repacked(jar: bytes) -> bytes:
    """Return the jar without the times in it."""
    with zipfile.ZipFile(io.BytesIO(jar)) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist() if name[-1] != "/"})


def manifest(files: Files, sdk: str) -> bytes:
    """Manifest with what Gradle would take from ``build.gradle.kts``."""
    text = files["kws/build.gradle.kts"]
    assert isinstance(text, str)
    found = re.search(r'namespace = "([\w.]+)"', text)
    assert found is not None
    return _MANIFEST.format(package=found[1], sdk=sdk).encode()


def file_name(files: Files) -> str:
    """Name of the file, after the library in it: ``kws.aar``."""
    return f"{_library_name(files).removeprefix('lib').removesuffix('_jni.so')}.aar"


def _library_name(files: Files) -> str:
    text = files[f"{CPP}/CMakeLists.txt"]
    assert isinstance(text, str)
    found = re.search(r"add_library\((\w+) SHARED", text)
    assert found is not None
    return f"lib{found[1]}.so"


def _classes(folder: Path) -> bytes:
    """Compile the Kotlin classes by the project's own Makefile."""
    versions = Versions()
    kept = f"android-{versions.kotlin}-{versions.android_all}-{versions.coroutines}"
    tools = cache_folder() / kept
    tools.mkdir(parents=True, exist_ok=True)
    (folder / "build").mkdir()
    (folder / "build" / "tools").symlink_to(tools)
    os.utime(folder / "check" / "pom.xml", (0, 0))  # kept jars are not older
    with (tools / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two exports at once could spoil what both keep
        _make(folder, "build/kws.jar")
    return (folder / "build" / "kws.jar").read_bytes()


def _make(folder: Path, target: str) -> None:
    command = [toolchain.find("make"), "--silent", target]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as exc:
        raise BuildError(f"android: the Kotlin classes took over {_TIMEOUT_S} s") from exc
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).strip().splitlines()
        said = next((line for line in lines if "error" in line.lower()), lines[0] if lines else "")
        raise BuildError(f"android: the Kotlin classes were not made: {said}")
