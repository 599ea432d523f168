"""Put a whole folder in place at once: a reader, or a kill, sees the old one or the new one."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from edgekws.errors import EdgekwsError, UsageError
from edgekws.files import is_alive, sha256
from edgekws.firmware.build import write_files

MANIFEST = "manifest.json"
SCHEMA = "edgekws.project/1"
# Folders that a build makes; they may go.
BUILT = ("build", "build_selftest", ".gradle", ".cxx", ".pio", "managed_components")

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def refuse_foreign(folder: Path) -> None:
    """Raise unless ``folder`` is missing, empty, or just as an export left it.

    Raises
    ------
    UsageError
        It holds something that replacing it would destroy; names the first such file.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"{folder}: is a file; choose another --out")
    if not any(folder.iterdir()):
        return
    files = _files_of_manifest(folder)
    if files is None:
        raise UsageError(
            f"{folder}: is not empty and edgekws did not make it; choose another --out"
        )
    for path in sorted(_present(folder)):
        name = path.relative_to(folder).as_posix()
        if name != MANIFEST and files.get(name) != sha256(path):
            raise UsageError(
                f"{folder}: {name} is not as the export left it, and replacing the folder would "
                "lose it; move it or choose another --out"
            )


def replace_folder(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Make ``folder`` hold exactly ``files``, or change nothing.

    Raises
    ------
    UsageError
        See `refuse_foreign`.
    EdgekwsError
        It cannot be written, or the disk is full; nothing is left behind.
    """
    place = folder.resolve()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _tidy(place)
        refuse_foreign(folder)
        with _beside(place) as temporary:
            try:
                write_files(temporary, files)
            except EdgekwsError as exc:  # it names a file in a folder that is gone already
                raise EdgekwsError(str(exc).replace(str(temporary), str(folder))) from exc
            _put(temporary, place)
    except OSError as exc:
        raise EdgekwsError(f"{folder}: cannot write: {exc.strerror or exc}") from exc


def _put(temporary: Path, place: Path) -> None:
    if not place.exists() or not any(place.iterdir()):
        temporary.rename(place)  # over an empty folder too, in one step
    elif not _exchanged(temporary, place):
        old = temporary.with_suffix(".old")
        place.rename(old)
        temporary.rename(place)
        shutil.rmtree(old)


def _exchanged(one: Path, other: Path) -> bool:
    """Swap two folders in one step, where the system can."""
    if not sys.platform.startswith("linux"):
        return False
    library: Any = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "renameat2"):
        return False
    names = (os.fsencode(one), os.fsencode(other))
    status = library.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE)
    return bool(status == 0)


@contextlib.contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """A new folder on the same file system, named by this process; gone in the end."""
    temporary = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    temporary.mkdir()
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _tidy(place: Path) -> None:
    """Remove what killed exports left, and bring back what the last one had only moved away."""
    for path in sorted(place.parent.glob(f".{place.name}.*")):
        found = re.fullmatch(r"(\d+)\.(tmp|old)", path.name.removeprefix(f".{place.name}."))
        if not found:
            continue
        process = int(found.group(1))
        if process != os.getpid() and is_alive(process):  # its own is of a dead one of that number
            continue
        if found.group(2) == "old" and not place.exists():
            path.rename(place)
        else:
            shutil.rmtree(path, ignore_errors=True)


def _files_of_manifest(folder: Path) -> dict[str, str] | None:
    """Path to SHA-256 of every file that the export wrote; None when it was not one."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["schema"] != SCHEMA:
            return None
        return dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _present(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            if path.name not in BUILT:
                yield from _present(path)
        else:
            yield path
