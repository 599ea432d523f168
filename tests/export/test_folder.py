"""A folder is replaced whole or not at all, and never one that is not ours to replace."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from edgekws.errors import EdgekwsError, UsageError
from edgekws.export import folder as folders
from edgekws.export.folder import MANIFEST, SCHEMA, refuse_foreign, replace_folder
from edgekws.files import sha256

Files = dict[str, str | bytes]

# Replaces the folder argv[1] by "b", killed at the N-th thing it asks of the system, for every N.
# Each time the folder must hold all of "a" or all of "b"; prints what it held and how often.
KILLED = """
import itertools, os, signal, sys
from collections import Counter
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_folder import content, project
from edgekws.export.folder import replace_folder

out, seen = Path(sys.argv[1]), Counter()
for limit in itertools.count(1):
    replace_folder(out, project("a"))
    child = os.fork()
    if child == 0:
        count = itertools.count(1)
        kill = lambda *event: next(count) == limit and os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(kill)
        replace_folder(out, project("b"))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    text = content(out).get("part0/file0.c", " ")[0]
    seen[text if content(out) == project(text) else "damaged"] += 1
    if status == 0:
        break
print(*(f"{{text}} {{count}}" for text, count in sorted(seen.items())))
"""


def project(text: str) -> Files:
    """A project of some files that all say ``text``."""
    files: Files = {f"part{i}/file{i}.c": text * 1000 for i in range(2)}
    digests = {path: sha256(str(content).encode()) for path, content in files.items()}
    return {**files, MANIFEST: json.dumps({"schema": SCHEMA, "files": digests})}


def content(folder: Path) -> Files:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_makes_parents_and_replaces_its_own(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    replace_folder(out, project("old"))
    replace_folder(out, project("new"))
    assert content(out) == project("new")
    assert [path.name for path in out.parent.iterdir()] == ["b"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    replace_folder(tmp_path, project("a"))
    assert content(tmp_path) == project("a")


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    replace_folder(link, project("a"))
    replace_folder(link, project("b"))
    assert link.is_symlink()
    assert content(tmp_path / "real") == project("b")


@pytest.mark.parametrize(
    ("name", "text"),
    [("mine.c", "1"), (MANIFEST, "{}"), (MANIFEST, '{"schema": "other/1", "files": {}}')],
)
def test_a_folder_of_something_else_is_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match="edgekws did not make it"):
        replace_folder(tmp_path, project("a"))
    assert content(tmp_path) == {name: text}


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("1")
    with pytest.raises(UsageError, match="is a file"):
        refuse_foreign(tmp_path / "out")


@pytest.mark.parametrize("name", ["mic.c", "part0/file0.c"])
def test_work_in_the_folder_is_not_lost(tmp_path: Path, name: str) -> None:
    replace_folder(tmp_path / "out", project("a"))
    (tmp_path / "out" / name).write_text("mine")
    with pytest.raises(UsageError, match=f"{name} is not as the export left it"):
        replace_folder(tmp_path / "out", project("b"))
    assert (tmp_path / "out" / name).read_text() == "mine"


def test_what_a_build_made_may_go(tmp_path: Path) -> None:
    replace_folder(tmp_path / "out", project("a"))
    (tmp_path / "out" / "build" / "host").mkdir(parents=True)
    (tmp_path / "out" / "build" / "host" / "main.o").write_text("1")
    replace_folder(tmp_path / "out", project("b"))
    assert content(tmp_path / "out") == project("b")


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_folder(tmp_path / "out", project("a"))

    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(EdgekwsError, match="No space left on device"):
            replace_folder(tmp_path / "out", project("b"))
    assert content(tmp_path / "out") == project("a")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_without_an_exchange_in_one_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_exchanged", lambda one, other: False)
    for text in "abc":
        replace_folder(tmp_path / "out", project(text))
        assert content(tmp_path / "out") == project(text)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_next_export_tidies_up_after_a_killed_one(tmp_path: Path) -> None:
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                          capture_output=True, check=True, text=True).stdout.strip()  # fmt: skip
    (tmp_path / f".out.{dead}.tmp").mkdir()
    (tmp_path / f".out.{os.getppid()}.tmp").mkdir()
    (tmp_path / ".out.notes.tmp").mkdir()
    replace_folder(tmp_path / "out", project("a"))
    names = {".out.notes.tmp", f".out.{os.getppid()}.tmp", "out"}
    assert {path.name for path in tmp_path.iterdir()} == names


def test_what_was_only_moved_away_comes_back(tmp_path: Path) -> None:
    replace_folder(tmp_path / f".out.{os.getpid()}.old", project("a"))
    (tmp_path / f".out.{os.getpid()}.old" / "mic.c").write_text("mine")
    with pytest.raises(UsageError, match=r"mic\.c"):
        replace_folder(tmp_path / "out", project("b"))
    assert (tmp_path / "out" / "mic.c").read_text() == "mine"


@pytest.mark.slow
def test_a_kill_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = KILLED.format(tests=str(Path(__file__).parent))
    done = subprocess.run(
        [sys.executable, "-c", code, str(out)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    counts = dict(word.split() for word in re.findall(r"\w+ \d+", done.stdout))
    assert set(counts) == {"a", "b"}, counts
    assert int(counts["a"]) > 20
    replace_folder(out, project("a"))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
