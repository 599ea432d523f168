"""``make check`` of an exported module for TensorFlow Lite, and faults that it must see."""

from __future__ import annotations

import dataclasses
import platform
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import kotlin, maven, tools
from support.bionic import heard_by_tensorflow_lite
from support.small_network import recording
from support.tflm_project import listening

from edgekws.codegen.android_files import CPP
from edgekws.codegen.litert import generate_litert
from edgekws.firmware.build import write_files

pytestmark = pytest.mark.slow

SAMPLES = 32_000
TIMEOUT_S = 300
LINK = f"{CPP}/kws_jni_link.c"
# Each fault is planted in a file, and a target of make must end with the words behind it.
FAULTS = (
    (LINK, "    forget(env, &block->link.network);\n", "", "jvm", "FAILED  and none is"),
    (LINK, "KWS_JNI_LABEL_COUNT);", "KWS_JNI_LABEL_COUNT + 1);", "jvm", "jvm: FAIL"),
    (LINK, "buffers->features, KWS", "buffers->work, KWS", "jvm", "jvm: FAIL"),
    (
        f"{CPP}/model/door_keywords.c", ".hops_per_inference = 1", ".hops_per_inference = 2",
        "selftest", "selftest: differences",
    ),
)  # fmt: skip


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--silent", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


@dataclass(frozen=True)
class Checked:
    """A project, what `make check` printed in it, and the wishes it was called with."""

    folder: Path
    printed: str
    wishes: tuple[str, ...]
    jars: Path


def test_one_project(tmp_path: Path) -> None:
    """One test, so that it is built once: by `make check`, for what follows."""
    checked = check(tmp_path)
    passes(checked)
    tensorflow_lite_hears_the_golden_words(checked)
    planted_faults_are_seen(checked)


def check(folder: Path) -> Checked:
    tools.require("make", "gcc", "java", "javac", "aapt2", "qemu-aarch64", "aarch64-linux-gnu-gcc")
    keywords = dataclasses.replace(listening(prefix="door"), golden_pcm=recording(SAMPLES))
    files = generate_litert(keywords, command="a test", verified="no", namespace="com.example.door")
    write_files(folder, files)
    jars = maven.jars(folder, litert=True)
    wishes = f"KOTLINC={kotlin.compiler()}", f"JARS={jars}"
    done = make(folder, "check", *wishes)
    assert done.returncode == 0, done.stdout + done.stderr
    return Checked(folder, done.stdout, wishes, jars)


def golden_words(folder: Path) -> list[str]:
    lines = (folder / "check/words.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def passes(checked: Checked) -> None:
    words = len(golden_words(checked.folder))
    assert words >= 5
    assert f"words equal the golden ones: {words} of them" in checked.printed
    assert checked.printed.count("selftest: features, detections equal: PASS") == 2
    assert "the golden scores differ by nothing" in checked.printed
    passed = re.findall(r"^(\w+): .*PASS$", checked.printed, re.M)
    assert passed == [
        "selftest", "jvm", "refused", "microphone", "app", "sanitized", "selftest", "arm64",
    ]  # fmt: skip
    assert "FAILED" not in checked.printed


def tensorflow_lite_hears_the_golden_words(checked: Checked) -> None:
    """With TensorFlow Lite's own library for Android, where it can be loaded."""
    if platform.machine() != "x86_64" or platform.system() != "Linux":
        return  # the stand-in for Android's libc is for these
    difference, words = heard_by_tensorflow_lite(checked.folder, checked.jars)
    assert difference <= 4  # of 256; 2 was seen
    found, golden = (
        [word.split() for word in kind] for kind in (words, golden_words(checked.folder))
    )
    assert [(time, label) for time, _, label in found] == [(t, label) for t, _, label in golden]
    scores = [abs(int(a[1]) - int(b[1])) for a, b in zip(found, golden, strict=True)]
    assert max(scores) <= 4


def planted_faults_are_seen(checked: Checked) -> None:
    for name, right, wrong, target, said in FAULTS:
        path = checked.folder / name
        text = path.read_text()
        assert right in text, right
        path.write_text(text.replace(right, wrong, 1))
        done = make(checked.folder, target, *checked.wishes)
        path.write_text(text)
        assert done.returncode != 0 and said in done.stdout, f"{wrong}\n{done.stdout}"
