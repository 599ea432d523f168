from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.archives import clips, tar_gz, zipped
from support.command_line import contents
from support.web_server import Manners, serve

from edgekws.audio import fetch as fetching
from edgekws.audio.download import SOURCES, Downloaded, download
from edgekws.errors import AudioError, EdgekwsError, UsageError

FILES = clips({"yes": 3, "no": 2})


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PAUSE_S", 0.0)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def downloaded(manners: Manners, folder: Path, **more: object) -> Downloaded:
    digest = hashlib.sha256(manners.content).hexdigest()
    with serve(manners) as url:
        return download("mini", folder, url=url, sha256=digest, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("pack", [tar_gz, zipped])
@pytest.mark.parametrize("top", ["", "./", "mini_speech_commands/"])
def test_a_set_appears(tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes], top: str) -> None:
    steps: list[tuple[str, int, int]] = []
    content = pack(clips({"yes": 3, "no": 2}, top))
    found = downloaded(
        Manners(content), tmp_path / "a" / "b", progress=lambda *step: steps.append(step)
    )
    assert (found.words, found.clips) == (2, 5)
    assert contents(tmp_path / "a" / "b") == FILES
    assert os.listdir(tmp_path / "a") == ["b"]  # no archive, no temporary folder
    assert steps[-1][0] == "unpacking" and steps[0][0] == "downloading"
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_dir()} == {
        (tmp_path / "a").stat().st_mode & 0o777
    }


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    downloaded(Manners(tar_gz(FILES)), tmp_path / "set")
    assert contents(tmp_path / "set") == FILES


def test_a_cut_download_goes_on_in_the_next_call(tmp_path: Path) -> None:
    content = tar_gz(FILES)
    with pytest.raises(EdgekwsError, match=r"was cut after 500 of .*; 500 bytes are kept"):
        downloaded(Manners(content, cut_after=[500, *[0] * 9]), tmp_path / "set")
    assert os.listdir(tmp_path) == ["set.part"]
    manners = Manners(content)
    downloaded(manners, tmp_path / "set")
    assert manners.asked == ["bytes=500-"]
    assert contents(tmp_path) == {f"set/{name}": data for name, data in FILES.items()}


def test_a_killed_unpacking_goes_on_without_the_net(tmp_path: Path) -> None:
    content = tar_gz(FILES)
    (tmp_path / "set.part").write_bytes(content)
    left, busy = tmp_path / ".set.unpacking-old", tmp_path / ".set.unpacking-new"
    for path in (left, busy):
        (path / "set" / "yes").mkdir(parents=True)
    os.utime(left, (time.time() - 7_200,) * 2)
    digest = hashlib.sha256(content).hexdigest()
    download("mini", tmp_path / "set", url="http://127.0.0.1:9/", sha256=digest)
    assert sorted(os.listdir(tmp_path)) == [busy.name, "set"]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "mine.txt").touch()
    (tmp_path / "file").touch()
    for name in ("set", "file"):
        with pytest.raises(UsageError, match=f"{name} exists already; remove it or choose"):
            download("mini", tmp_path / name, url="http://127.0.0.1:9/")
    assert sorted(contents(tmp_path)) == ["file", "set/mine.txt"]


def test_not_the_folder_one_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (".", "", "/"):
        with pytest.raises(UsageError, match="exists already"):
            download("mini", Path(name))


@pytest.mark.parametrize(
    ("files", "words"),
    [({}, "holds no folders of words"), ({"a.wav": b"1"}, "holds no folders of words")],
)
def test_an_archive_of_something_else(tmp_path: Path, files: dict[str, bytes], words: str) -> None:
    with pytest.raises(AudioError, match=words):
        downloaded(Manners(tar_gz(files)), tmp_path / "set")
    assert os.listdir(tmp_path) == ["set.part"]


def test_a_damaged_archive_names_itself(tmp_path: Path) -> None:
    with pytest.raises(EdgekwsError, match=r"set\.part: damaged, or no \.tar\.gz or \.zip"):
        downloaded(Manners(tar_gz(FILES)[:2000]), tmp_path / "set")
    assert not (tmp_path / "set").exists()


def test_the_wrong_bytes_are_never_unpacked(tmp_path: Path) -> None:
    with (
        serve(Manners(tar_gz(FILES))) as url,
        pytest.raises(EdgekwsError, match=f"{SOURCES['mini'].sha256} wanted"),
    ):
        download("mini", tmp_path / "set", url=url)
    assert os.listdir(tmp_path) == []


def test_a_full_disk_keeps_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, mode: str) -> None:
        raise OSError(28, "No space left on device")

    content = tar_gz(FILES)
    (tmp_path / "set.part").write_bytes(content)
    opened = Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, mode="r": full(path, mode) if "x" in mode else opened(path, mode)
    )
    with pytest.raises(EdgekwsError, match="cannot write: No space left on device"):
        digest = hashlib.sha256(content).hexdigest()
        download("mini", tmp_path / "set", url="http://127.0.0.1:9/", sha256=digest)
    assert os.listdir(tmp_path) == ["set.part"]


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("maxi", {}, "set 'maxi' is not known; known: mini, speech_commands_v0.01"),
        ("mini", {"sha256": "12"}, "64 hexadecimal digits are wanted"),
        ("mini", {"sha256": "g" * 64}, "64 hexadecimal digits are wanted"),
        ("mini", {"url": "file:///etc/passwd"}, "is not an address"),
    ],
)
def test_what_cannot_be_meant(tmp_path: Path, name: str, more: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        download(name, tmp_path / "set", **more)  # type: ignore[arg-type]
    assert os.listdir(tmp_path) == []
