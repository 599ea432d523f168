"""The clips of a recipe: fixed ones to judge by, and augmented ones to learn from."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekws.audio import augment, colors, noise, voice
from edgekws.audio.builtin import WORDS, builtin_dataset
from edgekws.audio.cache import cache_folder
from edgekws.audio.chance import generator
from edgekws.audio.index import (
    FIRST_WORD,
    SILENCE_LABEL,
    UNKNOWN_LABEL,
    Partition,
    build_index,
    choose_words,
)
from edgekws.audio.order import epoch_order, words_evened
from edgekws.audio.scan import Listing, scan
from edgekws.audio.speech import Speech, open_speech
from edgekws.audio.split import PARTITIONS, TRAINING
from edgekws.audio.store import Store, Wanted, open_store
from edgekws.errors import UsageError
from edgekws.recipe import SILENCE, Recipe

Progress = Callable[[str], None]

_ORDER = 0x61
_AUGMENT = 0x62
_VOICE = 0x63
_COLOR = 0x64


@dataclass(frozen=True)
class Clips:
    """Labelled clips."""

    samples: NDArray[np.int16]  # [clips, samples]
    labels: NDArray[np.int64]  # [clips], index into the dataset's labels
    names: tuple[str, ...]  # file relative to the dataset, or _silence_/NUMBER


@dataclass(frozen=True)
class Dataset:
    """The data of one recipe; `open_dataset` makes it."""

    recipe: Recipe  # with its words filled in
    folder: Path
    index: Mapping[str, Partition]
    store: Store
    noise: Mapping[str, noise.Noise]  # by partition
    progress: Progress

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the labels: ``_silence_``, ``_unknown_`` if there are, then the words."""
        return self.recipe.labels

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the names and contents of the files in use; the same on every machine."""
        return self.store.fingerprint

    @cached_property
    def speech(self) -> Speech | None:
        """What espeak-ng says in training, made when it is first wanted; None if nothing.

        Only training needs it, so a run is verified where espeak-ng is not installed too.

        Raises
        ------
        ToolMissing
            espeak-ng is not installed.
        EdgekwsError
            The cache cannot be written, or espeak-ng cannot say a word.
        """
        if not self.recipe.augment.spoken:
            return None
        names = sorted(set(self._unknown_words))
        recorded = [name for name in names if not name.startswith("_")]
        return open_speech(self.recipe.data.words, recorded, self.recipe.audio, self.progress)

    @cached_property
    def _unknown_words(self) -> list[str]:
        """The word of each unknown training clip, by its folder, in the order of their rows."""
        members = self.index[TRAINING].members
        return [m.file.name.partition("/")[0] for m in members if m.label == UNKNOWN_LABEL]

    @property
    def epoch_clips(self) -> int:
        """Clips in one pass through the training partition, silence included."""
        return _epoch_clips(self.index[TRAINING])

    def clips(self, partition: str) -> Clips:
        """Clips of a partition as they are, silence last; the same in every run.

        Raises
        ------
        UsageError
            There is no such partition.
        """
        return self._rows(partition, range(self.count(partition)))

    def pieces(self, partition: str, size: int) -> Iterator[Clips]:
        """Yield what `clips` returns in pieces of ``size``, so that memory holds one at a time.

        Raises
        ------
        UsageError
            There is no such partition.
        """
        total = self.count(partition)
        for first in range(0, total, size):
            yield self._rows(partition, range(first, min(first + size, total)))

    def clip(self, partition: str, number: int) -> NDArray[np.int16]:
        """Samples int16 [samples] of a partition's member ``number`` in its index."""
        row = self._first_row(partition) + number
        samples: NDArray[np.int16] = self.store.clips.read(row, row + 1)[0]
        return samples

    def count(self, partition: str) -> int:
        """Clips of a partition, silence included. Raises `UsageError` when there is no such one."""
        if partition not in self.index:
            raise UsageError(f"partition {partition!r}: known are {', '.join(PARTITIONS)}")
        return len(self.index[partition].members) + self.index[partition].silence

    def _rows(self, partition: str, rows: range) -> Clips:
        chosen = self.index[partition]
        spoken = len(chosen.members)
        members = chosen.members[rows.start : rows.stop]
        numbers = range(max(rows.start - spoken, 0), max(rows.stop - spoken, 0))
        silence = noise.fixed_silence(
            self.noise[partition],
            partition,
            chosen.silence,
            self.recipe.audio.clip_samples,
            numbers,
        )
        first = self._first_row(partition) + min(rows.start, spoken)
        stored = self.store.clips.read(first, first + len(members))
        labels = [m.label for m in members] + [SILENCE_LABEL] * len(numbers)
        names = [m.file.name for m in members]
        names += [f"{SILENCE}/{number:05d}" for number in numbers]
        return Clips(
            np.concatenate([stored, silence]), np.array(labels, dtype=np.int64), tuple(names)
        )

    def training_batch(
        self, step: int, rows: range | None = None
    ) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
        """Augmented clips of one training step: a pure function of the recipe and ``step``.

        Every training clip comes once in each epoch, in an order drawn anew for each epoch. With
        ``class_balance`` the clips of rare labels come more often, those of the others less, and
        with ``unknown_balance`` those of rare words among the unknown ones.

        Parameters
        ----------
        step
            From 0.
        rows
            Which clips of the batch to make; they are the same as in the whole. None: all.

        Returns
        -------
        int16 [rows, samples], int64 [rows]
        """
        recipe = self.recipe
        audio, batch, seed = recipe.audio, recipe.schedule.batch_size, recipe.schedule.seed
        background = self.noise[TRAINING]
        shift = audio.sample_rate_hz * recipe.augment.time_shift_ms // 1000
        draws = augment.draw(
            generator(seed, _AUGMENT, step), recipe.augment, shift, len(background.parts), batch
        )
        changes = voice.draw(generator(seed, _VOICE, step), recipe.augment, batch)
        rows = range(batch) if rows is None else rows
        samples = np.empty((len(rows), audio.clip_samples), dtype=np.int16)
        labels = np.empty(len(rows), dtype=np.int64)
        members = self.index[TRAINING].members
        for place, number in enumerate(rows):
            epoch, turn = divmod(step * batch + number, self.epoch_clips)
            row = int(self._order(epoch)[turn])
            spoken = row < len(members)
            labels[place] = members[row].label if spoken else SILENCE_LABEL
            if not spoken:
                samples[place] = augment.silence(
                    background, draws, number, audio.clip_samples, self._recolor(step, number)
                )
                continue
            clip = self.store.clips.read(row, row + 1)[0]
            if self.speech and changes.spoken[number] >= 0:
                clip, labels[place] = self.speech.choose(float(changes.spoken[number]))
            elif changes.splice[number] and labels[place] >= FIRST_WORD:
                clip = self._spliced(clip, int(labels[place]), changes, number)
                labels[place] = UNKNOWN_LABEL
            clip = voice.changed(clip, changes, number)
            samples[place] = augment.augmented(clip, background, draws, number)
        return samples, labels

    def _recolor(self, step: int, number: int) -> augment.Recolor | None:
        """What gives this silence another spectrum, for a share of them."""
        rng = generator(self.recipe.schedule.seed, _COLOR, step, number)
        if rng.random() >= self.recipe.augment.colored_silence:
            return None
        return partial(colors.recolored, rng, sample_rate_hz=self.recipe.audio.sample_rate_hz)

    def _spliced(
        self, clip: NDArray[np.int16], label: int, changes: voice.Changes, number: int
    ) -> NDArray[np.int16]:
        """No word any more: a word's clip with a piece of another word's, or backwards."""
        members = self.index[TRAINING].members
        first = int(changes.other[number] * len(members))
        for step in range(len(members)):
            row = (first + step) % len(members)
            if members[row].label not in (label, UNKNOWN_LABEL):
                return voice.spliced(
                    clip, self.store.clips.read(row, row + 1)[0], int(changes.splice[number])
                )
        return voice.spliced(clip, clip, voice.BACKWARDS)  # there is one word only

    @cached_property
    def _order(self) -> Callable[[int], NDArray[np.int64]]:
        """Rows of the training clips in the order of an epoch; the last few are kept."""
        training, how = self.index[TRAINING], self.recipe.schedule
        runs = groupby(training.members, key=lambda member: member.label)
        sizes = (*(sum(1 for _ in members) for _, members in runs), training.silence)
        names = np.array(self._unknown_words)
        first = len(training.members) - len(names)
        words = [first + np.flatnonzero(names == name) for name in np.unique(names)]

        @lru_cache(maxsize=4)
        def order(epoch: int) -> NDArray[np.int64]:
            rng = generator(how.seed, _ORDER, epoch)
            rows = epoch_order(rng, sizes, how.class_balance)
            if not (words and how.unknown_balance):
                return rows
            return words_evened(rng, rows, words, how.unknown_balance)

        return order

    def _first_row(self, partition: str) -> int:
        before = PARTITIONS[: PARTITIONS.index(partition)]
        return sum(len(self.index[name].members) for name in before)


