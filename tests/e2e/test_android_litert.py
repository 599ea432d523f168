"""``make check`` of an exported module for TensorFlow Lite, and faults that it must see."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from pathlib import Path

import pytest
from support import kotlin, maven, tools
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
    (LINK, "    forget(env, &block->link.network);\n", "", "jvm", "FAILED  and none is referred to"),
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


def test_make_check_passes_and_planted_faults_are_seen(tmp_path: Path) -> None:
    tools.require("make", "gcc", "java", "javac", "aapt2", "qemu-aarch64", "aarch64-linux-gnu-gcc")
    keywords = dataclasses.replace(listening(prefix="door"), golden_pcm=recording(SAMPLES))
    files = generate_litert(keywords, command="a test", verified="no", namespace="com.example.door")
    write_files(tmp_path, files)
    wishes = f"KOTLINC={kotlin.compiler()}", f"JARS={maven.jars(tmp_path, litert=True)}"
    done = make(tmp_path, "check", *wishes)
    assert done.returncode == 0, done.stdout + done.stderr
    heard = re.search(r"words equal the golden ones: (\d+) of them", done.stdout)
    assert heard is not None and int(heard[1]) >= 5
    assert done.stdout.count("selftest: features, detections equal: PASS") == 2
    assert "the golden scores differ by nothing" in done.stdout
    passed = re.findall(r"^(\w+): .*PASS$", done.stdout, re.M)
    assert passed == [
        "selftest", "jvm", "refused", "microphone", "app", "sanitized", "selftest", "arm64",
    ]  # fmt: skip
    assert "FAILED" not in done.stdout
    for name, right, wrong, target, said in FAULTS:
        text = (tmp_path / name).read_text()
        assert right in text, right
        (tmp_path / name).write_text(text.replace(right, wrong, 1))
        done = make(tmp_path, target, *wishes)
        (tmp_path / name).write_text(text)
        assert done.returncode != 0 and said in done.stdout, f"{wrong}\n{done.stdout}"
