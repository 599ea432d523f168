"""What a network could know of the test before it is taken: leaks between partitions and labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edgekws.audio.inspect import Measured
from edgekws.audio.split import PARTITIONS, names_speaker, speaker_of


@dataclass(frozen=True)
class Placed:
    """A measured clip with its label and its partition."""

    clip: Measured
    label: str
    partition: str

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.clip.file.name


@dataclass(frozen=True)
class Leak:
    """Files that must not be where they are at the same time."""

    kind: str  # speaker | audio | label
    what: str
    files: tuple[str, ...]  # first one of each side


def find_leaks(placed: Sequence[Placed]) -> tuple[Leak, ...]:
    """Speakers in two partitions, then the same audio in two partitions or under two labels.

    A speaker is known only by a name with ``_nohash_``. Audio is the same when the samples are, up
    to zeros around them; silence is never the same.
    """
    return (*_speaker_leaks(placed), *_audio_leaks(placed))


def same_audio(placed: Sequence[Placed]) -> list[list[Placed]]:
    """Clips with the same audio, group by group."""
    same: dict[bytes, list[Placed]] = defaultdict(list)
    for each in placed:
        if each.clip.content:
            same[each.clip.content].append(each)
    return [clips for clips in same.values() if len(clips) > 1]


def _speaker_leaks(placed: Sequence[Placed]) -> Iterator[Leak]:
    heard: dict[str, list[Placed]] = defaultdict(list)
    for each in placed:
        if names_speaker(each.name):
            heard[speaker_of(each.name)].append(each)
    for speaker, clips in sorted(heard.items()):
        if len({each.partition for each in clips}) > 1:
            yield _leak("speaker", f"speaker {speaker} is in {_partitions(clips)}", clips)


def _audio_leaks(placed: Sequence[Placed]) -> Iterator[Leak]:
    for clips in same_audio(placed):
        labels = sorted({each.label for each in clips})
        if len(labels) > 1:
            yield _leak("label", f"the same audio stands for {' and '.join(labels)}", clips)
        if len({each.partition for each in clips}) > 1:
            yield _leak("audio", f"the same audio is in {_partitions(clips)}", clips)


def _leak(kind: str, what: str, clips: Sequence[Placed]) -> Leak:
    sides: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in clips:
        sides[each.partition, each.label].append(each.name)
    first = [names[0] for names in sides.values()]
    rest = [name for names in sides.values() for name in names[1:]]
    return Leak(kind, what, (*first, *rest))


def _partitions(clips: Sequence[Placed]) -> str:
    found = {each.partition for each in clips}
    return " and ".join(name for name in PARTITIONS if name in found)
