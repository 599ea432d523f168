"""Which clips stand for which label in which partition."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from edgekws.audio.divide import LISTS, Division, divide
from edgekws.audio.scan import Listing, SoundFile
from edgekws.audio.split import PARTITIONS, TRAINING
from edgekws.errors import AudioError
from edgekws.recipe import UNKNOWN, DataSpec

FIRST_WORD = 2  # labels are [_silence_, _unknown_, words...], or the words alone
SILENCE_LABEL = 0
UNKNOWN_LABEL = 1


class Member(NamedTuple):  # a tuple, because there may be a hundred thousand of them
    """One clip with its label (index into the recipe's labels)."""

    file: SoundFile
    label: int


@dataclass(frozen=True)
class Partition:
    """Clips of one partition, words first, then unknown; and how many silence clips go with it."""

    members: tuple[Member, ...]
    silence: int


def choose_words(listing: Listing, words: tuple[str, ...]) -> tuple[str, ...]:
    """Words to tell apart: those asked for, or every word folder when none is.

    Raises
    ------
    AudioError
        A word has no clips; names it and the folders there are.
    """
    chosen = words or tuple(word for word in listing.words if word != UNKNOWN)
    for word in chosen:
        if not listing.words.get(word):
            known = ", ".join(name for name, files in listing.words.items() if files) or "none"
            raise AudioError(
                f"{listing.folder}: word '{word}' has no clips in .wav, .flac or .ogg; "
                f"folders with clips: {known}"
            )
    if not chosen:
        raise AudioError(f"{listing.folder}: no word besides {UNKNOWN}; add one folder per word")
    return chosen


def build_index(listing: Listing, spec: DataSpec) -> Mapping[str, Partition]:
    """Divide the clips of ``spec.words`` and choose unknown clips for each partition.

    Raises
    ------
    AudioError
        A word has no training clip, or a partition has no clip; says which percentages would do.
    """
    cut = divide(listing, spec)
    _refuse_empty(listing, spec, cut)
    first_word = FIRST_WORD if spec.background_labels else 0
    index = {}
    for partition in PARTITIONS:
        members = [
            Member(file, label)
            for label, word in enumerate(spec.words, first_word)
            for file in cut[partition].get(word, ())
        ]
        others = {w: files for w, files in cut[partition].items() if w not in spec.words}
        wanted = _share(len(members), spec.unknown_percentage)
        silence = _share(len(members), spec.silence_percentage)
        members += [Member(file, UNKNOWN_LABEL) for file in choose_unknown(others, wanted)]
        index[partition] = Partition(tuple(members), silence)
    return index


def choose_unknown(words: Mapping[str, list[SoundFile]], wanted: int) -> list[SoundFile]:
    """Up to ``wanted`` clips that no listing order can change, spread evenly over the words.

    Each word's clips are ordered by a hash of their names; first come the firsts of all words, then
    the seconds, and so on, so that a word with few clips is not drowned by one with many.
    """
    if not wanted:
        return []
    ranked = [sorted((_key(f.name), f) for f in files) for files in words.values()]
    chosen: list[SoundFile] = []
    for rank in range(max(map(len, ranked), default=0)):
        chosen += [file for _, file in sorted(word[rank] for word in ranked if rank < len(word))]
        if len(chosen) >= wanted:
            break
    return chosen[:wanted]


def _key(name: str) -> bytes:
    return hashlib.sha256(os.fsencode(f"edgekws unknown {name}")).digest()


def _share(count: int, percentage: float) -> int:
    return math.ceil(count * percentage / 100)


def _refuse_empty(listing: Listing, spec: DataSpec, cut: Division) -> None:
    for partition in PARTITIONS:
        without = [word for word in spec.words if not cut[partition].get(word)]
        if len(without) == len(spec.words):
            problem = f"the {partition} partition is empty"
        elif without and partition == TRAINING:
            problem = f"word '{without[0]}' has no clip in the training partition"
        else:
            continue
        if spec.split == "lists":
            raise AudioError(f"{listing.folder}: {problem}; mend {' and '.join(LISTS.values())}")
        raise AudioError(
            f"{listing.folder}: {problem} at validation {spec.validation_percentage:g} % and "
            f"testing {spec.testing_percentage:g} %; {_advice(listing, spec)}"
        )


def _advice(listing: Listing, spec: DataSpec) -> str:
    asked = (spec.validation_percentage or 10.0, spec.testing_percentage or 10.0)
    shares = [(v * k, t * k) for k in (1, 0.5, 0.25) for v, t in [asked]]
    shares += [(v, t) for t in (10.0, 20.0, 30.0, 40.0) for v in (5.0, 10.0, 20.0, 30.0, 40.0)]
    shares = [(v, t) for v, t in shares if v + t < 100]
    only_words = replace(listing, words={w: listing.words[w] for w in spec.words}, unknown={})
    for validation, testing in shares:
        asking = replace(spec, validation_percentage=validation, testing_percentage=testing)
        cut = divide(only_words, asking)
        if all(cut[partition].get(word) for partition in PARTITIONS for word in spec.words):
            return f"validation {validation:g} % and testing {testing:g} % would fill all three"
    return "add clips of more speakers"
