"""A recording to words heard: the twin of ``runtime/kws_spotter.c``, many windows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt

from edgekws.recipe import DetectorSpec, FrontendSpec
from edgekws.stream.detect import Detection, Detector

FRAMES_AT_ONCE = 4096  # hours of sound take no more memory than this needs
WINDOWS_AT_ONCE = 256

# int8 [windows, frames, bands] -> int8 [windows, labels]
Scorer = Callable[[npt.NDArray[np.int8]], npt.NDArray[np.int8]]


class Frontend(Protocol):
    """What the spotter needs of a frontend of `edgekws.features`."""

    @property
    def spec(self) -> FrontendSpec:
        """Its numbers."""

    def new_state(self) -> npt.NDArray[np.uint8]:
        """What is known before the first frame."""

    def compute(
        self, clips: npt.NDArray[np.int16], state: npt.NDArray[np.uint8]
    ) -> npt.NDArray[np.int8]:
        """Frames int8 [clips, frames, bands] of int16 [clips, samples]; the state goes on."""


def spot(
    score: Scorer,
    frontend: Frontend,
    detector: DetectorSpec,
    labels: tuple[str, ...],
    pcm: npt.NDArray[np.int16],
    *,
    frames: int,
    hops_per_inference: int = 1,
) -> list[Detection]:
    """Words heard in a recording, as the exported program hears them from the same samples.

    Parameters
    ----------
    score : callable
        Scores int8 [windows, labels] of feature windows int8 [windows, frames, bands], such as
        ``functools.partial(run_graph, graph)``.
    frontend : Frontend
        Makes the frames.
    detector : DetectorSpec
        When scores become a detection.
    labels : tuple[str, ...]
        Names of the scores, in order.
    pcm : int16 [samples]
        The recording.
    frames : int
        Frames in the network's input.
    hops_per_inference : int
        1 runs the network every hop.

    Returns
    -------
    list[Detection]
        The new ones; ``time`` is the end of the last analysis window, in samples.
    """
    spec = frontend.spec
    step_ms = 1000 * hops_per_inference * spec.hop_samples / spec.sample_rate_hz
    rule = Detector(detector, labels, step_ms, spec.sample_rate_hz)
    times, scores = score_windows(score, frontend, pcm, frames, hops_per_inference)
    answers = (rule.step(row, int(time)) for time, row in zip(times, scores, strict=True))
    return [answer for answer in answers if answer.is_new]


def score_windows(
    score: Scorer,
    frontend: Frontend,
    pcm: npt.NDArray[np.int16],
    frames: int,
    hops_per_inference: int = 1,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int8]]:
    """Times in samples, int64 [windows], and scores, int8 [windows, labels], of a recording.

    A recording too short for one window gives ``[0]`` and ``[0, 0]``. See `spot`.
    """
    spec = frontend.spec
    features = _features(frontend, pcm)
    ends = np.arange(frames, len(features) + 1, hops_per_inference, dtype=np.int64)
    times = (ends - 1) * spec.hop_samples + spec.window_samples
    batches = [score(batch) for batch in _windows(features, ends, frames)]
    scores = np.concatenate(batches) if batches else np.zeros((0, 0), np.int8)
    return times, scores


def _features(frontend: Frontend, pcm: npt.NDArray[np.int16]) -> npt.NDArray[np.int8]:
    spec = frontend.spec
    total = spec.frames(len(pcm))
    rows = [np.zeros((0, spec.bands), np.int8)]
    state = frontend.new_state()
    for first in range(0, total, FRAMES_AT_ONCE):
        count = min(FRAMES_AT_ONCE, total - first)
        start = first * spec.hop_samples
        stop = start + (count - 1) * spec.hop_samples + spec.window_samples
        rows.append(frontend.compute(pcm[np.newaxis, start:stop], state)[0])
    return np.concatenate(rows)


def _windows(
    features: npt.NDArray[np.int8], ends: npt.NDArray[np.int64], frames: int
) -> Iterator[npt.NDArray[np.int8]]:
    for first in range(0, len(ends), WINDOWS_AT_ONCE):
        last_frames = ends[first : first + WINDOWS_AT_ONCE]
        yield features[last_frames[:, np.newaxis] + np.arange(-frames, 0)]
