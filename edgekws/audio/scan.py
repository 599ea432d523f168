"""A folder in Speech Commands layout: ``WORD/*.wav|flac|ogg`` and ``_background_noise_/``."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from edgekws.audio.read import SUFFIXES
from edgekws.errors import AudioError
from edgekws.recipe import UNKNOWN, refuse_word

NOISE_FOLDER = "_background_noise_"


class SoundFile(NamedTuple):  # a tuple, because there may be a hundred thousand of them
    """One sound file."""

    name: str  # with '/', the same wherever the data lies: its word, then the file's name
    folder: str  # where it lies
    size_bytes: int
    mtime_ns: int

    @property
    def path(self) -> Path:
        """Where to read it."""
        return Path(self.folder, self.name.rpartition("/")[2])


@dataclass(frozen=True)
class Listing:
    """What the folders hold, sorted by name so that the file system's order does not matter."""

    folder: Path
    words: Mapping[str, tuple[SoundFile, ...]]
    noise: tuple[SoundFile, ...]
    unknown: Mapping[str, tuple[SoundFile, ...]]  # of the folders of unknown clips, by name
    passed_over: tuple[str, ...]  # files and folders that lie where sounds should, but are none


def scan(folder: Path, unknown: Sequence[str] = ()) -> Listing:
    """Look into ``folder``. Hidden files and folders, and ``__MACOSX``, are passed over.

    Parameters
    ----------
    folder
        Holds one folder per word.
    unknown
        Further folders; all sounds directly inside and one folder down are unknown words.

    Raises
    ------
    AudioError
        A folder is missing or empty, or has a folder in ``_`` that the layout does not know.
    """
    passed_over: list[str] = []
    try:
        names = _folders(folder)
        _refuse_strange(folder, names)
        sounds = {name: _sounds(folder / name, name, passed_over) for name in names}
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
    others = dict(_unknown(unknown, passed_over))
    return Listing(folder, sounds, noise, others, tuple(passed_over))


def _unknown(
    folders: Sequence[str], passed_over: list[str]
) -> Iterator[tuple[str, tuple[SoundFile, ...]]]:
    """Sounds of folders of unknown clips, by ``_unknown_/NUMBER`` or ``_unknown_/NUMBER/WORD``."""
    for number, folder in enumerate(map(Path, folders)):
        first = f"{UNKNOWN}/{number}"
        try:
            words = [name for name in _folders(folder) if name == UNKNOWN or name[0] != "_"]
            found = {first: _sounds(folder, first, [])}
            for word in words:
                found[f"{first}/{word}"] = _sounds(folder / word, f"{first}/{word}", passed_over)
        except OSError as exc:
            raise AudioError(
                f"{exc.filename}: cannot read: {exc.strerror}; "
                "--unknown must be a folder of sounds of other words"
            ) from exc
        if not any(found.values()):
            raise AudioError(
                f"{folder}: no .wav, .flac or .ogg in it; --unknown wants a folder of sounds"
            )
        yield from found.items()


def _folders(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(e.name for e in entries if _visible(e.name) and e.is_dir())


def _visible(name: str) -> bool:
    return not name.startswith((".", "__"))


def _refuse_strange(folder: Path, names: list[str]) -> None:
    for name in names:
        if name.startswith("_") and name not in (NOISE_FOLDER, UNKNOWN):
            raise AudioError(
                f"{folder}/{name}: not part of the layout; sounds without speech go to "
                f"{NOISE_FOLDER}, other words to folders of their own or to {UNKNOWN}"
            )
        if name[0] != "_":
            try:
                refuse_word(name)
            except ValueError as exc:
                raise AudioError(f"{folder}/{name}: {exc}; rename the folder") from exc


def _sounds(folder: Path, name: str, passed_over: list[str]) -> tuple[SoundFile, ...]:
    where = str(folder)
    found, others = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.lower().endswith(SUFFIXES):
                others.append(f"{name}/{entry.name}")
            elif _visible(entry.name):
                status = entry.stat()
                if not stat.S_ISREG(status.st_mode):  # a folder, or a pipe that would never end
                    others.append(f"{name}/{entry.name}")
                    continue
                found.append(
                    SoundFile(f"{name}/{entry.name}", where, status.st_size, status.st_mtime_ns)
                )
    passed_over += sorted(other for other in others if _visible(other.rpartition("/")[2]))
    return tuple(sorted(found))
