"""Find the compilers and the emulator, or say how to install them."""

from __future__ import annotations

import os
import shutil

from edgekws.errors import ToolMissing

ARM_GCC = "arm-none-eabi-gcc"
QEMU = "qemu-system-arm"

_PACKAGES = {
    "gcc": "gcc libc6-dev",
    "clang": "clang libc6-dev",
    "make": "make",
    "size": "binutils",
    "cmake": "cmake",
    "javac": "openjdk-17-jdk-headless",
    "mvn": "maven",
    "aapt2": "aapt",
    "aarch64-linux-gnu-gcc": "gcc-aarch64-linux-gnu libc6-dev-arm64-cross",
    "qemu-aarch64": "qemu-user",
    ARM_GCC: "gcc-arm-none-eabi libnewlib-arm-none-eabi",
    QEMU: "qemu-system-arm",
}
_HOST_COMPILERS = ("cc", "gcc", "clang")


def find(program: str) -> str:
    """Full path of ``program``.

    Raises
    ------
    ToolMissing
        It is not on the path; names the Debian packages that bring it.
    """
    path = shutil.which(program)
    if path is None:
        raise ToolMissing(
            f"{program}: not installed; "
            f"run: apt-get install --no-install-recommends {packages(program)}"
        )
    return path


def packages(program: str) -> str:
    """Debian packages that bring ``program``, with spaces between."""
    return _PACKAGES.get(program, program)


def host_compiler() -> str:
    """Full path of a C compiler for this machine: ``$CC``, else cc, gcc or clang."""
    chosen = os.environ.get("CC")
    if chosen:
        return find(chosen)
    for name in _HOST_COMPILERS:
        path = shutil.which(name)
        if path is not None:
            return path
    return find("gcc")
