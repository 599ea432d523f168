"""An archive of clips into a new folder: plain files only, none outside, none hidden."""

from __future__ import annotations

import gzip
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from edgekws.errors import EdgekwsError

Progress = Callable[[int, int], None]  # bytes of the archive so far, bytes of all

_MOST_BYTES = 2**34  # unpacked
_BLOCK_BYTES = 2**18
_BROKEN = (
    tarfile.TarError, gzip.BadGzipFile, zlib.error, zipfile.BadZipFile, EOFError,
    NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True)
class _Entry:
    """One file of an archive."""

    name: str
    plain: bool
    stream: Callable[[], IO[bytes] | None]
    done_bytes: int


def unpack(archive: Path, folder: Path, progress: Progress) -> int:
    """Write the files of a ``.tar.gz`` or ``.zip`` into ``folder``; return how many.

    Hidden files and ``__MACOSX`` are left out. Modes, owners and times are not taken over.

    Raises
    ------
    EdgekwsError
        The archive is damaged or no archive, holds a link, a device, a name that leads out of the
        folder, a name twice or more than 16 GiB; or the disk is full.
    """
    size = archive.stat().st_size
    written = files = 0
    try:
        for entry in _entries(archive):
            parts = _parts(archive, entry)
            if not parts:
                continue
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as stream:
                for block in _blocks(entry):
                    written += len(block)
                    if written > _MOST_BYTES:
                        raise EdgekwsError(f"{archive}: more than 16 GiB when unpacked")
                    stream.write(block)
            files += 1
            progress(min(entry.done_bytes, size), size)
    except _BROKEN as exc:
        raise EdgekwsError(f"{archive}: damaged, or no .tar.gz or .zip: {exc}") from exc
    except FileExistsError as exc:
        raise EdgekwsError(f"{archive}: holds {exc.filename} twice") from exc
    except OSError as exc:
        raise EdgekwsError(f"{folder}: cannot write: {exc.strerror or exc}") from exc
    return files


def _entries(archive: Path) -> Iterator[_Entry]:
    if zipfile.is_zipfile(archive):
        yield from _zipped(archive)
    else:
        yield from _tarred(archive)


def _tarred(archive: Path) -> Iterator[_Entry]:
    with archive.open("rb") as raw, tarfile.open(fileobj=raw, mode="r:gz") as tar:
        for member in tar:
            if not member.isdir():
                opened = partial(tar.extractfile, member)
                yield _Entry(member.name, member.isreg(), opened, raw.tell())


def _zipped(archive: Path) -> Iterator[_Entry]:
    done = 0
    with zipfile.ZipFile(archive) as packed:
        for info in packed.infolist():
            done += info.compress_size
            mode = info.external_attr >> 16
            if not info.is_dir():
                plain = stat.S_IFMT(mode) in (0, stat.S_IFREG)
                yield _Entry(info.filename, plain, partial(packed.open, info), done)


def _parts(archive: Path, entry: _Entry) -> list[str]:
    """Folders and file name; empty for what is left out."""
    parts = [part for part in entry.name.split("/") if part not in ("", ".")]
    outside = entry.name.startswith("/") or ".." in parts
    if outside or not parts or any(c in entry.name for c in "\\\0") or ":" in parts[0]:
        raise EdgekwsError(f"{archive}: holds {entry.name!r}, which leads out of its folder")
    if not entry.plain:
        raise EdgekwsError(f"{archive}: holds {entry.name!r}, which is no plain file")
    hidden = any(part.startswith((".", "__")) for part in parts)
    return [] if hidden else parts


def _blocks(entry: _Entry) -> Iterator[bytes]:
    stream = entry.stream()
    if stream is None:
        raise ValueError(f"{entry.name!r} has no content")
    with stream:
        while block := stream.read(_BLOCK_BYTES):
            yield block
