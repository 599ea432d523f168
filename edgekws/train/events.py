"""The curves of a training as a TensorBoard event file.

It is written with TensorFlow's own records, so the package ``tensorboard`` is needed only to look
at it. Without it, ``history.json`` has the same numbers.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from edgekws.errors import EdgekwsError
from edgekws.models.backend import tf

FILE = "events.out.tfevents.edgekws"  # TensorBoard looks for ``tfevents`` in the name
VERSION = "brain.Event:2"  # of the format; the first record says it

# Key of a history row to TensorBoard's name; what is before the slash is one group of charts.
TAGS = {
    "training_loss": "loss/training",
    "validation_loss": "loss/validation",
    "training_accuracy": "accuracy/training",
    "validation_accuracy": "accuracy/validation",
    "learning_rate": "learning_rate",
}


class Curves:
    """The event file of a run: all of its history so far, then a row for each look.

    It is begun anew each time, from the checkpoint's history: so the curves of a training that
    was killed and went on have every step once, whatever the kill left in the old file.
    """

    def __init__(self, folder: Path, history: Sequence[Mapping[str, float]]) -> None:
        self._path = folder / FILE
        with self._failing():
            folder.mkdir(parents=True, exist_ok=True)
            self._writer = tf.io.TFRecordWriter(str(self._path))
            self._write(file_version=VERSION)
        for row in history:
            self.add(row)

    def add(self, row: Mapping[str, float]) -> None:
        """Add a row of the history; it can be seen at once."""
        values = [
            tf.compat.v1.Summary.Value(tag=tag, simple_value=row[key]) for key, tag in TAGS.items()
        ]
        with self._failing():
            self._write(step=int(row["step"]), summary=tf.compat.v1.Summary(value=values))

    def _write(self, **fields: Any) -> None:
        event = tf.compat.v1.Event(wall_time=time.time(), **fields)
        self._writer.write(event.SerializeToString())
        self._writer.flush()

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except OSError as exc:
            raise EdgekwsError(f"{self._path}: cannot write: {exc.strerror or exc}") from exc
        except tf.errors.OpError as exc:
            raise EdgekwsError(f"{self._path}: cannot write: {exc.message}") from exc

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()
