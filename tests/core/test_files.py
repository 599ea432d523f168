"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from edgekws import files
from edgekws.errors import EdgekwsError


def test_replaces_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.json"
    files.write_json(path, {"b": 1})
    files.write_json(path, {"b": 2})
    assert path.read_text() == '{\n  "b": 2\n}\n'
    assert os.listdir(path.parent) == ["a.json"]


def test_keeps_the_old_content_when_the_writer_fails(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    files.write_text(path, "old")
    with pytest.raises(RuntimeError), files.replacing(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    path = tmp_path / "a.txt"
    with pytest.raises(EdgekwsError, match=r"a\.txt: cannot write: No space left on device"):
        files.write_text(path, "new")
    assert os.listdir(tmp_path) == []


WRITER = """
import sys
from pathlib import Path
from edgekws.files import write_bytes
path = Path(sys.argv[1])
number = 0
while True:
    write_bytes(path, bytes([number % 256]) * 2_000_000)
    number += 1
    if number == 1:
        print("ready", flush=True)
"""


def test_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "big.bin"
    for delay in (0.0, 0.003, 0.007, 0.011, 0.02):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        content = path.read_bytes()
        assert len(content) == 2_000_000
        assert len(set(content)) == 1


def test_what_a_killed_writer_left_is_swept(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = tmp_path / f".a.npz.{ended.pid}.abc_12.tmp.npz"
    young = tmp_path / f".a.npz.{ended.pid}.def_34.tmp.npz"
    living = tmp_path / f".a.npz.{os.getpid()}.abc_12.tmp.npz"
    others = tmp_path / f".b.npz.{ended.pid}.abc_12.tmp.npz"
    for old in (left, young, living, others):
        old.write_bytes(b"half")
        if old != young:
            os.utime(old, (1, 1))
    files.write_bytes(path, b"whole")
    assert sorted(tmp_path.iterdir()) == sorted([path, young, living, others])
