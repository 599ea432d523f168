"""The detector over stored scores, for many thresholds: equal to `edgekws.stream.detect`.

What the history holds does not depend on the threshold, so means are computed once and only
windows that pass are looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekws.recipe import DetectorSpec
from edgekws.stream.detect import SCORE_OFFSET, DetectorConfig, detector_config
from edgekws.stream.scoring import Scored

WINDOWS_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class Heard:
    """One report of the detector."""

    time: int  # samples, end of the last analysis window
    label: int


@dataclass(frozen=True, eq=False)
class Averages:
    """The history's means all along a stream; windows where nothing is judged are left out.

    times : int64 [judged], samples
    labels : int64 [judged], the top label
    sums : int64 [judged], its sum of scores
    counts : int64 [judged], scores in the history
    """

    times: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    sums: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]


def averages(scored: Scored, spec: DetectorSpec, labels: tuple[str, ...]) -> Averages:
    """Means by the window and the minimum count of ``spec``; its other numbers do not matter.

    Raises
    ------
    ConfigError
        The window cannot hold ``minimum_count`` scores.
    """
    config = _config(scored, spec, labels)
    windows, capacity = len(scored.scores), config.capacity
    counts = np.minimum(np.arange(1, windows + 1), capacity)
    judged = (counts >= config.minimum_count) & (
        (counts - 1) * scored.step >= config.minimum_span_samples
    )
    tops, sums = np.zeros(windows, np.int64), np.zeros(windows, np.int64)
    for first in range(0, windows, WINDOWS_AT_ONCE):
        last = min(first + WINDOWS_AT_ONCE, windows)
        totals = _sums(scored.scores, first, last, capacity)
        tops[first:last] = totals.argmax(axis=1)
        sums[first:last] = totals.max(axis=1)
    times = scored.first + np.arange(windows, dtype=np.int64) * scored.step
    return Averages(times[judged], tops[judged], sums[judged], counts[judged].astype(np.int64))


def replay(
    found: Averages, scored: Scored, spec: DetectorSpec, labels: tuple[str, ...]
) -> list[Heard]:
    """Words that a detector of ``spec`` reports; ``found`` are the averages of its window."""
    config = _config(scored, spec, labels)
    passing = np.flatnonzero(found.sums * 1000 > config.threshold_milli * found.counts)
    if spec.repeats == "after_suppression" and not config.report_silence:
        return _spaced(found, passing, config)
    state = _State(config)
    times, tops = found.times[passing].tolist(), found.labels[passing].tolist()
    return [
        Heard(time, label)
        for time, label in zip(times, tops, strict=True)
        if state.reports(label, time)
    ]


def _config(scored: Scored, spec: DetectorSpec, labels: tuple[str, ...]) -> DetectorConfig:
    return detector_config(
        spec, labels, step_samples=scored.step, sample_rate_hz=scored.sample_rate_hz
    )


def _sums(
    scores: npt.NDArray[np.int8], first: int, last: int, capacity: int
) -> npt.NDArray[np.int64]:
    """Sums of scores 0..255 over the history at windows first to last - 1: int64 [.., labels]."""
    before = max(0, first - capacity + 1)
    rows = scores[before:last].astype(np.int64) + SCORE_OFFSET
    missing = capacity - 1 - (first - before)
    rows = np.concatenate([np.zeros((missing + 1, rows.shape[1]), np.int64), rows])
    ends = np.cumsum(rows, axis=0)
    return np.asarray(ends[capacity:] - ends[:-capacity])


def _spaced(found: Averages, passing: npt.NDArray[np.int64], config: DetectorConfig) -> list[Heard]:
    """By ``after_suppression``, where labels that are not reported change nothing."""
    tops = found.labels[passing]
    kept = tops != config.silence_label
    if not config.report_unknown:
        kept &= tops != config.unknown_label
    times, tops = found.times[passing[kept]], tops[kept]
    heard, at = [], 0
    while at < len(times):
        time = int(times[at])
        heard.append(Heard(time, int(tops[at])))
        at = int(np.searchsorted(times, time + config.suppression_samples, side="right"))
    return heard


class _State:
    """What the detector remembers from one label that passes to the next."""

    def __init__(self, config: DetectorConfig) -> None:
        self._config = config
        self._label = config.silence_label
        self._time: int | None = None

    def reports(self, label: int, time: int) -> bool:
        """Whether a label that passes now is reported."""
        config, policy = self._config, self._config.repeats
        elapsed = (
            self._time is None
            or (self._label == config.silence_label and label != config.silence_label)
            or time - self._time > config.suppression_samples
        )
        other = label != self._label
        if not (elapsed, elapsed and other, elapsed or other)[policy]:
            return False
        silenced = (label == config.silence_label and not config.report_silence) or (
            label == config.unknown_label and not config.report_unknown
        )
        self._label, self._time = label, None if silenced else time
        return not silenced
