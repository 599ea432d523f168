"""``--format aar``: the library is opened again; a missing tool is named."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from support import kotlin, maven, tools
from support.small_network import recording, sound_keywords

from edgekws.codegen.android import generate_android
from edgekws.errors import ToolMissing, UsageError
from edgekws.export import aar, export
from edgekws.export.target import find_target
from edgekws.firmware import android_clang
from edgekws.firmware.build import write_files
from edgekws.resources import templates_folder
from edgekws.run import Run

MACHINES = {
    "arm64-v8a": "AArch64",
    "armeabi-v7a": "ARM",
    "x86_64": "Advanced Micro Devices X86-64",
    "x86": "Intel 80386",
}
LIBC = {"free", "getauxval", "memcpy", "memmove", "memset", "posix_memalign"}
DIVISIONS = """#include "aeabi.c"
int main(void)
{
    static const int32_t of[] = {0, 1, -1, 7, -7, 1000003, INT32_MAX, INT32_MIN, -65536};
    for (int i = 0; i < 9; i++) {
        for (int j = 1; j < 9; j++) {
            if (of[j] == -1 && of[i] == INT32_MIN) {
                continue;
            }
            uint64_t both = __aeabi_idivmod(of[i], of[j]);
            uint32_t above = (uint32_t)of[i], below = (uint32_t)of[j];
            if (both != (((uint64_t)(uint32_t)(of[i] % of[j]) << 32) | (uint32_t)(of[i] / of[j])) ||
                __aeabi_uidivmod(above, below) !=
                    (((uint64_t)(above % below) << 32) | (above / below)) ||
                __aeabi_idiv(of[i], of[j]) != of[i] / of[j] ||
                __aeabi_uidiv(above, below) != above / below) {
                return 1;
            }
        }
    }
    return 0;
}
"""


SAMPLES = 32_000
SYSROOT = Path("/usr/aarch64-linux-gnu")


@pytest.fixture(scope="module")
def project() -> dict[str, str | bytes]:
    keywords = replace(sound_keywords(prefix="door"), golden_pcm=recording(SAMPLES))
    return generate_android(keywords, command="a test", verified="no")


@pytest.fixture(scope="module")
def tool_paths(
    project: dict[str, str | bytes], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    tools.require("make", "javac", "clang", "readelf")
    folder = tmp_path_factory.mktemp("project")
    write_files(folder, project)
    return {"KOTLINC": str(kotlin.compiler()), "JARS": str(maven.jars(folder))}


def build(project: dict[str, str | bytes], tool_paths: dict[str, str], cache: Path) -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDGEKWS_CACHE_DIR", str(cache))
        patch.delenv(android_clang.NDK_HOME, raising=False)
        for name, path in tool_paths.items():
            patch.setenv(name, path)
        return aar.build_aar(project)


@pytest.fixture(scope="module")
def built(project: dict[str, str | bytes], tool_paths: dict[str, str], cache: Path) -> bytes:
    return build(project, tool_paths, cache)


@pytest.mark.slow
def test_the_library_is_whole_for_every_abi(built: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(built)) as archive:
        libraries = [f"jni/{abi}/libdoor_jni.so" for abi in sorted(MACHINES)]
        assert archive.namelist() == [
            *("AndroidManifest.xml", "R.txt", "classes.jar", *libraries, "proguard.txt"),
        ]
        with zipfile.ZipFile(io.BytesIO(archive.read("classes.jar"))) as jar:
            assert "org/edgekws/spotter/KeywordSpotter.class" in jar.namelist()
            assert {entry.date_time for entry in jar.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b'package="org.edgekws.spotter"' in archive.read("AndroidManifest.xml")
        for abi, machine in MACHINES.items():
            content = archive.read(f"jni/{abi}/libdoor_jni.so")
            expect_library(content, machine, tmp_path / f"{abi}.so")


@pytest.mark.slow
def test_built_again_it_has_the_same_bytes(
    built: bytes, project: dict[str, str | bytes], tool_paths: dict[str, str], cache: Path
) -> None:
    assert build(project, tool_paths, cache) == built


@pytest.mark.slow
@pytest.mark.qemu
@pytest.mark.parametrize("core", ["cortex-a53", "max"])
def test_the_arm64_library_hears_the_words_of_the_project(
    built: bytes, project: dict[str, str | bytes], core: str, tmp_path: Path
) -> None:
    """With glibc in the place of Android's libc, by whose name it is loaded."""
    tools.require("aarch64-linux-gnu-gcc", "qemu-aarch64", "javac")
    with zipfile.ZipFile(io.BytesIO(built)) as archive:
        archive.extract("jni/arm64-v8a/libdoor_jni.so", tmp_path)
    (tmp_path / "libc.so").symlink_to(SYSROOT / "lib" / "libc.so.6")
    (tmp_path / "sound").write_bytes(recording(SAMPLES).astype("<i2").tobytes())
    include = [f"-I{folder}" for folder in android_clang._jni_include()]
    source = Path(__file__).with_name("aar_host.c")
    command = ["aarch64-linux-gnu-gcc", "-std=c11", "-Wall", "-Werror", *include, str(source)]
    subprocess.run([*command, "-o", "host"], cwd=tmp_path, check=True)
    words = ["qemu-aarch64", "-cpu", core, "-L", str(SYSROOT), "-E", f"LD_LIBRARY_PATH={tmp_path}"]
    command = [*words, "./host", "jni/arm64-v8a/libdoor_jni.so", "sound"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    wanted = str(project["check/words.txt"]).splitlines()
    assert done.stdout.splitlines() == [line for line in wanted if not line.startswith("#")]
    assert done.stdout.count("\n") > 3


def expect_library(content: bytes, machine: str, path: Path) -> None:
    """Read the ELF headers as Android's loader would."""
    path.write_bytes(content)
    command = ["readelf", "-hldW", "--dyn-syms", str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert re.search(rf"Machine: +{machine}$", said, re.M)
    assert set(re.findall(r"^ +LOAD .* (0x\w+)$", said, re.M)) == {"0x4000"}
    assert re.findall(r"\(NEEDED\).*\[(.+)\]", said) == ["libc.so"]
    assert re.findall(r"\(SONAME\).*\[(.+)\]", said) == ["libdoor_jni.so"]
    assert "TEXTREL" not in said
    symbols = re.findall(r"^ +\d+: \w+ +\d+ \w+ +\w+ +\w+ +(\w+) (\w+)", said, re.M)
    assert [name for place, name in symbols if place != "UND"] == ["JNI_OnLoad"]
    assert {name for place, name in symbols if place == "UND"} <= LIBC


def test_the_zip_says_nothing_of_when_and_in_which_order_it_was_made() -> None:
    one, other = aar.zipped({"a": b"1", "b": b"2"}), aar.zipped({"b": b"2", "a": b"1"})
    assert one == other
    dated = io.BytesIO()
    with zipfile.ZipFile(dated, "w") as archive:
        archive.writestr(zipfile.ZipInfo("b", (2001, 2, 3, 4, 5, 6)), b"2")
        archive.writestr("folder/", b"")
        archive.writestr(zipfile.ZipInfo("a", (2007, 2, 3, 4, 5, 6)), b"1")
    assert zipfile.ZipFile(io.BytesIO(aar.repacked(dated.getvalue()))).namelist() == ["a", "b"]


def test_divisions_for_armv7_are_those_of_c(tmp_path: Path) -> None:
    tools.require("gcc")
    (tmp_path / "main.c").write_text(DIVISIONS)
    bare = templates_folder() / "android" / "bare"
    flags = ["-std=c99", "-O1", "-fno-builtin", "-fsanitize=undefined", "-fno-sanitize-recover=all"]
    command = ["gcc", *flags, f"-I{bare}", "main.c", "-o", "main"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert subprocess.run([str(tmp_path / "main")], check=False).returncode == 0


def test_helpers_for_armv7_do_not_call_themselves(tmp_path: Path) -> None:
    tools.require("clang", "javac", "readelf")
    clang = android_clang.Clang("clang", False, ())
    android_clang._bare(clang, "--target=armv7a-linux-androideabi21", "armeabi-v7a", tmp_path)
    command = ["readelf", "-sW", str(tmp_path / "aeabi.o")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"UND (\w+)", said)) == {"memcpy", "memmove", "memset"}
    command = ["readelf", "-rW", str(tmp_path / "aeabi.o")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    called = re.findall(r"R_ARM_(?:THM_)?(?:CALL|JUMP24) +\w+ +(\w+)$", said, re.M)
    assert called
    assert not [name for name in called if name.startswith("__aeabi_mem")]


@pytest.mark.parametrize(
    ("there", "words"),
    [
        ((), "make: not installed"),
        (("make", "javac"), "npm: not installed; install npm, or set KOTLINC"),
        (("make", "javac", "npm"), "mvn: not installed; install maven, or set JARS"),
        (("make", "javac", "npm", "mvn"), "clang: not installed; set ANDROID_NDK_HOME"),
    ],
)
def test_a_missing_tool_is_named(
    there: tuple[str, ...], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in there:
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    for name in ("KOTLINC", "JARS", android_clang.NDK_HOME):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match=words):
        aar.find_tools()


def test_a_folder_that_is_no_ndk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(android_clang.NDK_HOME, str(tmp_path))
    with pytest.raises(ToolMissing, match=r"ANDROID_NDK_HOME: .* has no clang"):
        android_clang.find_clang()


@pytest.mark.slow
@pytest.mark.qemu
def test_folder_and_manifest_say_the_format(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aar, "find_tools", lambda: None)
    monkeypatch.setattr(aar, "build_aar", lambda files: b"built")
    plain, with_aar = (export(run, target="android", format=name) for name in ("project", "aar"))
    assert (plain.folder, plain.format) == (Path("export/small-android"), "project")
    assert (with_aar.folder, with_aar.format) == (Path("export/small-android-aar"), "aar")
    assert (with_aar.folder / "kws.aar").read_bytes() == b"built"
    for result in (plain, with_aar):
        manifest = json.loads((result.folder / "manifest.json").read_text())
        assert manifest["format"] == result.format
        assert ("kws.aar" in manifest["files"]) == (result.format == "aar")


def test_only_android_has_the_format() -> None:
    assert find_target("android").formatted("aar").format == "aar"
    assert find_target("cortex-m").formatted("project").format == "project"
    with pytest.raises(UsageError, match="cortex-m has no format 'aar'; leave --format away"):
        find_target("cortex-m").formatted("aar")
    with pytest.raises(UsageError, match="format 'apk' is not known; known: project, aar"):
        find_target("android").formatted("apk")
