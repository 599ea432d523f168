"""What is odd about a folder of clips, in words: the warnings of `edgekws.audio.check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

from edgekws.audio.divide import LISTS, read_lists
from edgekws.audio.index import build_index
from edgekws.audio.leaks import Placed, same_audio
from edgekws.audio.scan import NOISE_FOLDER, Listing
from edgekws.audio.split import names_speaker
from edgekws.errors import AudioError
from edgekws.recipe import DataSpec

_FEW_SHARE = 0.5  # of the mean of the words' clips; a word with fewer is learned worse
_SHOWN = 3  # files named in a warning

_PROBLEMS = {
    "unreadable": "cannot be read",
    "rate": "not at the wanted sample rate; convert, or train with --resample",
    "channels": "not mono; mix down",
    "clipped": "clipped at full scale; record softer",
    "silent": "without any sound above -60 dBFS; remove",
    "short": "shorter than half a clip",
    "long": "longer than a clip, so both ends are cut off",
}


def remarks(
    listing: Listing,
    spec: DataSpec,
    placed: Sequence[Placed],
    problems: Mapping[str, Sequence[str]],
    reasons: Mapping[str, str],
) -> Iterator[str]:
    """Yield warnings, the gravest first.

    Parameters
    ----------
    listing, spec, placed
        The folder, how it is divided, and its clips measured; all words are in ``spec``.
    problems
        Files by problem.
    reasons
        Why files cannot be read, by name.
    """
    try:
        build_index(listing, spec)
    except AudioError as exc:
        yield str(exc).removeprefix(f"{listing.folder}: ")
    for kind, files in problems.items():
        if files:
            yield f"{_count(files, 'file')} {_PROBLEMS[kind]}: {_some(files)}"
    for name, reason in islice(reasons.items(), _SHOWN):
        yield f"{name}: {reason}"
    yield from _balance(placed, spec.words)
    yield from _names(placed)
    yield from _copies(placed)
    if not listing.noise:
        yield f"no sounds in {NOISE_FOLDER}: noise is made; recordings of your rooms are better"
    if listing.passed_over:
        yield f"passed over, as no sounds: {_some(listing.passed_over)}"
    if spec.split == "lists":
        yield from _gone(listing)


def _balance(placed: Sequence[Placed], words: Sequence[str]) -> Iterator[str]:
    counts = Counter(each.label for each in placed)
    mean = sum(counts[word] for word in words) / len(words)
    few = [word for word in words if counts[word] < _FEW_SHARE * mean]
    if few:
        number = _count(few, "word")
        yield f"{number} with less than half the mean of {mean:.0f} clips: {_some(few)}"


def _names(placed: Sequence[Placed]) -> Iterator[str]:
    unnamed = [each.name for each in placed if not names_speaker(each.name)]
    if unnamed:
        yield (
            f"{_count(unnamed, 'name')} without _nohash_, each a speaker of its own: one person "
            f"may be in two partitions; rename to SPEAKER_nohash_NUMBER.wav: {_some(unnamed)}"
        )


def _copies(placed: Sequence[Placed]) -> Iterator[str]:
    copies = [
        each.name
        for group in same_audio(placed)
        if len({(each.label, each.partition) for each in group}) == 1
        for each in group[1:]
    ]
    if copies:
        yield f"{_count(copies, 'clip')} with the audio of another one: {_some(copies)}"


def _gone(listing: Listing) -> Iterator[str]:
    known = {file.name for files in listing.words.values() for file in files}
    for partition, names in read_lists(listing).items():
        gone = [name for name in names if name not in known]
        if gone:
            yield f"{LISTS[partition]} names {_count(gone, 'clip')} not there: {_some(gone)}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _count(things: Collection[str], one: str) -> str:
    return f"{len(things)} {one}{'' if len(things) == 1 else 's'}"
