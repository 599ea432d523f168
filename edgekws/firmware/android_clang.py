"""A shared library for each ABI of Android, by the NDK's clang or by another one with lld."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edgekws.errors import BuildError, ToolMissing
from edgekws.firmware.build import WARNINGS, Sources
from edgekws.resources import templates_folder

NDK_HOME = "ANDROID_NDK_HOME"
TARGETS = {  # of clang, by ABI
    "arm64-v8a": "aarch64-linux-android",
    "armeabi-v7a": "armv7a-linux-androideabi",
    "x86_64": "x86_64-linux-android",
    "x86": "i686-linux-android",
}

_COMPILE = ("-O2", "-fPIC", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections")
# Android 15 and later load a library into pages of 16 KiB.
_LINK = (
    *("-shared", "-s", "-fuse-ld=lld", "-Wl,--gc-sections", "-Wl,--no-undefined"),
    *("-Wl,-z,max-page-size=16384", "-Wl,--build-id=none"),
)
_TIMEOUT_S = 300


@dataclass(frozen=True)
class Clang:
    """A compiler for Android; only the NDK's has Android's headers and libraries."""

    program: str
    from_ndk: bool
    jni_include: tuple[str, ...]  # folders of jni.h; the NDK has its own


def find_clang() -> Clang:
    """Return the NDK's clang where ``ANDROID_NDK_HOME`` is set, else the one on the path.

    Raises
    ------
    ToolMissing
        There is neither, or what it needs besides is not there; says what to install.
    """
    home = os.environ.get(NDK_HOME)
    if home:
        found = sorted(Path(home).glob("toolchains/llvm/prebuilt/*/bin/clang"))
        if not found:
            raise ToolMissing(f"{NDK_HOME}: {home} has no clang; set it to the folder of an NDK")
        return Clang(str(found[0]), True, ())
    clang = shutil.which("clang")
    if clang is None or not _has_linker(clang):
        raise ToolMissing(
            f"{'ld.lld' if clang else 'clang'}: not installed; set {NDK_HOME} to the folder of an "
            "NDK, or run: apt-get install --no-install-recommends clang lld"
        )
    return Clang(clang, False, _jni_include())


def link(clang: Clang, abi: str, sdk: str, sources: Sources, out: Path) -> None:
    """Compile ``sources``, which are in the folder of ``out``, and link them.

    Parameters
    ----------
    sdk
        The oldest API level that loads the library.

    Raises
    ------
    BuildError
        The compiler or linker refused; its first error is in the message.
    """
    target = f"--target={TARGETS[abi]}{sdk}"
    folders = [f"-I{name}" for name in sources.include]
    own = [] if clang.from_ndk else _bare(clang, target, abi, out.parent)
    name = f"-Wl,-soname,{out.name}"
    words = [
        target,
        *WARNINGS,
        *_COMPILE,
        *folders,
        *_LINK,
        name,
        *own,
        *sources.units,
        "-o",
        out.name,
    ]
    _run([clang.program, *words], out.parent, abi)


def _bare(clang: Clang, target: str, abi: str, folder: Path) -> list[str]:
    """Arguments in place of the NDK's headers and libraries; makes the stand-in for libc.so."""
    bare = templates_folder() / "android" / "bare"
    stub = folder / f"stub-{abi}" / "libc.so"
    stub.parent.mkdir(exist_ok=True)
    words = [target, "-nostdlib", "-fuse-ld=lld", "-shared", "-fno-builtin", "-w"]
    command = [clang.program, *words, "-Wl,-soname,libc.so", str(bare / "libc.c"), "-o", str(stub)]
    _run(command, folder, abi)
    system = [f"-isystem{path}" for path in (str(bare), *clang.jni_include)]
    made = [_helpers(clang, target, system, folder)] if abi == "armeabi-v7a" else []
    return ["-nostdlibinc", "-nostdlib", *system, *made, str(stub)]


def _helpers(clang: Clang, target: str, system: Sequence[str], folder: Path) -> str:
    """Compile what takes the place of libgcc; alone, as memset there is no call of itself."""
    source = templates_folder() / "android" / "bare" / "aeabi.c"
    words = [target, "-nostdlibinc", "-fno-builtin", *WARNINGS, *_COMPILE, *system]
    _run([clang.program, *words, "-c", str(source), "-o", "aeabi.o"], folder, "armeabi-v7a")
    return "aeabi.o"


def _run(command: Sequence[str], folder: Path, abi: str) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as exc:
        raise BuildError(f"{abi}: clang did not end in {_TIMEOUT_S} s") from exc
    if done.returncode != 0:
        found = re.search(r"^.*error:.*$", done.stderr, re.M)
        said = found.group() if found else f"clang ended with {done.returncode}"
        raise BuildError(f"{abi}: {said}; the NDK's clang may do it: set {NDK_HOME}")


def _has_linker(clang: str) -> bool:
    command = [clang, "--print-prog-name=ld.lld"]  # clang looks beside itself too
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return shutil.which(done.stdout.strip()) is not None


def _jni_include() -> tuple[str, ...]:
    """Folders of a JDK's ``jni.h``, which has the same functions as Android's."""
    homes = [os.environ.get("JAVA_HOME", "")]
    javac = shutil.which("javac")
    homes += [str(Path(javac).resolve().parent.parent)] if javac else []
    for home in filter(None, homes):
        found = Path(home) / "include"
        if (found / "jni.h").exists():
            system = next(path.parent for path in found.glob("*/jni_md.h"))
            return (str(found), str(system))
    raise ToolMissing(
        f"jni.h: not found; set {NDK_HOME} or JAVA_HOME, or run: "
        "apt-get install --no-install-recommends openjdk-17-jdk-headless"
    )
