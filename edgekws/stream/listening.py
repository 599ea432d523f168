"""Sound as it comes to words heard: the twin of ``kws_feed``, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from edgekws.stream.detect import Detection, Detector
from edgekws.stream.hop_graph import HopGraph, hop_graph
from edgekws.stream.label import Engine
from edgekws.stream.spotter import FRAMES_AT_ONCE
from edgekws.stream.streaming import Stream, score_stream

# From so many windows on, scoring them together is faster than one after the other.
WINDOWS_TOGETHER = 16


class Listener:
    """A network with its frontend and its detector, fed with any number of samples at a time.

    What is heard depends on the samples only, never on how they were cut into feeds.

    Parameters
    ----------
    engine : Engine
        The run.
    hops_per_inference : int | None
        The network runs every so many hops; None leaves it to the network, see
        `edgekws.stream.hops`.
    start : int
        When the first sample comes, in samples; times go on from there.

    Raises
    ------
    UsageError
        The network cannot run so rarely.
    ConfigError
        The detector hears nothing so rarely.
    """

    def __init__(
        self, engine: Engine, hops_per_inference: int | None = None, *, start: int = 0
    ) -> None:
        self._frontend, frames = engine.frontend, engine.recipe.input_shape[0]
        spec, recipe = engine.frontend.spec, engine.recipe
        hops = engine.hops(hops_per_inference)
        self._windows = Windows(hop_graph(engine.graph, frames, hops), spec.bands)
        step_ms = 1000 * hops * spec.hop_samples / spec.sample_rate_hz
        self._detector = Detector(recipe.detector, recipe.labels, step_ms, spec.sample_rate_hz)
        self._first_end = (frames - 1) * spec.hop_samples + spec.window_samples
        self._step = hops * spec.hop_samples
        self.samples = 0  # heard since the beginning
        self.reset(start)

    @property
    def shortest(self) -> int:
        """Samples without which nothing can be heard."""
        return self._first_end

    def reset(self, start: int) -> None:
        """Forget all sound, since some was lost; the next sample comes at ``start``."""
        self._left = np.zeros(0, np.int16)
        self._state = self._frontend.new_state()
        self._windows.reset()
        self._detector.reset()
        self._next_end = start + self._first_end

    def feed(self, pcm: npt.NDArray[np.int16]) -> Iterator[Detection]:
        """Yield the words heard in the next samples, int16 [samples]; read it to its end."""
        spec = self._frontend.spec
        self.samples += len(pcm)
        left = np.concatenate([self._left, pcm])
        frames = spec.frames(len(left))
        self._left = left[frames * spec.hop_samples :].copy()
        for first in range(0, frames, FRAMES_AT_ONCE):
            count = min(FRAMES_AT_ONCE, frames - first)
            begin = first * spec.hop_samples
            end = begin + (count - 1) * spec.hop_samples + spec.window_samples
            made = self._frontend.compute(left[np.newaxis, begin:end], self._state)[0]
            for scores in self._windows.feed(made):
                yield from self._judge(scores)

    def _judge(self, scores: npt.NDArray[np.int8]) -> Iterator[Detection]:
        for row in scores:
            answer = self._detector.step(row, self._next_end)
            self._next_end += self._step
            if answer.is_new:
                yield answer


class Windows:
    """Frames as they come to the scores of every window they complete."""

    def __init__(self, graph: HopGraph, bands: int) -> None:
        self._graph, self._bands = graph, bands
        self._stream = Stream(graph)
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._tail = np.zeros((0, self._bands), np.int8)  # the next window begins with it
        self._goes_on = False  # the stream has seen all of the tail

    def feed(self, frames: npt.NDArray[np.int8]) -> Iterator[npt.NDArray[np.int8]]:
        """Yield scores int8 [windows, labels], in order, of int8 [frames, bands]."""
        rows = np.concatenate([self._tail, frames])
        windows = max(0, (len(rows) - self._graph.frames) // self._graph.hop + 1)
        self._tail = rows[windows * self._graph.hop :].copy()
        if windows >= WINDOWS_TOGETHER:
            self._goes_on = False
            yield from score_stream(self._graph, rows)
        elif windows:
            yield np.stack([self._one(rows, number) for number in range(windows)])

    def _one(self, rows: npt.NDArray[np.int8], number: int) -> npt.NDArray[np.int8]:
        """Scores of a window, hop by hop."""
        hop = self._graph.hop
        end = number * hop + self._graph.frames
        if self._goes_on:
            scores = self._stream.step(rows[end - hop : end])
        else:
            self._stream.reset()
            before = np.zeros((self._stream.missing, self._bands), np.int8)
            window = np.concatenate([before, rows[end - self._graph.frames : end]])
            for first in range(0, len(window), hop):
                scores = self._stream.step(window[first : first + hop])
            self._goes_on = True
        assert scores is not None
        return scores
