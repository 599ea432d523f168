"""Features of the coming training batches, made in threads while the network learns."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

AHEAD = 8  # batches that may wait in memory
# TensorFlow keeps two threads busy. Against them one thread would get a third of two cores and
# might fall behind; two get half of them for as long as they have something to do.
WORKERS = 2


@dataclass(frozen=True)
class Batch:
    """What one training step learns from."""

    step: int
    features: npt.NDArray[np.int8]  # [clips, frames, bands]
    labels: npt.NDArray[np.int64]  # [clips]
    theirs: npt.NDArray[np.int8] | None = None  # the same clips as a teacher's frontend has them
    whole: int = 0  # clips of all workers' parts of the batch; 0: these are all


class Feed:
    """Batches ``first`` to ``last - 1``, in order, each made by ``make(step)``.

    ``make`` must be a pure function: then the batches are the same however the threads run. What
    it raises is raised by the iteration.
    """

    def __init__(self, make: Callable[[int], Batch], first: int, last: int) -> None:
        self.waited_s = 0.0  # time the iteration stood still for want of a batch
        self._make = make
        self._first = first
        self._last = last

    def __iter__(self) -> Iterator[Batch]:
        pending: deque[Future[Batch]] = deque()
        with ThreadPoolExecutor(WORKERS, thread_name_prefix="features") as pool:
            try:
                for step in range(self._first, self._last):
                    for ahead in range(step + len(pending), min(step + AHEAD, self._last)):
                        pending.append(pool.submit(self._make, ahead))
                    start = time.perf_counter()
                    batch = pending.popleft().result()
                    self.waited_s += time.perf_counter() - start
                    yield batch
            finally:
                for future in pending:
                    future.cancel()
