"""Which clip goes to which partition: by the names' hash, by chance, or by the folder's lists."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from edgekws.audio.scan import Listing, SoundFile
from edgekws.audio.split import (
    PARTITIONS,
    TESTING,
    TRAINING,
    VALIDATION,
    partition_of,
    speaker_of,
)
from edgekws.errors import AudioError
from edgekws.recipe import DataSpec

LISTS = {VALIDATION: "validation_list.txt", TESTING: "testing_list.txt"}

Rule = Callable[[str], str]  # from a clip's name to its partition
Division = dict[str, dict[str, list[SoundFile]]]  # clips by partition and folder


def divide(listing: Listing, spec: DataSpec) -> Division:
    """Clips of every folder by partition; each clip is in one.

    - ``hash``: see `edgekws.audio.split`.
    - ``random``: the speakers in an order drawn by ``split_seed``, the first for validation, the
      next for testing, as near to the percentages as whole speakers allow, and one at least. The
      speakers of the words come first; those heard in other words only are divided alike after.
    - ``lists``: what ``validation_list.txt`` and ``testing_list.txt`` name, the rest for training.
      Folders of unknown clips are divided by the names' hash.

    Raises
    ------
    AudioError
        ``lists`` is asked for and a list is missing or names a clip that the other one names.
    """
    division: Division = {name: {} for name in PARTITIONS}
    words, unknown = _rules(listing, spec)
    for rule, folders in ((words, listing.words), (unknown, heard_as_unknown(listing, spec))):
        for folder, files in folders.items():
            for file in files:
                division[rule(file.name)].setdefault(folder, []).append(file)
    return division


def heard_as_unknown(listing: Listing, spec: DataSpec) -> Mapping[str, tuple[SoundFile, ...]]:
    """Folders of unknown clips without those that are called like a word to tell apart."""
    return {
        name: files
        for name, files in listing.unknown.items()
        if name.rpartition("/")[2] not in spec.words
    }


def _rules(listing: Listing, spec: DataSpec) -> tuple[Rule, Rule]:
    by_hash = _HashRule(spec)
    if spec.split == "random":
        chance = _random(listing, spec)
        return (lambda name: chance[speaker_of(name)],) * 2
    if spec.split == "lists":
        listed = _lists(listing)
        return (lambda name: listed.get(name, TRAINING)), by_hash
    return by_hash, by_hash


class _HashRule:
    """The rule of the Speech Commands dataset, reckoned once per speaker."""

    def __init__(self, spec: DataSpec) -> None:
        self._shares = spec.validation_percentage, spec.testing_percentage
        self._known: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        speaker = speaker_of(name)
        found = self._known.get(speaker)
        if found is None:
            found = self._known[speaker] = partition_of(speaker, *self._shares)
        return found


def _random(listing: Listing, spec: DataSpec) -> dict[str, str]:
    """Partition of every speaker."""
    wanted = [listing.words.get(word, ()) for word in spec.words]
    others = [*listing.words.values(), *heard_as_unknown(listing, spec).values()]
    found: dict[str, str] = {}
    for group in (wanted, others):
        clips = Counter(speaker_of(file.name) for files in group for file in files)
        new = {speaker: count for speaker, count in clips.items() if speaker not in found}
        found.update(_dealt(new, spec))
    return found


def _dealt(clips: Mapping[str, int], spec: DataSpec) -> Iterator[tuple[str, str]]:
    """Deal speakers, each with so many clips, to the partitions."""
    order = sorted(clips, key=lambda speaker: _chance(spec.split_seed, speaker))
    total, at = sum(clips.values()), 0
    for name, share in (
        (VALIDATION, spec.validation_percentage),
        (TESTING, spec.testing_percentage),
    ):
        wanted, taken = total * share / 100, 0
        while (
            at < len(order) - 1
            and wanted
            and (not taken or _nearer(taken, clips[order[at]], wanted))
        ):
            taken += clips[order[at]]
            yield order[at], name
            at += 1
    for speaker in order[at:]:
        yield speaker, TRAINING


def _nearer(taken: int, more: int, wanted: float) -> bool:
    """Whether taking ``more`` comes nearer to ``wanted``."""
    return taken + more / 2 <= wanted


def _chance(seed: int, speaker: str) -> bytes:
    return hashlib.sha256(os.fsencode(f"edgekws split {seed} {speaker}")).digest()


def read_lists(listing: Listing) -> dict[str, tuple[str, ...]]:
    """Names in the folder's lists, by partition. Raises `AudioError` when one cannot be read."""
    return {partition: tuple(_named(listing.folder / file)) for partition, file in LISTS.items()}


def _lists(listing: Listing) -> dict[str, str]:
    found: dict[str, str] = {}
    for partition, names in read_lists(listing).items():
        for name in names:
            if found.setdefault(name, partition) != partition:
                raise AudioError(
                    f"{listing.folder / LISTS[partition]}: {name} is in {LISTS[VALIDATION]} too; "
                    "take it out of one of them"
                )
    return found


def _named(path: Path) -> Iterator[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        problem = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8 text"
        raise AudioError(
            f"{path}: cannot read: {problem}; --split lists wants it, one WORD/CLIP.wav a line"
        ) from exc
    for line in lines:
        name = line.strip().replace("\\", "/").removeprefix("./")
        if name:
            yield name
