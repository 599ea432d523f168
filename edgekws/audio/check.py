"""A folder of clips checked before a training: what cannot be used, what is odd, what leaks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from edgekws.audio.divide import divide
from edgekws.audio.inspect import ODD, UNUSABLE, Measured, inspect
from edgekws.audio.leaks import Leak, Placed, find_leaks
from edgekws.audio.remarks import remarks
from edgekws.audio.scan import Listing, scan
from edgekws.audio.split import PARTITIONS, speaker_of
from edgekws.errors import AudioError
from edgekws.recipe import UNKNOWN, AudioSpec, DataSpec

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class LabelCount:
    """Clips of one word, or of all other words, by partition."""

    label: str
    training: int
    validation: int
    testing: int
    speakers: int

    @property
    def clips(self) -> int:
        """All of them."""
        return self.training + self.validation + self.testing


@dataclass(frozen=True)
class Report:
    """All that was found."""

    folder: Path
    labels: tuple[LabelCount, ...]
    clips: tuple[Measured, ...]
    noise: tuple[Measured, ...]
    speakers: int
    problems: Mapping[str, tuple[str, ...]]  # files, by the names in `edgekws.audio.inspect`
    warnings: tuple[str, ...]
    leaks: tuple[Leak, ...]

    @property
    def lengths_s(self) -> list[float]:
        """Of the clips that can be read, sorted."""
        return sorted(clip.seconds for clip in self.clips if clip.seconds)

    @property
    def levels_dbfs(self) -> list[float]:
        """Of the clips that can be read and are not digital silence, sorted."""
        return sorted(clip.level_dbfs for clip in self.clips if clip.content)


def check(spec: DataSpec, audio: AudioSpec, progress: Progress | None = None) -> Report:
    """Read every file of ``spec.source`` and report.

    Parameters
    ----------
    spec
        Folders, words (none: every folder) and how the clips are divided.
    audio
        The rate and the length of clips wanted.
    progress
        Called with the number of files read and of all files.

    Raises
    ------
    AudioError
        A folder is missing or empty, or a word has no folder.
    """
    listing = scan(Path(spec.source), spec.unknown)
    spec = replace(spec, words=spec.words or _words(listing))
    for word in spec.words:
        if word not in listing.words:
            known = ", ".join(listing.words)
            raise AudioError(f"{listing.folder}: no folder '{word}'; folders: {known}")
    placed, noise = _measured(listing, spec, audio, progress or _silent)
    clips = tuple(each.clip for each in placed)
    problems = _problems([*clips, *noise])
    reasons = {each.file.name: each.message for each in (*clips, *noise) if each.message}
    return Report(
        folder=listing.folder,
        labels=tuple(_counts(placed, spec.words)),
        clips=clips,
        noise=noise,
        speakers=len({speaker_of(clip.file.name) for clip in clips}),
        problems=problems,
        warnings=tuple(remarks(listing, spec, placed, problems, reasons)),
        leaks=find_leaks(placed),
    )


def _words(listing: Listing) -> tuple[str, ...]:
    words = tuple(word for word in listing.words if word != UNKNOWN)
    if not words:
        raise AudioError(f"{listing.folder}: no word besides {UNKNOWN}; add one folder per word")
    return words


def _measured(
    listing: Listing, spec: DataSpec, audio: AudioSpec, progress: Progress
) -> tuple[list[Placed], tuple[Measured, ...]]:
    places = sorted(
        (file, folder if folder in spec.words else UNKNOWN, partition)
        for partition, folders in divide(listing, spec).items()
        for folder, files in folders.items()
        for file in files
    )
    total = len(places) + len(listing.noise)
    placed: list[Placed] = []
    for file, label, partition in places:
        progress(len(placed), total)
        placed.append(Placed(inspect(file, audio), label, partition))
    noise: list[Measured] = []
    for file in listing.noise:
        progress(len(placed) + len(noise), total)
        noise.append(inspect(file, audio, word=False))
    return placed, tuple(noise)


def _problems(measured: Iterable[Measured]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {kind: [] for kind in (*UNUSABLE, *ODD)}
    for each in measured:
        for kind in each.problems:
            found[kind].append(each.file.name)
    return {kind: tuple(names) for kind, names in found.items()}


def _counts(placed: Sequence[Placed], words: tuple[str, ...]) -> Iterator[LabelCount]:
    counts = Counter((each.label, each.partition) for each in placed)
    speakers: dict[str, set[str]] = defaultdict(set)
    for each in placed:
        speakers[each.label].add(speaker_of(each.name))
    for label in (*words, UNKNOWN):
        if label in words or label in speakers:
            numbers = {name: counts[label, name] for name in PARTITIONS}
            yield LabelCount(label, speakers=len(speakers[label]), **numbers)


def _silent(done: int, total: int) -> None:
    """Say nothing."""
