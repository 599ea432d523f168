"""Projects build without a warning, prove themselves, and a planted fault fails the self-test."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from support import tools
from support.projects import COMMAND, build, expected_lines, made, make, wav, without_emulator
from support.small_network import recording, sound_keywords

from edgekws.boards import emulated_ids
from edgekws.codegen.project import generate


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("prefix", ["kws", "demo2"])
def test_the_host_selftest_passes_under_the_sanitizers(
    tmp_path: Path, compiler: str, prefix: str
) -> None:
    tools.require("make", compiler)
    build(tmp_path, made(sound_keywords(prefix=prefix)))
    flags = "CFLAGS=-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
    done = make(tmp_path, "build/host/selftest", "host", f"HOSTCC={compiler}", flags)
    assert done.returncode == 0, done.stderr
    ran = subprocess.run(
        [tmp_path / "build/host/selftest"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "selftest: features, layers, scores, detections equal: PASS\n"


@pytest.mark.slow
@pytest.mark.qemu
@pytest.mark.parametrize("board_id", (*emulated_ids(), "raspberry_pi_pico"))
def test_make_selftest_passes_on_every_board(tmp_path: Path, board_id: str) -> None:
    tools.require("make", "gcc", *tools.CROSS)
    build(tmp_path, made(sound_keywords(hops_per_inference=2), board_id))
    done = make(tmp_path, "selftest")
    assert done.returncode == 0, done.stdout + done.stderr
    verdict = "selftest: features, layers, scores, detections equal: PASS"
    assert done.stdout.count(verdict) == 2
    assert done.stdout.rstrip().endswith(verdict)


@pytest.mark.qemu
def test_a_copied_folder_builds_runs_and_hears_what_numpy_hears(tmp_path: Path) -> None:
    tools.require("make", "gcc", *tools.CROSS)
    keywords = sound_keywords()
    build(tmp_path / "first", made(keywords))
    folder = shutil.move(tmp_path / "first", tmp_path / "a second place")
    pcm = recording(32_000, seed=5)
    wav(folder / "a, b.wav", pcm)
    built = make(folder)
    assert built.returncode == 0, built.stderr
    assert "FLASH:" in built.stdout
    assert "text" in built.stdout
    done = make(folder, "run", "WAV=a, b.wav")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == expected_lines(keywords, pcm)


def test_a_changed_weight_fails_the_selftest(tmp_path: Path) -> None:
    tools.require("make", "gcc")
    build(tmp_path, made(sound_keywords()))
    model = tmp_path / "model/kws_model.c"
    text = model.read_text()
    changed = re.sub(r"(node0_weights\[\d+\] KWS_CONST_ATTR = \{\n    )-?\d+", r"\g<1>99", text)
    assert changed != text
    model.write_text(changed)
    assert make(tmp_path, "build/host/selftest").returncode == 0
    ran = subprocess.run(
        [tmp_path / "build/host/selftest"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert re.match(r"  layer 0: is 0x\w+, should be 0x", ran.stdout)
    assert ran.stdout.endswith(": FAIL\n")


@pytest.mark.parametrize(
    ("pattern", "new", "complaint"),
    [
        (r"(kws_frontend_rising\[\d+\] KWS_CONST_ATTR = \{\n    )\d+", r"\g<1>9", "feature 0"),
        (r"(\.threshold_milli = )40000", r"\g<1>230000", "number of words 0"),
    ],
)
def test_other_planted_faults_fail_the_selftest(
    tmp_path: Path, pattern: str, new: str, complaint: str
) -> None:
    tools.require("make", "gcc")
    files = made(sound_keywords())
    changed = {name: re.sub(pattern, new, text) for name, text in files.items()}
    assert changed != files
    build(tmp_path, changed)
    assert make(tmp_path, "build/host/selftest").returncode == 0
    ran = subprocess.run(
        [tmp_path / "build/host/selftest"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert complaint in ran.stdout


@pytest.mark.slow
@pytest.mark.qemu
def test_a_board_that_qemu_lacks_is_proved_on_its_core(tmp_path: Path) -> None:
    tools.require("make", "gcc", *tools.CROSS)
    keywords = sound_keywords()
    files = generate(keywords, "mine", without_emulator(), command=COMMAND, verified="no")
    build(tmp_path, files)
    pcm = recording(16_000, seed=5)
    wav(tmp_path / "a.wav", pcm)
    done = make(tmp_path, "all", "selftest")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASS") == 2
    assert "on cortex-m4 (QEMU mps2-an386)" in done.stdout
    done = make(tmp_path, "-s", "run", "WAV=a.wav")
    assert done.stdout.splitlines()[-1] == expected_lines(keywords, pcm)[-1]


@pytest.mark.qemu
def test_a_board_that_runs_alone(tmp_path: Path) -> None:
    tools.require("make", *tools.CROSS)
    build(tmp_path, made(sound_keywords()))
    (tmp_path / "mic.c").write_text(
        "#include <stdint.h>\n"
        "int32_t kws_board_audio_read(int16_t *to, int32_t samples);\n"
        "int32_t kws_board_audio_read(int16_t *to, int32_t samples)\n"
        "{\n    to[0] = 0;\n    return samples > 1 ? 1 : -1;\n}\n"
    )
    done = make(tmp_path, "AUDIO=mic.c")
    assert done.returncode == 0, done.stderr
    listing = subprocess.run(
        ["arm-none-eabi-objdump", "-d", tmp_path / "build/alone.elf"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "bkpt" not in listing


@pytest.mark.slow
@pytest.mark.parametrize("cross", [False, True])
def test_cmake_builds_the_same(tmp_path: Path, cross: bool) -> None:
    tools.require("cmake", "gcc", "make", *(tools.CROSS if cross else ()))
    build(tmp_path, made(sound_keywords()))
    chosen = ["-DCMAKE_SYSTEM_NAME=Generic", "-DCMAKE_C_COMPILER=arm-none-eabi-gcc"]
    command = ["cmake", "-S", ".", "-B", "out", "-G", "Unix Makefiles", *(chosen if cross else [])]
    for step in (command, ["cmake", "--build", "out"]):
        done = subprocess.run(step, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    if not cross:
        subprocess.run([tmp_path / "out/selftest"], check=True, capture_output=True)