def open_dataset(recipe: Recipe, progress: Progress | None = None) -> Dataset:
    """Index, check and decode the data of a recipe.

    Parameters
    ----------
    recipe
        With no words, all word folders are words (of the built-in set: its eight words). With no
        source, the built-in set is made.
    progress
        Called with a line of text before something that takes seconds.

    Raises
    ------
    AudioError
        The folder or one of its files cannot be used; says which and why.
    ToolMissing
        The built-in set is asked for and cannot be made without an extra.
    """
    say = progress or _silent
    with _no_garbage():
        listing, recipe = _listing(recipe, say)
        index = build_index(listing, recipe.data)
    files = [member.file for name in PARTITIONS for member in index[name].members]
    wanted = Wanted(listing.folder, files, listing.noise, recipe.audio, recipe.data.resample)
    store = open_store(wanted, say)
    recordings = store.noise or noise.made(recipe.audio.sample_rate_hz)
    parts = {name: noise.cut(recordings, name) for name in PARTITIONS}
    return Dataset(recipe, listing.folder, index, store, parts, say)


def resolve_words(recipe: Recipe, progress: Progress | None = None) -> Recipe:
    """Return the recipe with the words that `open_dataset` would use; decodes nothing."""
    return _listing(recipe, progress or _silent)[1]


def epoch_clips(recipe: Recipe, progress: Progress | None = None) -> int:
    """What `Dataset.epoch_clips` would be; decodes nothing."""
    listing, recipe = _listing(recipe, progress or _silent)
    return _epoch_clips(build_index(listing, recipe.data)[TRAINING])


def _epoch_clips(partition: Partition) -> int:
    return len(partition.members) + partition.silence


def _listing(recipe: Recipe, say: Progress) -> tuple[Listing, Recipe]:
    data = recipe.data
    folder = Path(data.source) if data.source else builtin_dataset(cache_folder(), say)
    listing = scan(folder, data.unknown)
    words = choose_words(listing, data.words or (() if data.source else WORDS))
    return listing, dataclasses.replace(recipe, data=dataclasses.replace(data, words=words))


@contextlib.contextmanager
def _no_garbage() -> Iterator[None]:
    """Keep Python from looking for garbage while a hundred thousand small objects are made."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _silent(text: str) -> None:
    """Say nothing."""
