from __future__ import annotations

import os
import random
import stat
import tarfile
from pathlib import Path

import pytest
from support.archives import clips, special, tar_gz, zipped
from support.command_line import contents

from edgekws.audio import unpack as unpacking
from edgekws.audio.unpack import unpack
from edgekws.errors import EdgekwsError

FILES = clips({"yes": 2, "no": 1})


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside" / "inside"
    folder.mkdir(parents=True)
    return folder


def put(inside: Path, data: bytes) -> Path:
    archive = inside.parent.parent / "a.part"
    archive.write_bytes(data)
    return archive


def refused(inside: Path, data: bytes) -> str:
    archive = put(inside, data)
    with pytest.raises(EdgekwsError) as caught:
        unpack(archive, inside, lambda done, total: None)
    assert os.listdir(inside.parent) == ["inside"]  # nothing beside the folder
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("pack", [tar_gz, zipped])
def test_files_come_out_as_they_went_in(inside: Path, pack) -> None:  # type: ignore[no-untyped-def]
    steps: list[tuple[int, int]] = []
    archive = put(inside, pack(FILES))
    assert unpack(archive, inside, lambda done, total: steps.append((done, total))) == 3
    assert contents(inside) == FILES
    assert steps == sorted(steps) and steps[-1][0] <= steps[-1][1] == archive.stat().st_size


@pytest.mark.parametrize("pack", [tar_gz, zipped])
def test_what_is_hidden_is_left_out(inside: Path, pack) -> None:  # type: ignore[no-untyped-def]
    hidden = {"__MACOSX/yes/._a.wav": b"1", "yes/.DS_Store": b"2", ".git/config": b"3"}
    assert unpack(put(inside, pack({**hidden, **FILES})), inside, lambda done, total: None) == 3
    assert contents(inside) == FILES


def test_names_of_the_dataset_and_folders(inside: Path) -> None:
    data = tar_gz({f"./{n}": c for n, c in FILES.items()}, special("./", tarfile.DIRTYPE))
    unpack(put(inside, data), inside, lambda done, total: None)
    assert contents(inside) == FILES


def test_modes_are_not_taken_over(inside: Path) -> None:
    unpack(put(inside, zipped(FILES, dict.fromkeys(FILES, 0o104755))), inside, lambda a, b: None)
    for path in inside.rglob("*.wav"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o7111 == 0


@pytest.mark.parametrize(
    "name", ["../a.wav", "yes/../../a.wav", "/a.wav", "yes\\..\\a.wav", "C:/a.wav", "..", "./"]
)
def test_no_name_leads_out(inside: Path, name: str) -> None:
    words = refused(inside, tar_gz({**FILES, name: b"1"}))
    assert "which leads out of its folder" in words
    if name != "./":  # that is a folder, for zip
        words = refused(inside, zipped({name: b"1"}))
        assert "which leads out of its folder" in words


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (special("yes/a.wav", tarfile.SYMTYPE, "/etc/passwd"), "'yes/a.wav', which is no plain"),
        (special("yes", tarfile.SYMTYPE, ".."), "'yes', which is no plain file"),
        (special("yes/a.wav", tarfile.LNKTYPE, "../../a"), "which is no plain file"),
        (special("yes/a.wav", tarfile.FIFOTYPE), "which is no plain file"),
        (special("yes/a.wav", tarfile.CHRTYPE), "which is no plain file"),
    ],
)
def test_links_and_devices_are_refused(inside: Path, entry: tarfile.TarInfo, words: str) -> None:
    assert words in refused(inside, tar_gz({}, entry))


def test_a_link_in_a_zip_is_refused(inside: Path) -> None:
    data = zipped({"yes": b"/etc"}, {"yes": stat.S_IFLNK | 0o777})
    assert "'yes', which is no plain file" in refused(inside, data)


def test_a_name_twice(inside: Path) -> None:
    twice = [tarfile.TarInfo("yes/a.wav"), tarfile.TarInfo("yes//a.wav")]
    assert "yes/a.wav twice" in refused(inside, tar_gz({}, *twice))


def test_more_than_a_disk(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "_MOST_BYTES", 10_000)
    for pack in (tar_gz, zipped):
        assert "more than 16 GiB" in refused(inside, pack({f"a{pack}": bytes(20_000)}))


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04", b"\x1f\x8b\x08" + bytes(50)])
def test_no_archive(inside: Path, data: bytes) -> None:
    assert "damaged, or no .tar.gz or .zip" in refused(inside, data)


@pytest.mark.parametrize("pack", [tar_gz, zipped])
def test_mutated_archives(inside: Path, pack) -> None:  # type: ignore[no-untyped-def]
    rng = random.Random(3)
    whole = pack(FILES)
    refusals = 0
    for number in range(300):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            at = rng.choice((rng.randrange(len(data)), rng.randrange(100)))
            data[at] = rng.choice((0, 0x7F, 0xFF, rng.randrange(256)))
        if rng.random() < 0.3:
            del data[rng.randrange(len(data)) :]
        folder = inside / str(number)
        folder.mkdir()
        try:
            unpack(put(inside, bytes(data)), folder, lambda done, total: None)
        except EdgekwsError as error:
            assert "\n" not in str(error)
            refusals += 1
    assert refusals > 100 and os.listdir(inside.parent) == ["inside"]
