"""The exported Android module at work on this machine: its library in a JVM, and for each ABI."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
from pathlib import Path

import pytest
from support import kotlin, maven, tools
from support.small_network import recording, sound_keywords

from edgekws.codegen.android import generate_android
from edgekws.codegen.android_files import CPP, INCLUDE, units
from edgekws.firmware.build import WARNINGS, write_files

pytestmark = pytest.mark.slow

SAMPLES = 32_000
TIMEOUT_S = 300
TARGETS = (
    "aarch64-linux-android21",
    "armv7a-linux-androideabi21",
    "x86_64-linux-android21",
    "i686-linux-android21",
)
# Of Android's libc; of the compiler's own library, which the NDK links: divisions of 64 bits.
LIBC = {"free", "memcpy", "memmove", "memset", "posix_memalign"}
COMPILER = r"__aeabi_\w+|__u?divdi3|__u?moddi3|_GLOBAL_OFFSET_TABLE_"

# Each fault is planted in a file, and a target of make must end with the words behind it.
BRIDGE = f"{CPP}/kws_jni.c"
FAULTS = (
    (BRIDGE, "offset + taken, samples", "offset, samples", "jvm", "jvm: FAIL"),
    (BRIDGE, " && !block->word.is_new) {", ") {", "jvm", "jvm: FAIL"),
    (
        BRIDGE, "kws_spotter_reset(&block_of(handle)->memory.spotter)", "block_of(handle)",
        "jvm", "jvm: FAIL",
    ),
    (
        BRIDGE, "report(env, word", "report(env, pcm != NULL ? pcm : word",
        "jvm", "JNI is used wrongly",
    ),
    (BRIDGE, "    free(block_of(handle));", "    (void)handle;", "sanitized", "given back: 2"),
    (
        BRIDGE, "block->word.is_new = false;\n    while", "block->chunk[length] = 1;\n    while",
        "sanitized", "AddressSanitizer",
    ),
    ("app/src/main/AndroidManifest.xml", "RECORD_AUDIO", "INTERNET", "app", "more than the micro"),
    ("check/words.txt", "\n", "\n0 0 yes\n", "arm64", "arm64: FAIL on cortex-a53"),
)  # fmt: skip


def project(folder: Path) -> tuple[dict[str, str | bytes], int]:
    """Write a project into ``folder``; its files and how many words its recording has."""
    keywords = dataclasses.replace(sound_keywords(prefix="door"), golden_pcm=recording(SAMPLES))
    files = generate_android(
        keywords, command="a test", verified="no", namespace="com.example.door"
    )
    write_files(folder, files)
    words = files["check/words.txt"]
    assert isinstance(words, str)
    return files, sum(not line.startswith("#") for line in words.splitlines())


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--silent", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def test_make_check_passes_and_planted_faults_are_seen(tmp_path: Path) -> None:
    tools.require("make", "gcc", "java", "javac", "nm", "aapt2", "qemu-aarch64")
    tools.require("aarch64-linux-gnu-gcc")
    _, words = project(tmp_path)
    assert words >= 5
    wishes = f"KOTLINC={kotlin.compiler()}", f"JARS={maven.jars(tmp_path)}"
    done = make(tmp_path, "check", *wishes)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"words equal the golden ones: {words} of them" in done.stdout
    assert "selftest: features, layers, scores, detections equal: PASS" in done.stdout
    assert "feed allocates nothing: 0 bytes, 0 words" in done.stdout
    passed = re.findall(r"^(\w+): .*PASS$", done.stdout, re.M)
    assert passed == [
        "selftest", "jvm", "refused", "microphone", "app", "sanitized", "selftest", "selftest",
        "arm64",
    ]  # fmt: skip
    assert "FAILED" not in done.stdout
    assert exported(tmp_path / "build" / "libdoor_jni.so") == {"JNI_OnLoad"}
    for name, right, wrong, target, said in FAULTS:
        text = (tmp_path / name).read_text()
        assert right in text, right
        (tmp_path / name).write_text(text.replace(right, wrong, 1))
        done = make(tmp_path, target, *wishes)
        (tmp_path / name).write_text(text)
        seen = said in done.stdout or "SIGSEGV" in done.stdout  # whichever of the two is first
        assert done.returncode != 0 and seen, f"not seen: {wrong}\n{done.stdout}"


def exported(library: Path) -> set[str]:
    command = ["nm", "-D", "--defined-only", str(library)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {line.split()[-1] for line in done.stdout.splitlines()}


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    tools.require("make", "java")
    project(tmp_path)
    no_jdk = make(tmp_path, "tools-java", f"JAVA_HOME={tmp_path}")
    assert no_jdk.returncode != 0 and "no include/jni.h" in no_jdk.stdout
    no_cc = make(tmp_path, "selftest", "CC=no-such-compiler")
    assert no_cc.returncode != 0 and "no C compiler: install gcc" in no_cc.stdout


def test_cmake_makes_a_library_for_pages_of_16_kib(tmp_path: Path) -> None:
    tools.require("cmake", "make", "cc", "java", "javac", "readelf")
    project(tmp_path)
    include = " ".join(f"-isystem {path}" for path in jdk_include())
    configure = ["cmake", "-S", CPP, "-B", "build", f"-DCMAKE_C_FLAGS={include} -Werror"]
    for command in (configure, ["cmake", "--build", "build"]):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    library = tmp_path / "build" / "libdoor_jni.so"
    assert exported(library) == {"JNI_OnLoad"}
    done = subprocess.run(
        ["readelf", "-lW", str(library)], capture_output=True, text=True, check=True
    )
    alignments = re.findall(r"^ +LOAD .* (0x\w+)$", done.stdout, re.M)
    assert alignments and set(alignments) == {"0x4000"}


@pytest.mark.parametrize("target", TARGETS)
def test_it_compiles_for_each_abi(target: str, tmp_path: Path) -> None:
    tools.require("clang", "java", "javac", "nm")
    files, _ = project(tmp_path)
    libc(tmp_path / "libc")
    include = [f"-I{CPP}/{name}" for name in INCLUDE]
    system = [f"-isystem{path}" for path in (tmp_path / "libc", *jdk_include())]
    command = ["clang", f"--target={target}", "-nostdlibinc", "-fPIC", "-O2", *WARNINGS]
    sources = [f"{CPP}/{name}" for name in units(files).library]
    done = subprocess.run(
        [*command, *include, *system, "-c", *sources],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    defined, wanted = symbols(tmp_path)
    assert {name for name in wanted - defined if not re.fullmatch(COMPILER, name)} <= LIBC


def symbols(folder: Path) -> tuple[set[str], set[str]]:
    """Symbols that the object files in ``folder`` define and those they only use."""
    objects = [str(path) for path in sorted(folder.glob("*.o"))]
    done = subprocess.run(["nm", *objects], capture_output=True, text=True, check=True)
    defined = set(re.findall(r"^[0-9a-f]+ [A-Zd] (\S+)$", done.stdout, re.M))
    return defined, set(re.findall(r"^ +U (\S+)$", done.stdout, re.M))


def jdk_include() -> tuple[Path, Path]:
    """Folders of the JDK's ``jni.h``."""
    done = subprocess.run(
        ["java", "-XshowSettings:properties", "-version"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"java\.home = (\S+)", done.stderr)
    assert found is not None
    folder = Path(os.environ.get("JAVA_HOME", found.group(1))) / "include"
    if not (folder / "jni.h").exists():
        tools.require("a JDK's jni.h")
    return folder, folder / "linux"


def libc(folder: Path) -> None:
    """Declare what is used of Android's libc, in place of the NDK's headers."""
    folder.mkdir()
    copy = "void *{}(void *, const void *, size_t);\n"
    headers = {
        "stdlib.h": "int posix_memalign(void **, size_t, size_t);\nvoid free(void *);\n",
        "string.h": copy.format("memcpy")
        + copy.format("memmove")
        + "void *memset(void *, int, size_t);\n",
        "stdio.h": "",
    }
    for name, text in headers.items():
        (folder / name).write_text(f"#include <stddef.h>\n{text}")
