"""The program hears what numpy hears, and says what is wrong with a recording."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from support import tools
from support.projects import build, expected_lines, made, make, wav
from support.small_network import recording, sound_keywords


@pytest.fixture(scope="module")
def host_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tools.require("make", "gcc")
    folder = build(tmp_path_factory.mktemp("host"), made(sound_keywords()))
    flags = "CFLAGS=-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
    assert make(folder, "host", flags).returncode == 0
    return folder / "build/host/firmware"


def listen(program: Path, *arguments: Path | str) -> tuple[int, list[str]]:
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_a_recording_of_any_length(host_program: Path, tmp_path: Path) -> None:
    keywords = sound_keywords()
    pcm = recording(23_457, seed=6)
    assert listen(host_program, wav(tmp_path / "a.wav", pcm)) == (0, expected_lines(keywords, pcm))
    assert listen(host_program, wav(tmp_path / "b.wav", pcm[:0])) == (0, ["heard: nothing"])


def test_a_wrong_recording_is_named_with_what_is_wrong(host_program: Path, tmp_path: Path) -> None:
    pcm = recording(4000)
    plain = wav(tmp_path / "plain.wav", pcm).read_bytes()
    (tmp_path / "cut.wav").write_bytes(plain[:2001])
    (tmp_path / "head.wav").write_bytes(plain[:20])
    (tmp_path / "text.wav").write_text("hello, this is not sound")
    (tmp_path / "eight.wav").write_bytes(plain[:34] + b"\x08" + plain[35:])
    complaints = {
        "absent.wav": "absent.wav: cannot open it",
        "text.wav": "text.wav: not a WAV file",
        "head.wav": "head.wav: its format chunk is damaged",
        "eight.wav": "eight.wav: its samples are not 16-bit PCM",
        wav(tmp_path / "two.wav", pcm, channels=2).name: "two.wav: it has more than one channel",
        wav(tmp_path / "fast.wav", pcm, 44_100).name: "fast.wav: must have 16000 Hz",
        "cut.wav": "cut.wav: ends before its header says so",
    }
    for name, complaint in complaints.items():
        status, lines = listen(host_program, tmp_path / name)
        assert status == 1, name
        assert lines[-1].endswith(complaint), name
    assert listen(host_program)[0] == 2


def test_chunks_before_the_samples_are_skipped(host_program: Path, tmp_path: Path) -> None:
    pcm = recording(12_000, seed=6)
    plain = wav(tmp_path / "plain.wav", pcm).read_bytes()
    odd = b"LIST" + (3).to_bytes(4, "little") + b"abc\0"
    path = tmp_path / "list.wav"
    path.write_bytes(plain[:36] + odd + plain[36:])
    assert listen(host_program, path) == listen(host_program, tmp_path / "plain.wav")
