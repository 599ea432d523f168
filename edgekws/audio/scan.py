"""A folder in Speech Commands layout: ``WORD/*.wav|flac|ogg`` and ``_background_noise_/``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from edgekws.audio.read import SUFFIXES
from edgekws.errors import AudioError
from edgekws.recipe import UNKNOWN

NOISE_FOLDER = "_background_noise_"


@dataclass(frozen=True)
class SoundFile:
    """One file of the folder. ``name`` is relative, with ``/``."""

    name: str
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True)
class Listing:
    """What the folder holds, sorted by name so that the file system's order does not matter."""

    folder: Path
    words: Mapping[str, tuple[SoundFile, ...]]
    noise: tuple[SoundFile, ...]


def scan(folder: Path) -> Listing:
    """Look into ``folder``. Hidden files and folders, and ``__MACOSX``, are passed over.

    Raises
    ------
    AudioError
        The folder is missing or empty, or has a folder in ``_`` that the layout does not know.
    """
    try:
        with os.scandir(folder) as entries:
            names = sorted(e.name for e in entries if _visible(e.name) and e.is_dir())
        _refuse_strange(folder, names)
        sounds = {name: _sounds(folder, name) for name in names}
    except OSError as exc:
        raise AudioError(
            f"{exc.filename}: cannot read: {exc.strerror}; "
            "the data must be a folder that holds one folder per word"
        ) from exc
    noise = sounds.pop(NOISE_FOLDER, ())
    if not sounds:
        raise AudioError(
            f"{folder}: no word in it; wanted is one folder per word, like {folder}/yes/*.wav"
        )
    return Listing(folder, sounds, noise)


def _visible(name: str) -> bool:
    return not name.startswith((".", "__"))


def _refuse_strange(folder: Path, names: list[str]) -> None:
    for name in names:
        if name.startswith("_") and name not in (NOISE_FOLDER, UNKNOWN):
            raise AudioError(
                f"{folder}/{name}: not part of the layout; sounds without speech go to "
                f"{NOISE_FOLDER}, other words to folders of their own or to {UNKNOWN}"
            )


def _sounds(folder: Path, name: str) -> tuple[SoundFile, ...]:
    found = []
    with os.scandir(folder / name) as entries:
        for entry in entries:
            if not _visible(entry.name) or not entry.name.lower().endswith(SUFFIXES):
                continue
            status = entry.stat()
            found.append(SoundFile(f"{name}/{entry.name}", status.st_size, status.st_mtime_ns))
    return tuple(sorted(found, key=lambda file: file.name))
