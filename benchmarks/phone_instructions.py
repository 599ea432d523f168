"""Instructions of one inference on phones: NEON, with and without dot products, and portable C.

Counted in QEMU's user mode by the plugin that `edgekws benchmark` uses; compiled with ``-O2``.
Needs aarch64-linux-gnu-gcc, arm-linux-gnueabihf-gcc, qemu-aarch64 and qemu-arm.

    python benchmarks/phone_instructions.py MODEL.tflite|RUNS_FOLDER ...
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from exported import networks, write_c

from edgekws.firmware.count import plugin_library
from edgekws.firmware.toolchain import find, host_compiler
from edgekws.kernel import Body

MAIN = """#include "kws_model.h"
_Alignas(16) static uint8_t arena[KWS_MODEL_ARENA_BYTES];
static int8_t features[KWS_MODEL_INPUT_BYTES];
static int8_t scores[KWS_MODEL_LABEL_COUNT];
int main(void)
{
    kws_status status = KWS_OK;
    for (int i = 0; i < RUNS && status == KWS_OK; i++) {
        status = kws_model_run(arena, features, scores);
    }
    return (int)status;
}
"""


@dataclass(frozen=True)
class Phone:
    """A compiler, its flags, and the core that QEMU is."""

    prefix: str
    flags: tuple[str, ...]
    qemu: str
    cpu: str


PHONES = {
    "arm64 with dot products": Phone("aarch64-linux-gnu-", (), "qemu-aarch64", "max"),
    "arm64": Phone("aarch64-linux-gnu-", (), "qemu-aarch64", "cortex-a53"),
    "armv7": Phone("arm-linux-gnueabihf-", ("-mfpu=neon",), "qemu-arm", "cortex-a9"),
}


def main() -> None:
    """Print instructions of both bodies and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", help=".tflite files, or folders with trained runs")
    arguments = parser.parse_args()
    print(f"{'network':22} {'core':24} {'portable':>13} {'NEON':>13} {'ratio':>6}")
    for name, model in networks(arguments.models):
        for core, phone in PHONES.items():
            portable, neon = (count(model, body, phone) for body in (Body.PORTABLE, Body.NEON))
            print(f"{name:22} {core:24} {portable:13,} {neon:13,} {portable / neon:6.1f}")


def count(model: bytes, body: Body, phone: Phone) -> int:
    """Instructions of one inference: what a program with two executes more than one with one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        units = write_c(model, body, folder, {"main.c": MAIN})
        totals = [total(folder, units, phone, runs) for runs in (1, 2)]
    return totals[1] - totals[0]


def total(folder: Path, units: list[str], phone: Phone, runs: int) -> int:
    """Instructions of a whole program."""
    flags = ["-std=c11", "-O2", f"-DRUNS={runs}", *phone.flags, "-static"]
    command = [find(f"{phone.prefix}gcc"), *flags, *units, "-o", "main"]
    subprocess.run(command, check=True, cwd=folder)
    plugin = f"{plugin_library(host_compiler())},out={folder / 'counts'}"
    subprocess.run(
        [find(phone.qemu), "-cpu", phone.cpu, "-plugin", plugin, "./main"], check=True, cwd=folder
    )
    found = re.search(r"^place 0 -1 0 0 1 (\d+)", (folder / "counts").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1])


if __name__ == "__main__":
    main()
