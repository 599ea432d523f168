"""Layouts in a folder, compiled as their tool compiles them or as strictly as we can."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from support.small_network import small_keywords, sound_keywords

from edgekws.boards import find_board
from edgekws.codegen.layout import find_layout
from edgekws.codegen.spotter import Keywords
from edgekws.firmware.build import write_files

SUPPORT = Path(__file__).resolve().parent
COMMAND = "edgekws export --target cortex-m --layout"
WARNINGS = [
    "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Wdouble-promotion",
    "-Werror",
]  # fmt: skip
SANITIZERS = ["-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
ARM = ["arm-none-eabi-gcc", "-mthumb", "-mcpu=cortex-m4"]
TRACE = "-DKWS_TRACE_LAYER=kws_selftest_layer"
PASSED = "selftest: features, layers, scores, detections equal: PASS\n"
PASSED_WITHOUT_LAYERS = "selftest: features, scores, detections equal: PASS\n"
FEATURES_PASSED = "selftest: layers, scores equal: PASS\n"

# One that listens, and one whose model came without a frontend, with another prefix.
KEYWORDS = {"listens": sound_keywords(), "features": small_keywords(prefix="demo")}

Files = dict[str, str | bytes]


def made(layout: str, keywords: Keywords) -> Files:
    command = f"{COMMAND} {layout}"
    lay_out = find_layout(layout)
    return lay_out(keywords, *find_board("mps2_an386"), command=command, verified="no")


def texts(files: Files) -> dict[str, str]:
    return {path: content for path, content in files.items() if isinstance(content, str)}


def written(folder: Path, layout: str, keywords: Keywords) -> Path:
    write_files(folder, made(layout, keywords))
    return folder


def compile_only(
    folder: Path, compiler: list[str], sources: Iterable[str], flags: list[str]
) -> None:
    """Compile each source; a warning fails."""
    done = run([*compiler, *WARNINGS, *flags, "-fsyntax-only", *sources], folder)
    assert done.returncode == 0, done.stderr


def build(folder: Path, command: list[str]) -> Path:
    """Link a program for this machine with the sanitizers; it is ``folder/program``."""
    done = run([*command, *SANITIZERS, "-o", "program"], folder)
    assert done.returncode == 0, done.stderr
    return folder / "program"


def run(
    command: list[str | Path],
    folder: Path,
    environment: Mapping[str, str] | None = None,
    stdin: bytes = b"",
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, check=False, env=environment, input=stdin
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def cmake(folder: Path, build_folder: str, *options: str) -> None:
    """Configure and build as strictly as everywhere; a warning of CMake fails too."""
    flags = " ".join(WARNINGS)
    configure = ["cmake", "-S", ".", "-B", build_folder, "-Werror=dev", f"-DCMAKE_C_FLAGS={flags}"]
    for step in ([*configure, *options], ["cmake", "--build", build_folder]):
        done = run(step, folder)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Warning" not in done.stderr, done.stderr
