"""Run cases of kernels as a phone does: arm64 and armv7 programs in QEMU's user mode."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from support import tools
from support.ckernel import FLAGS, RUNTIME, Case, program


@dataclass(frozen=True)
class Phone:
    """A kind of core: the compiler's prefix, its flags, and QEMU's name of it."""

    prefix: str
    flags: tuple[str, ...]
    qemu: str
    cpu: str


PHONES = {
    "arm64 with dot products": Phone("aarch64-linux-gnu-", (), "qemu-aarch64", "max"),
    "arm64": Phone("aarch64-linux-gnu-", (), "qemu-aarch64", "cortex-a53"),
    "armv7": Phone("arm-linux-gnueabihf-", ("-mfpu=neon",), "qemu-arm", "cortex-a9"),
}


def build(phone: Phone, main: str, sources: Sequence[str], folder: Path) -> Path:
    """Compile ``main`` with files of the runtime; the program's path."""
    tools.require(f"{phone.prefix}gcc", phone.qemu)
    (folder / "main.c").write_text(main)
    files = [str(RUNTIME / name) for name in sources]
    command = [f"{phone.prefix}gcc", *FLAGS, *phone.flags, "-static", str(folder / "main.c")]
    subprocess.run([*command, *files, "-o", str(folder / "main")], check=True)
    return folder / "main"


def run_on_phone(
    cases: Sequence[Case], name: str, folder: Path
) -> subprocess.CompletedProcess[str]:
    """Compile the cases into one program and run it; it ends with 0 when all are right."""
    phone = PHONES[name]
    sources = sorted({source for case in cases for source in case.kernel.sources})
    built = build(phone, program(list(cases)), sources, folder)
    command = [phone.qemu, "-cpu", phone.cpu, str(built)]
    return subprocess.run(command, check=False, capture_output=True, text=True)
