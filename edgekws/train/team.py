"""Several devices that learn one batch together, each a part of it, by ``tf.distribute``."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from edgekws.errors import ConfigError, EdgekwsError, UsageError
from edgekws.files import sha256
from edgekws.recipe import DetectorSpec, Recipe
from edgekws.train.cluster import Cluster, gather, read_cluster

if TYPE_CHECKING:
    from edgekws.train.learner import Learner
    from edgekws.train.material import Material

MIRRORED, MULTI_WORKER = "mirrored", "multi_worker"

# Without the variable edgekws hides all GPUs. CUDA shows those in the list that there are.
_ALL_GPUS = ",".join(map(str, range(16)))
_TASK = re.compile(r"/job:(\w+)(?:/replica:0)?/task:(\d+)")


@dataclass(frozen=True)
class Team:
    """Who learns together. Each of them is a replica; a worker (a process) has one or more."""

    strategy: Any  # of tf.distribute
    cluster: Cluster | None = None  # None: all of them are in this process

    @property
    def chief(self) -> bool:
        """Whether this process judges the network and writes the run."""
        return self.cluster is None or self.cluster.number == 0

    @property
    def replicas(self) -> int:
        """Devices in all."""
        return int(self.strategy.num_replicas_in_sync)

    def rows(self, batch: int) -> range:
        """The clips of a batch that this process needs."""
        parts = self.parts(batch)
        return range(parts[0].start, parts[-1].stop)

    def parts(self, batch: int) -> tuple[range, ...]:
        """The clips of each device here: neighbours, and as many as others have, or one more."""
        here = len(self.strategy.extended.worker_devices)
        first = self.cluster.number * here if self.cluster else 0
        ends = [each * batch // self.replicas for each in range(first, first + here + 1)]
        return tuple(range(*pair) for pair in pairwise(ends))

    def require(self, batch: int) -> None:
        """Raise `UsageError` when a batch has no clip for some device."""
        if batch < self.replicas:
            raise UsageError(
                f"a batch of {batch} cannot be divided among {self.replicas} devices; "
                f"use --batch-size {self.replicas} or more"
            )

    def begin(self, material: Material, learner: Learner, step: int) -> int:
        """Let all workers have the weights and the step of the chief; return that step.

        Raises
        ------
        ConfigError
            A worker has another recipe, other clips or another TensorFlow than the chief.
        """
        if self.cluster is None:
            return step
        own = np.frombuffer(bytes.fromhex(_agreement(material)), np.uint8).astype(np.int64)
        strange = self._counted(not np.array_equal(self._of_chief(own), own))
        if strange:
            names = ", ".join(map(self.cluster.said, strange))
            raise ConfigError(
                f"{names}: another recipe, other clips or another TensorFlow than the chief's; "
                "start all workers with the same options, on the same clips"
            )
        learner.state = [self._of_chief(array) for array in learner.state]
        return int(self._of_chief(np.array(step, np.int64)))

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Say in one line that another worker is gone.

        Raises
        ------
        EdgekwsError
            It is.
        """
        from edgekws.models.backend import tf

        errors = tf.errors
        gone = (
            errors.UnavailableError,
            errors.AbortedError,
            errors.CancelledError,
            errors.DeadlineExceededError,
            errors.InternalError,
        )
        try:
            yield
        except gone as exc:
            if self.cluster is None:
                raise
            raise EdgekwsError(
                f"{_lost(self.cluster, exc.message)} is gone or cannot be reached, so "
                f"{self.cluster.said(self.cluster.number)} stopped; start all workers again, "
                "with --resume to go on from the last checkpoint"
            ) from exc

    def _of_chief(self, array: Any) -> Any:
        """What the chief calls with: a new variable begins everywhere as it does there."""
        from edgekws.models.backend import tf

        with self.strategy.scope():
            variable = tf.Variable(array, trainable=False)
        return self.strategy.experimental_local_results(variable)[0].numpy()

    def _counted(self, mark: bool) -> list[int]:
        """Numbers of the workers that call with True."""
        from edgekws.models.backend import tf

        assert self.cluster is not None
        marks = np.zeros(len(self.cluster.workers), np.float32)
        marks[self.cluster.number] = mark

        @tf.function  # type: ignore[untyped-decorator]
        def total() -> Any:
            def here() -> Any:
                return tf.distribute.get_replica_context().all_reduce("SUM", tf.constant(marks))

            return self.strategy.run(here)

        sums = self.strategy.experimental_local_results(total())[0].numpy()
        return [int(number) for number in np.flatnonzero(sums)]


def prepare(name: str) -> bool:
    """Make ready for a strategy before TensorFlow is imported; whether this is the chief.

    Raises
    ------
    ConfigError
        TF_CONFIG is not set or wrong.
    """
    if name in (MIRRORED, MULTI_WORKER):
        os.environ.setdefault("CUDA_VISIBLE_DEVICES", _ALL_GPUS)
    return name != MULTI_WORKER or read_cluster(os.environ).number == 0


def open_team(name: str, say: Callable[[str], None]) -> Team | None:
    """Start a strategy; None for ``none``. Before anything else is done with TensorFlow.

    Raises
    ------
    ConfigError
        There is no GPU; TF_CONFIG is wrong; a worker does not come.
    ToolMissing
        TensorFlow is not installed.
    """
    if name not in (MIRRORED, MULTI_WORKER):
        return None
    prepare(name)
    cluster = read_cluster(os.environ) if name == MULTI_WORKER else None
    from edgekws.models.backend import tf

    if cluster is None:
        if not tf.config.list_logical_devices("GPU"):
            raise ConfigError(
                "--strategy mirrored: TensorFlow sees no GPU here "
                f"(CUDA_VISIBLE_DEVICES is {os.environ['CUDA_VISIBLE_DEVICES']!r}); "
                "leave it out to learn on the processor"
            )
        return Team(tf.distribute.MirroredStrategy())
    gather(cluster, say)
    with Team(None, cluster).watched():  # one may go between being there and beginning
        return Team(tf.distribute.MultiWorkerMirroredStrategy(), cluster)


def watched(team: Team | None) -> contextlib.AbstractContextManager[None]:
    """`Team.watched`, or nothing where one learns alone."""
    return team.watched() if team else contextlib.nullcontext()


def _agreement(material: Material) -> str:
    """SHA-256 of all that must be the same on all machines; folders may have other names."""
    from edgekws.models.backend import tf

    recipe: Recipe = material.recipe
    data = replace(recipe.data, source="", unknown=())
    same = replace(recipe, data=data, detector=DetectorSpec(), about="")
    parts = (repr(same), *material.training_facts.values(), tf.__version__)
    return sha256("\n".join(parts).encode())


def _lost(cluster: Cluster, message: str) -> str:
    for job, task in _TASK.findall(message):
        if job in dict(cluster.jobs) and cluster.place(job, int(task)) != cluster.number:
            return cluster.said(cluster.place(job, int(task)))
    return "another worker"
