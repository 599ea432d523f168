"""The data of a recipe as a network sees it: features instead of samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from edgekws.audio.chance import generator
from edgekws.audio.dataset import Dataset, open_dataset
from edgekws.errors import AudioError
from edgekws.features import Frontend, find_frontend
from edgekws.recipe import Recipe
from edgekws.train.feed import Batch, Feed
from edgekws.train.loop import Examples
from edgekws.train.mask import mask

_MASK = 0x64
_AT_ONCE = 1000  # clips whose samples are in memory at the same time


@dataclass(frozen=True)
class Material:
    """Clips of one recipe, through its frontend."""

    recipe: Recipe
    dataset: Dataset
    frontend: Frontend

    def examples(self, partition: str) -> Examples:
        """The clips of a fixed partition, all at once.

        Raises
        ------
        AudioError
            As `require` does.
        """
        self.require(partition)
        count = self.dataset.count(partition)
        features = np.empty((count, *self.recipe.input_shape), dtype=np.int8)
        labels = np.empty(count, dtype=np.int64)
        names: list[str] = []
        for piece in self.pieces(partition):
            place = slice(len(names), len(names) + len(piece.labels))
            features[place], labels[place] = piece.features, piece.labels
            names += piece.names
        return Examples(features, labels, tuple(names))

    def pieces(self, partition: str) -> Iterator[Examples]:
        """Yield the same in pieces, so that memory holds one at a time."""
        for clips in self.dataset.pieces(partition, _AT_ONCE):
            yield Examples(self.frontend.compute(clips.samples), clips.labels, clips.names)

    @property
    def training_facts(self) -> dict[str, str]:
        """SHA-256 of all clips that a training may hear; raises as `Dataset.speech` does."""
        facts = {"dataset": self.dataset.fingerprint}
        speech = self.dataset.speech if self.recipe.augment.spoken else None
        return facts | ({"speech": speech.fingerprint} if speech else {})

    def require(self, *partitions: str) -> None:
        """Raise `AudioError` for a partition that is empty: nothing could be judged by it."""
        for partition in partitions:
            if not self.dataset.count(partition):
                raise AudioError(
                    f"{self.dataset.folder}: no clip is in the {partition} partition; "
                    f"choose a higher --{partition}-percentage or other ones"
                )

    def batch(self, step: int, other: Frontend | None = None, rows: range | None = None) -> Batch:
        """Features of one augmented training batch, a pure function of recipe and step.

        Those of an ``other`` frontend, a teacher's, are of the same clips and without masks.
        With ``rows`` only these clips of the batch are made, the same as in the whole.
        """
        samples, labels = self.dataset.training_batch(step, rows)
        features = self.frontend.compute(samples)
        theirs = None
        if other:
            same = other.spec == self.frontend.spec
            theirs = features.copy() if same else other.compute(samples)
        augment, seed = self.recipe.augment, self.recipe.schedule.seed
        if augment.masked_frames or augment.masked_bands:
            clips = self.recipe.schedule.batch_size
            mask(features, augment, generator(seed, _MASK, step), rows, clips)
        return Batch(step, features, labels, theirs, whole=self.recipe.schedule.batch_size)

    def feed(
        self,
        first: int,
        last: int,
        other: Frontend | None = None,
        rows: range | None = None,
    ) -> Feed:
        """Batches of training steps ``first`` to ``last - 1``; see `batch`."""
        _ = self.training_facts  # what its threads need is opened once, before they begin
        return Feed(partial(self.batch, other=other, rows=rows), first, last)


def open_material(recipe: Recipe, progress: Callable[[str], None] | None = None) -> Material:
    """Open the data and the frontend of a recipe; see `open_dataset` and `find_frontend`."""
    frontend = find_frontend(recipe.frontend)
    return Material(recipe, open_dataset(recipe, progress), frontend)
