"""Small C programs for the tests: files of the runtime with a driver, under the sanitizers."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from edgekws.resources import templates_folder

RUNTIME = templates_folder() / "runtime"
FLAGS = [
    "-std=c99",
    "-pedantic",
    "-Wall",
    "-Wextra",
    "-Wshadow",
    "-Wconversion",
    "-Wdouble-promotion",
    "-Werror",
    "-g",
    "-O1",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
]


def build(
    compiler: str, driver: Path, sources: tuple[str, ...], *, faults: Mapping[str, str] = {}
) -> Path:
    """Compile ``driver`` with ``sources`` of the runtime; the program's path.

    ``faults`` are texts to replace in the sources, each found exactly once in all of them.
    """
    folder = Path(tempfile.mkdtemp(prefix="edgekws-test-"))
    texts = {name: (RUNTIME / name).read_text(encoding="utf-8") for name in sources}
    for right, wrong in faults.items():
        assert sum(text.count(right) for text in texts.values()) == 1, f"not there once: {right}"
        texts = {name: text.replace(right, wrong) for name, text in texts.items()}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    program = folder / "program"
    command = [compiler, *FLAGS, f"-I{RUNTIME}", str(driver), *(str(folder / s) for s in sources)]
    subprocess.run([*command, "-o", str(program)], check=True)
    return program


def run(program: Path, data: bytes) -> list[str]:
    """Lines that the program prints for ``data`` on its standard input; it must end with 0."""
    done = subprocess.run([str(program)], input=data, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().splitlines()


def remove(program: Path) -> None:
    """Delete what `build` made."""
    shutil.rmtree(program.parent)
