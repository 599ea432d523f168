"""Write files whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from edgekws.errors import EdgekwsError

STALE_S = 5.0  # a file that nobody wrote to for so long is of no living writer elsewhere


def write_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` so that ``path`` holds either its old content or all of the new one.

    Raises
    ------
    EdgekwsError
        The folder cannot be written or the disk is full; nothing is left behind.
    """
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 with ``\\n`` line ends; see `write_bytes`."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, document: object) -> None:
    """Write ``document`` as indented JSON with sorted keys; see `write_bytes`."""
    write_text(path, json.dumps(document, indent=2, sort_keys=True) + "\n")


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path; when the block ends well it is synced and renamed to ``path``.

    A process that is killed leaves its temporary file; the next one to write ``path`` removes it.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.name}.{os.getpid()}.", suffix=f".tmp{path.suffix}"
        )
        os.close(handle)
        temporary = Path(name)
        yield temporary
        _sync(temporary)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
        _sync(path.parent)
    except OSError as exc:
        raise EdgekwsError(f"{path}: cannot write: {exc.strerror or exc}") from exc
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def is_alive(process: int) -> bool:
    """Whether a process of this number runs on this machine."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def sha256(data: bytes | Path) -> str:
    """Hexadecimal SHA-256 of some bytes or of a file's content."""
    if isinstance(data, Path):
        with data.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    return hashlib.sha256(data).hexdigest()


def _sweep(path: Path) -> None:
    """Remove what killed writers of ``path`` left; never what a living one may be writing."""
    pattern = re.compile(re.escape(f".{path.name}.") + r"(\d+)\.\w+\.tmp" + re.escape(path.suffix))
    for entry in path.parent.iterdir():
        found = pattern.fullmatch(entry.name)
        if found and not is_alive(int(found.group(1))):
            with contextlib.suppress(FileNotFoundError):  # another process was faster
                # A writer in another container, which shares the folder, has a number of its own.
                if time.time() - entry.stat().st_mtime > STALE_S:
                    entry.unlink()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
