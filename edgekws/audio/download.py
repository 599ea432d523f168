"""Public sets of spoken words, from the net into a folder to train on."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from edgekws.audio.builtin import sweep
from edgekws.audio.fetch import fetch
from edgekws.audio.scan import SoundFile, scan
from edgekws.audio.unpack import unpack
from edgekws.errors import AudioError, EdgekwsError, UsageError

Progress = Callable[[str, int, int], None]  # what is done, bytes so far, bytes of all

_SERVER = "https://storage.googleapis.com/download.tensorflow.org/data"


@dataclass(frozen=True)
class Source:
    """An archive of clips."""

    url: str
    sha256: str


SOURCES = {
    "mini": Source(
        f"{_SERVER}/mini_speech_commands.zip",
        "49650f2341b26d886b46b3f4fb8fed59e30300b17550f1ee4a768b3106cf93a0",
    ),
    "speech_commands_v0.01": Source(
        f"{_SERVER}/speech_commands_v0.01.tar.gz",
        "743935421bb51cccdb6bdd152e04c5c70274e935c82119ad7faeec31780d811d",
    ),
    "speech_commands_v0.02": Source(
        f"{_SERVER}/speech_commands_v0.02.tar.gz",
        "af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58",
    ),
}


@dataclass(frozen=True)
class Downloaded:
    """What there is now."""

    folder: Path
    url: str
    sha256: str
    words: int
    clips: int


def download(
    name: str,
    folder: Path,
    *,
    url: str | None = None,
    sha256: str | None = None,
    progress: Progress | None = None,
) -> Downloaded:
    """Fetch and unpack a set into ``folder``, which appears whole or not at all.

    What a cut or killed download brought waits in ``FOLDER.part``; the next call goes on there.

    Parameters
    ----------
    name
        One of `SOURCES`.
    folder
        Must not exist yet, or be empty.
    url
        Another place to fetch from; the checksum stays that of ``name`` unless given.
    sha256
        Another checksum, hexadecimal.
    progress
        Called now and then.

    Raises
    ------
    UsageError
        The name, the address or the checksum cannot be, or the folder holds something.
    AudioError
        The archive holds no clips.
    EdgekwsError
        The network, the archive or the disk fails; says what is kept.
    """
    source = _source(name, url, sha256)
    tell = progress or _silent
    place = _free(folder)
    part = place.with_name(f"{place.name}.part")
    prefix = f".{place.name}.unpacking-"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        sweep(place.parent, prefix)
        fetch(source.url, part, source.sha256, partial(tell, "downloading"))
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=prefix) as temporary:
            whole = Path(temporary) / "set"
            whole.mkdir()
            unpack(part, whole, partial(tell, "unpacking"))
            root = _root(whole)
            words = _words(root, part)
            root.replace(place)
        part.unlink()
    except OSError as exc:
        raise EdgekwsError(f"{folder}: cannot write: {exc.strerror or exc}") from exc
    clips = sum(len(files) for files in words.values())
    return Downloaded(folder, source.url, source.sha256, len(words), clips)


def _source(name: str, url: str | None, sha256: str | None) -> Source:
    if name not in SOURCES:
        raise UsageError(f"set '{name}' is not known; known: {', '.join(SOURCES)}")
    known = SOURCES[name]
    digest = (sha256 or known.sha256).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise UsageError(f"--sha256 {sha256!r}: 64 hexadecimal digits are wanted")
    return Source(url or known.url, digest)


def _free(folder: Path) -> Path:
    """Full path of a folder that is not there or empty."""
    place = folder.resolve()
    if place == Path.cwd() or (place.exists() and not (place.is_dir() and _empty(place))):
        raise UsageError(f"{folder} exists already; remove it or choose another --out")
    return place


def _empty(folder: Path) -> bool:
    return not any(folder.iterdir())


def _words(root: Path, part: Path) -> Mapping[str, Sequence[SoundFile]]:
    try:
        return scan(root).words
    except AudioError as exc:
        raise AudioError(f"{part}: holds no folders of words; remove it") from exc


def _root(folder: Path) -> Path:
    """Folder of the words: the only one at the top, when it holds folders itself."""
    entries = list(folder.iterdir())
    if len(entries) == 1 and entries[0].is_dir() and any(e.is_dir() for e in entries[0].iterdir()):
        return entries[0]
    return folder


def _silent(what: str, done: int, total: int) -> None:
    """Say nothing."""
