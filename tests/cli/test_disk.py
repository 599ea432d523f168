"""A full disk or a folder that cannot be written: one line, and what was there is there still."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import tools
from support.command_line import contents, ended, program, refused
from support.small_run import small_model

from edgekws.run import Run

FULL = os.strerror(errno.ENOSPC)


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing fits on the disk any more, as the kernel tells it: when files are synced."""

    def sync(handle: int) -> None:
        raise OSError(errno.ENOSPC, FULL)

    monkeypatch.setattr(os, "fsync", sync)


@contextlib.contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """A file system of its own at ``folder``; skips where that is not allowed."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a file system here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_say_on_a_full_disk(here: Path, full: None) -> None:
    tools.require_package("espeakng_loader")
    assert refused(1, "say", "yes", "--out", "a.wav", "--json") == f"a.wav: cannot write: {FULL}"
    assert contents(here) == {}


def test_a_picture_on_a_full_disk(run: Run, here: Path, clips: Path, full: None) -> None:
    pytest.importorskip("matplotlib")
    clip = next((clips / "yes").iterdir())
    before = contents(here)
    assert refused(1, "label", "small", clip, "--png", "a.png") == f"a.png: cannot write: {FULL}"
    assert contents(here) == before


def test_a_verdict_on_a_full_disk(run: Run, here: Path, no_programs: None, full: None) -> None:
    before = contents(here)
    assert refused(1, "verify").endswith(f"cannot write: {FULL}")
    assert contents(here) == before


@pytest.mark.qemu
@pytest.mark.slow
def test_an_export_on_a_full_disk(verified: Run, here: Path) -> None:
    before = contents(verified.path)
    with mounted(here / "small", "size=64k") as disk:
        said = refused(1, "export", "--out", disk / "project")
        assert said.startswith(f"{disk}/project/")
        assert said.endswith(f": cannot write: {FULL}")
        assert os.listdir(disk) == []
    assert contents(verified.path) == before


def test_standard_output_on_a_full_disk() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full here")
    with full.open("w") as disk:
        code = "import sys; from edgekws.cli import main; sys.exit(main(['boards', '--json']))"
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=disk,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, f"edgekws: {FULL}\n")


def test_a_reader_that_goes_away() -> None:
    process = program("boards")
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    answer = ended(process)
    assert "Traceback" not in (answer.err or "")


def test_a_folder_that_cannot_be_written(run: Run, here: Path, clips: Path) -> None:
    clip = next((clips / "yes").iterdir())
    with mounted(here / "locked", "ro"):
        for line in ("say yes --out locked/a", f"label small {clip} --png locked/a"):
            assert (
                refused(1, *line.split()) == f"locked/a: cannot write: {os.strerror(errno.EROFS)}"
            )


def test_a_file_where_a_folder_should_be(run: Run, here: Path, no_programs: None) -> None:
    Path("file").write_text("mine")
    Path("theirs.tflite").write_bytes(small_model())
    said = refused(1, "export", "--model", "theirs.tflite", "--out", "file/project")
    assert said.startswith("file/project: cannot write: ")
    assert refused(2, "export", "--out", "file") == "file: is a file; choose another --out"
    assert Path("file").read_text() == "mine"
    shutil.rmtree("runs")
    Path("runs").write_text("mine")
    assert refused(1, "verify") == "no run under runs/ here; start with `edgekws train`"


def test_a_folder_of_ones_own_is_not_replaced(run: Run, no_programs: None) -> None:
    Path("mine").mkdir()
    Path("mine/main.c").write_text("mine")
    said = refused(2, "export", "--out", "mine")
    assert said.startswith("mine: is not empty and edgekws did not make it")
    assert Path("mine/main.c").read_text() == "mine"


def test_the_cache_cannot_be_written(
    run: Run, here: Path, no_programs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("cache").write_text("")
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(here / "cache"))
    assert "/cache/clips/" in refused(1, "verify")
    assert "cannot write: " in refused(1, "verify")
