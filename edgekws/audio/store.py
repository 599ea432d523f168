"""Decoded clips in one file: made once, shared by later runs, read when they are wanted."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import weakref
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from edgekws.audio.cache import cache_folder
from edgekws.audio.read import decode, fit, read_bytes
from edgekws.audio.scan import SoundFile
from edgekws.errors import EdgekwsError
from edgekws.files import replacing
from edgekws.recipe import AudioSpec

_VERSION = 1  # of the file's layout: samples int16 little endian, JSON, its length as 8 bytes
_MOST_AT_ONCE = 2**30  # bytes; a system call reads no more than 2 GiB
_KEPT = 8  # files of other datasets that stay in the cache


@dataclass(frozen=True)
class Wanted:
    """The files to decode and how; the order of ``clips`` is the order of the rows."""

    folder: Path
    clips: Sequence[SoundFile]
    noise: Sequence[SoundFile]
    audio: AudioSpec
    resample: bool


class Rows:
    """Clips in an open file. Memory holds those that are asked for, however many there are.

    A file mapped into memory would do, but its pages count as the process's own, and after an epoch
    all of them are there.
    """

    def __init__(self, path: Path, clips: int, samples: int) -> None:
        self._path = path
        self._clips = clips
        self._samples = samples
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)

    def __len__(self) -> int:
        return self._clips

    def read(self, first: int, last: int) -> NDArray[np.int16]:
        """Read rows ``first`` to ``last - 1``: int16 [rows, samples]. Threads may do it at once."""
        at, pieces = 2 * first * self._samples, []
        missing = 2 * (last - first) * self._samples
        while missing:
            piece = os.pread(self._file, min(missing, _MOST_AT_ONCE), at)
            if not piece:
                raise EdgekwsError(f"{self._path}: became shorter; run the command again")
            pieces.append(piece)
            at, missing = at + len(piece), missing - len(piece)
        rows = np.frombuffer(pieces[0] if len(pieces) == 1 else b"".join(pieces), dtype="<i2")
        return rows.astype(np.int16, copy=False).reshape(last - first, self._samples)


@dataclass(frozen=True)
class Store:
    """Decoded samples."""

    clips: Rows
    noise: tuple[NDArray[np.int16], ...]  # [samples] each
    fingerprint: str  # SHA-256 over the names and contents of the files


def open_store(wanted: Wanted, progress: Callable[[str], None]) -> Store:
    """Open the decoded files, decoding them first when they are new or changed.

    Raises
    ------
    AudioError
        A file cannot be used; see `edgekws.audio.read.read_clip`.
    EdgekwsError
        The cache cannot be written.
    """
    notice = f"decoding {len(wanted.clips)} clips of {wanted.folder}"
    return _opened(_key(wanted), lambda stream: _write(stream, wanted), progress, notice)


def open_made(
    rules: Sequence[Any],
    make: Callable[[], Iterable[NDArray[np.int16]]],
    progress: Callable[[str], None],
    notice: str,
) -> Store:
    """Open clips that are made rather than decoded, making them first when they are not there.

    Parameters
    ----------
    rules
        All that the clips depend on; must be JSON.
    make
        Returns the clips, int16 [samples] each, all of one length.
    progress
        Called with ``notice`` before they are made.

    Raises
    ------
    EdgekwsError
        The cache cannot be written.
    """
    key = hashlib.sha256(json.dumps([_VERSION, "made", *rules]).encode()).hexdigest()[:32]
    return _opened(key, lambda stream: _write_made(stream, make()), progress, notice)


def _opened(
    key: str, write: Callable[[BinaryIO], None], progress: Callable[[str], None], notice: str
) -> Store:
    path = cache_folder() / "clips" / f"{key}.pcm"
    store = _load(path)
    if store is None:
        progress(notice)
        with replacing(path) as temporary, temporary.open("wb") as stream:
            write(stream)
        store = _load(path)
        if store is None:
            raise EdgekwsError(f"{path}: vanished while it was opened; run the command again")
        _forget_old(path.parent)
    return store


def _key(wanted: Wanted) -> str:
    files = [*wanted.clips, *wanted.noise]
    folders = [str(Path(folder).resolve()) for folder in sorted({file.folder for file in files})]
    rules = [_VERSION, folders, len(wanted.noise), asdict(wanted.audio), wanted.resample]
    lines = [json.dumps(rules), *(f"{f.name}/{f.size_bytes}/{f.mtime_ns}" for f in files)]
    return hashlib.sha256(os.fsencode("\n".join(lines))).hexdigest()[:32]


def _write(stream: BinaryIO, wanted: Wanted) -> None:
    digests: dict[str, str] = {}

    def samples(file: SoundFile) -> NDArray[np.int16]:
        path = file.path
        data = read_bytes(path)
        digests[file.name] = hashlib.sha256(data).hexdigest()
        return decode(data, path, wanted.audio.sample_rate_hz, wanted.resample)

    for file in wanted.clips:
        stream.write(_bytes(fit(samples(file), wanted.audio.clip_samples)))
    lengths = []
    for file in wanted.noise:
        recording = samples(file)
        lengths.append(len(recording))
        stream.write(_bytes(recording))
    facts = {
        "clips": len(wanted.clips),
        "samples": wanted.audio.clip_samples,
        "noise": lengths,
        "fingerprint": hashlib.sha256(json.dumps(sorted(digests.items())).encode()).hexdigest(),
    }
    _write_trailer(stream, facts)


def _write_made(stream: BinaryIO, clips: Iterable[NDArray[np.int16]]) -> None:
    digest, count, samples = hashlib.sha256(), 0, 0
    for clip in clips:
        data = _bytes(clip)
        stream.write(data)
        digest.update(data)
        count, samples = count + 1, len(clip)
    fingerprint = digest.hexdigest()
    facts = {"clips": count, "samples": samples, "noise": [], "fingerprint": fingerprint}
    _write_trailer(stream, facts)


def _write_trailer(stream: BinaryIO, facts: dict[str, Any]) -> None:
    trailer = json.dumps(facts).encode()
    stream.write(trailer + len(trailer).to_bytes(8, "little"))


def _bytes(samples: NDArray[np.int16]) -> bytes:
    return samples.astype("<i2").tobytes()


def _load(path: Path) -> Store | None:
    facts = _facts(path)
    if facts is None:
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # what was used last is kept longest
    at = facts["clips"] * facts["samples"]
    total = at + sum(facts["noise"])
    try:
        clips = Rows(path, facts["clips"], facts["samples"])
        pcm = np.asarray(np.memmap(path, dtype="<i2", mode="r", shape=(total,)))
    except FileNotFoundError:  # another process made room just now
        return None
    noise = []
    for length in facts["noise"]:
        noise.append(pcm[at : at + length])
        at += length
    return Store(clips, tuple(noise), facts["fingerprint"])


def _facts(path: Path) -> dict[str, Any] | None:
    """Read the trailer; None when the file is not there or not whole."""
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - 8))
            length = int.from_bytes(stream.read(8), "little")
            if length + 8 > size:
                return None
            stream.seek(size - 8 - length)
            facts = json.loads(stream.read(length))
            samples = facts["clips"] * facts["samples"] + sum(facts["noise"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return dict(facts) if 2 * samples + length + 8 == size else None


def _forget_old(folder: Path) -> None:
    with contextlib.suppress(OSError):  # another process may be tidying up too
        files = sorted(folder.glob("*.pcm"), key=lambda p: p.stat().st_mtime_ns, reverse=True)
        for path in files[_KEPT:]:
            path.unlink()
