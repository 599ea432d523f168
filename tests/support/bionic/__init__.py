"""TensorFlow Lite's own library for Android, loaded into a Java machine on Linux on x86-64.

Its references to versions of Android's libc are struck out, so that glibc answers; what glibc does
not have comes from ``bionic.c``.
"""

from __future__ import annotations

import os
import struct
import subprocess
import zipfile
from pathlib import Path

from edgekws.codegen.android_view import Versions

_FOLDER = Path(__file__).parent
_DYNAMIC = 2  # kind of program header
_PROGRAM_HEADER_BYTES = 56
_VERSIONS = {0x6FFFFFF0, 0x6FFFFFFC, 0x6FFFFFFD, 0x6FFFFFFE, 0x6FFFFFFF}
_NOTHING = 0x60000FFF  # a tag that means nothing to the loader


def heard_by_tensorflow_lite(project: Path, jars: Path) -> tuple[int, list[str]]:
    """Largest difference from the golden scores, and words of golden.wav as in words.txt.

    ``project`` is for ``com.example.door``, and ``make jvm`` was done in it.
    """
    version, made = Versions().tensorflow_lite, project / "build" / "bionic"
    made.mkdir()
    _library(jars / f"tensorflow-lite-{version}.aar", made)
    classes = [project / f"build/{name}.jar" for name in ("kws", "check")]
    classes += [*sorted((project / "build/tflite").glob("*/classes.jar")), *jars.glob("*.jar")]
    path = ":".join(map(str, [made, *classes, project / "kws/src/main/resources"]))
    _done(["javac", "-cp", path, "-d", str(made), str(_FOLDER / "Heard.java")], project)
    libraries = f"-Djava.library.path=build:{made}"
    printed = _done(
        ["java", "-Xcheck:jni", libraries, "-cp", path, "Heard", "check/golden.wav"],
        project,
        {**os.environ, "LD_LIBRARY_PATH": str(made)},
    )
    first, *words = printed.splitlines()
    return int(first), words


def _library(aar: Path, folder: Path) -> None:
    """Write the library and what it needs beside itself."""
    name = "libtensorflowlite_jni.so"
    with zipfile.ZipFile(aar) as archive:
        (folder / name).write_bytes(_without_versions(archive.read(f"jni/x86_64/{name}")))
    source = str(_FOLDER / "bionic.c")
    _done(
        ["gcc", "-shared", "-fPIC", "-O1", source, "-Wl,-soname,libc.so", "-o", "libc.so"], folder
    )
    (folder / "empty.c").write_text("")
    for other in ("libm.so", "libdl.so", "liblog.so"):
        _done(["gcc", "-shared", "empty.c", f"-Wl,-soname,{other}", "-o", other], folder)


def _without_versions(library: bytes) -> bytes:
    """Return the ELF file without the tables that say which version each symbol is of."""
    changed = bytearray(library)
    (table,) = struct.unpack_from("<Q", changed, 32)
    (count,) = struct.unpack_from("<H", changed, 56)
    for index in range(count):
        header = table + index * _PROGRAM_HEADER_BYTES
        kind, _, start, _, _, size = struct.unpack_from("<IIQQQQ", changed, header)
        for entry in range(start, start + size, 16) if kind == _DYNAMIC else ():
            if struct.unpack_from("<q", changed, entry)[0] in _VERSIONS:
                struct.pack_into("<q", changed, entry, _NOTHING)
    return bytes(changed)


def _done(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout
