"""Long labelled streams: clips of one partition over its background noise."""

from __future__ import annotations

import itertools
import wave
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekws.audio import colors
from edgekws.audio.background import Background
from edgekws.audio.chance import generator
from edgekws.audio.dataset import Dataset
from edgekws.audio.index import UNKNOWN_LABEL
from edgekws.audio.read import saturate
from edgekws.audio.split import PARTITIONS, TESTING
from edgekws.audio.spoken import Spoken, labels_path, write_spoken
from edgekws.errors import AudioError, UsageError
from edgekws.files import replacing
from edgekws.recipe import Recipe

MOST_MINUTES = 1440.0  # a day: below what a WAV file holds
PIECE_S = 10  # of background in memory
TAIL_S = 2  # after the last word, so that it can still be heard
LOUDEST = 32_000  # peak of a word; a higher signal-to-noise ratio would clip it

_EVENT = 0xB3
_ORDER = 0xB4

# Each range: least and greatest value that makes sense.
_BOUNDS = {"snr_db": (-30.0, 60.0), "gap_s": (0.0, 3600.0), "noise_dbfs": (-96.0, -6.0)}


@dataclass(frozen=True)
class MixSpec:
    """What a stream should be like; everything random in it is uniform within its range."""

    minutes: float = 30.0
    partition: str = TESTING  # whose clips and whose part of the noise
    seed: int = 1
    snr_db: tuple[float, float] = (5.0, 25.0)  # of a word above the noise around it
    gap_s: tuple[float, float] = (1.0, 9.0)  # from the end of a clip to the next one
    noise_dbfs: tuple[float, float] = (-50.0, -30.0)  # RMS level of the noise
    unknown_percentage: float = 50.0  # of the words that are said

    def __post_init__(self) -> None:
        if not 0 < self.minutes <= MOST_MINUTES:
            raise ValueError(f"minutes must be above 0, at most {MOST_MINUTES:g}: {self.minutes:g}")
        if self.partition not in PARTITIONS:
            raise ValueError(f"partition {self.partition!r}: known are {', '.join(PARTITIONS)}")
        if not 0 <= self.unknown_percentage <= 100:
            raise ValueError(f"unknown_percentage must be 0 to 100, got {self.unknown_percentage}")
        for name, (least, greatest) in _BOUNDS.items():
            low, high = getattr(self, name)
            if not least <= low <= high <= greatest:
                raise ValueError(
                    f"{name} must be a range within {least:g}:{greatest:g}, got {low:g}:{high:g}"
                )

    @property
    def chance(self) -> int:
        """Seed of its random numbers; two partitions share none."""
        return self.seed * len(PARTITIONS) + PARTITIONS.index(self.partition)


@dataclass(frozen=True)
class Mixed:
    """A stream on the disk."""

    wav: Path
    labels: Path
    seconds: float
    sample_rate_hz: int
    spoken: Mapping[str, int]  # how often each word is said
    unknown: int  # of them, words that the network does not tell apart


def mix(
    dataset: Dataset,
    spec: MixSpec,
    wav: Path,
    progress: Callable[[int, int], None] | None = None,
) -> Mixed:
    """Write a stream and, beside it, its label file. The same arguments give the same bytes.

    Memory holds seconds of it, however long it is.

    Parameters
    ----------
    dataset
        Its partition's clips are said in a drawn order, each once before one comes again.
    progress
        Called with the seconds written and those in all.

    Raises
    ------
    UsageError
        ``wav`` does not end in ``.wav``, or no word fits into so short a stream.
    AudioError
        Unknown words are asked for and the partition has none, or known ones and it has none.
    EdgekwsError
        A file cannot be written.
    """
    if wav.suffix.lower() != ".wav":
        raise UsageError(f"{wav}: the stream is a WAV file; let its name end in .wav")
    mixer = _Mixer(dataset, spec)
    spoken: list[Spoken] = []
    labels_path(wav).unlink(missing_ok=True)  # never beside a stream that it is not of
    with replacing(labels_path(wav)) as labels, replacing(wav) as sound:
        with sound.open("wb") as raw, wave.open(raw, "wb") as stream:
            stream.setparams((1, 2, mixer.rate, 0, "NONE", ""))
            for piece, word in mixer.pieces():
                stream.writeframesraw(piece.astype("<i2").tobytes())
                if word is not None:
                    spoken.append(word)
                if progress:
                    progress(stream.tell() // mixer.rate, mixer.total // mixer.rate)
        write_spoken(labels, spoken, mixer.rate)
    known = set(dataset.recipe.data.words)
    counts = Counter(each.word for each in spoken)
    unknown = sum(count for word, count in counts.items() if word not in known)
    seconds = mixer.total / mixer.rate
    return Mixed(wav, labels_path(wav), seconds, mixer.rate, dict(sorted(counts.items())), unknown)


def all_unknown(recipe: Recipe) -> Recipe:
    """The recipe with as many unknown clips as clips of the words: a training takes fewer."""
    return replace(
        recipe, data=replace(recipe.data, unknown_percentage=100.0, background_labels=True)
    )


class _Mixer:
    """Draws what comes next and makes its samples."""

    def __init__(self, dataset: Dataset, spec: MixSpec) -> None:
        self.rate = dataset.recipe.audio.sample_rate_hz
        self.total = round(spec.minutes * 60 * self.rate)
        self._dataset, self._spec = dataset, spec
        self._clip = dataset.recipe.audio.clip_samples
        noise = dataset.noise[spec.partition]
        self._background = Background(noise, spec.noise_dbfs, spec.chance, self.rate)
        self._decks = _decks(dataset, spec)
        if self.total < self._clip + (spec.gap_s[0] + TAIL_S) * self.rate:
            raise UsageError(
                f"minutes {spec.minutes:g}: too short for one clip with its gap and "
                f"{TAIL_S} s after it; ask for more"
            )

    def pieces(self) -> Iterator[tuple[NDArray[np.int16], Spoken | None]]:
        """Yield the samples from beginning to end, each piece with the word in it."""
        at = 0
        for number in itertools.count():
            rng = generator(self._spec.chance, _EVENT, number)
            start = at + round(rng.uniform(*self._spec.gap_s) * self.rate)
            if start + self._clip + TAIL_S * self.rate > self.total:
                break
            yield from self._noise(at, start)
            yield self._word(start, rng)
            at = start + self._clip
        yield from self._noise(at, self.total)

    def _noise(self, start: int, end: int) -> Iterator[tuple[NDArray[np.int16], None]]:
        step = PIECE_S * self.rate
        for first in range(start, end, step):
            yield saturate(self._background.piece(first, min(step, end - first))), None

    def _word(self, start: int, rng: np.random.Generator) -> tuple[NDArray[np.int16], Spoken]:
        others = rng.random() * 100 < self._spec.unknown_percentage
        decks = self._decks[others]
        member = next(decks[int(rng.integers(len(decks)))])
        clip = self._dataset.clip(self._spec.partition, member)
        name = self._dataset.index[self._spec.partition].members[member].file.name
        first, last = heard_span(clip, self.rate)
        noise = self._background.piece(start, len(clip))
        around = max(1.0, float(np.sqrt(np.mean(noise[first:last] ** 2))))
        gain, snr_db = _loudness(clip, colors.rms(clip[first:last]), around,
                                 rng.uniform(*self._spec.snr_db))  # fmt: skip
        samples = saturate(noise + gain * _faded(clip, self.rate))
        word = name.rpartition("/")[0].rpartition("/")[2]
        return samples, Spoken(word, start + first, start + last, snr_db, name)


def heard_span(clip: NDArray[np.int16], sample_rate_hz: int) -> tuple[int, int]:
    """First sample of what is heard in int16 [samples], and the one after its last.

    From the first to the last 20 ms that are within 20 dB of the loudest 20 ms.
    """
    step = sample_rate_hz // 50
    loudness = [colors.rms(clip[at : at + step]) for at in range(0, len(clip), step)]
    loud = np.flatnonzero(np.array(loudness) >= max(loudness) / 10)
    return int(loud[0]) * step, min((int(loud[-1]) + 1) * step, len(clip))


def _loudness(
    clip: NDArray[np.int16], loudness: float, around: float, snr_db: float
) -> tuple[float, float]:
    """Gain that puts a clip so far above the noise around it, and how far it is then."""
    if loudness == 0:  # a silent clip stays one
        return 0.0, float("-inf")
    peak = int(np.abs(clip.astype(np.int32)).max())
    gain = min(around * 10 ** (snr_db / 20) / loudness, LOUDEST / peak)
    return gain, 20 * float(np.log10(gain * loudness / around))


def _faded(clip: NDArray[np.int16], sample_rate_hz: int) -> NDArray[np.float64]:
    """A clip whose own noise comes and goes within 20 ms, without a click."""
    length = min(sample_rate_hz // 50, len(clip) // 2)
    edge = np.arange(1, length + 1) / length
    faded = clip.astype(np.float64)
    faded[:length] *= edge
    faded[len(clip) - length :] *= edge[::-1]
    return faded


def _decks(dataset: Dataset, spec: MixSpec) -> dict[bool, list[Iterator[int]]]:
    """Endless rows of clips: one per word to tell apart (False), one of all others (True).

    The words come equally often. Among the others the few clips of a rare word must not: a clip
    that is heard again and again would pass for evidence of its own each time.
    """
    by_label: dict[int, list[int]] = {}
    for number, member in enumerate(dataset.index[spec.partition].members):
        by_label.setdefault(member.label, []).append(number)
    others = by_label.pop(UNKNOWN_LABEL, [])
    for clips, share, what in (
        (by_label, 100 - spec.unknown_percentage, "the words"),
        (others, spec.unknown_percentage, "other words; unknown_percentage 0 leaves them out"),
    ):
        if share > 0 and not clips:
            raise AudioError(
                f"{dataset.folder}: the {spec.partition} partition has no clip of {what}"
            )
    known = [_shuffled(clips, spec.chance, label) for label, clips in sorted(by_label.items())]
    return {False: known, True: [_shuffled(others, spec.chance, UNKNOWN_LABEL)]}


def _shuffled(numbers: list[int], seed: int, place: int) -> Iterator[int]:
    for time in itertools.count():
        order = generator(seed, _ORDER, place, time).permutation(len(numbers))
        yield from (numbers[i] for i in order)
