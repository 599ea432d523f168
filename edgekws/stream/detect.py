"""From scores to detections: the twin of ``runtime/kws_detect.c``, equal in every output.

The rule stands in ``runtime/kws_detect.h`` and, in plain words, in ``docs/detector.md``.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekws.errors import ConfigError
from edgekws.recipe import REPEATS, SILENCE, UNKNOWN, DetectorSpec, samples_in

SCORE_OFFSET = 128  # score = int8 + 128
NO_LABEL = -1


@dataclass(frozen=True)
class DetectorConfig:
    """Members of the C struct ``kws_detect_config``, by name; times in samples."""

    label_count: int
    step_samples: int
    capacity: int
    window_samples: int
    minimum_span_samples: int
    minimum_count: int
    suppression_samples: int
    threshold_milli: int
    silence_label: int
    unknown_label: int
    report_silence: bool
    report_unknown: bool
    repeats: int  # index into `edgekws.recipe.REPEATS`

    @property
    def memory_words(self) -> int:
        """``KWS_DETECT_MEMORY_WORDS``: int32 words that the C detector needs."""
        return self.label_count + self.capacity + (self.label_count * self.capacity + 3) // 4


@dataclass(frozen=True)
class Detection:
    """Members of the C struct ``kws_detection``, and the label's name."""

    time: int  # samples
    label: int  # -1 for none
    score: int  # mean score, rounded down, 0..255
    score_sum: int  # the exact mean is score_sum / count
    count: int  # scores in the history
    is_new: bool
    name: str  # of the label, "" for none


def detector_config(
    spec: DetectorSpec, labels: tuple[str, ...], *, step_samples: int, sample_rate_hz: int
) -> DetectorConfig:
    """Numbers of the rule ``spec`` for scores that come every ``step_samples``.

    Raises
    ------
    ConfigError
        The averaging window cannot hold ``minimum_count`` scores, so nothing would ever be heard.
    """
    window = spec.window_ms * sample_rate_hz // 1000
    capacity = 1 + window // step_samples
    if spec.minimum_count > capacity:
        raise ConfigError(
            f"detector: minimum_count {spec.minimum_count} is never reached: window_ms "
            f"{spec.window_ms} holds {capacity} scores; lower it or lengthen the window"
        )
    return DetectorConfig(
        label_count=len(labels),
        step_samples=step_samples,
        capacity=capacity,
        window_samples=window,
        minimum_span_samples=-(-window // 4),
        minimum_count=spec.minimum_count,
        suppression_samples=spec.suppression_ms * sample_rate_hz // 1000,
        threshold_milli=round(spec.threshold * 1000),
        silence_label=labels.index(SILENCE) if SILENCE in labels else NO_LABEL,
        unknown_label=labels.index(UNKNOWN) if UNKNOWN in labels else NO_LABEL,
        report_silence=spec.silence == "report",
        report_unknown=spec.unknown == "report",
        repeats=REPEATS.index(spec.repeats),
    )


def most_hops_per_inference(spec: DetectorSpec, hop_ms: float) -> int:
    """Most hops from one inference to the next with which anything can be heard, at least 1."""
    if spec.minimum_count <= 1:
        return max(1, int(spec.window_ms // hop_ms))
    return max(1, int(spec.window_ms // (hop_ms * (spec.minimum_count - 1))))


class Detector:
    """The rule at work on one stream of scores.

    Parameters
    ----------
    spec : DetectorSpec
        The rule.
    labels : tuple[str, ...]
        Names of the scores, in order.
    hop_ms : float
        Time from one vector of scores to the next.
    sample_rate_hz : int
        Unit of time.

    Raises
    ------
    ConfigError
        See `detector_config`.
    """

    def __init__(
        self,
        spec: DetectorSpec,
        labels: tuple[str, ...],
        hop_ms: float,
        sample_rate_hz: int = 16_000,
    ) -> None:
        self.labels = labels
        self.config = detector_config(
            spec,
            labels,
            step_samples=samples_in(hop_ms, sample_rate_hz),
            sample_rate_hz=sample_rate_hz,
        )
        self.reset()

    def reset(self) -> None:
        """Forget everything heard; time may begin anew."""
        self._history: deque[tuple[int, npt.NDArray[np.int64]]] = deque()
        self._sums = np.zeros(self.config.label_count, np.int64)
        self._previous_label = self.config.silence_label
        self._previous_time: int | None = None  # None: it holds no label back
        self._last_time = 0

    def step(self, scores: npt.NDArray[np.int8], time: int | None = None) -> Detection:
        """Take the scores of one moment and say what they mean.

        Parameters
        ----------
        scores : int8 [labels]
            The network's output.
        time : int
            Samples, 0 or more, never less than in the step before; by default one step later.

        Raises
        ------
        ValueError
            The time runs back, or the steps are so close that the C history would be full.
        """
        time = self._last_time + self.config.step_samples if time is None else time
        if time < self._last_time:
            raise ValueError(f"time {time} is before {self._last_time}")
        self._remember(scores, time)
        count = len(self._history)
        span = time - self._history[0][0]
        if count < self.config.minimum_count or span < self.config.minimum_span_samples:
            return self._detection(time, self._previous_label, score_sum=0, is_new=False)
        label = int(np.argmax(self._sums))
        score_sum = int(self._sums[label])
        passes = score_sum * 1000 > self.config.threshold_milli * count
        is_new = passes and self._may_be_heard(label, time) and self._hear(label, time)
        return self._detection(time, label, score_sum, is_new)

    def _remember(self, scores: npt.NDArray[np.int8], time: int) -> None:
        limit = time - self.config.window_samples
        expired = sum(1 for then, _ in self._history if then < limit)
        if len(self._history) - expired >= self.config.capacity:
            raise ValueError(f"time {time}: steps are closer than {self.config.step_samples}")
        for _ in range(expired):
            self._sums -= self._history.popleft()[1]
        row = scores.astype(np.int64) + SCORE_OFFSET
        self._history.append((time, row))
        self._sums += row
        self._last_time = time

    def _may_be_heard(self, label: int, time: int) -> bool:
        elapsed = self._has_elapsed(label, time)
        other = label != self._previous_label
        policy = REPEATS[self.config.repeats]
        if policy == "after_other_label":
            return elapsed and other
        if policy == "other_at_once":
            return elapsed or other
        return elapsed

    def _has_elapsed(self, label: int, time: int) -> bool:
        if self._previous_time is None:
            return True
        silence = self.config.silence_label
        if self._previous_label == silence and label != silence:
            return True
        return time - self._previous_time > self.config.suppression_samples

    def _hear(self, label: int, time: int) -> bool:
        """Make ``label`` the previous one; true when it is reported and so starts suppression."""
        silenced = label == self.config.silence_label and not self.config.report_silence
        silenced |= label == self.config.unknown_label and not self.config.report_unknown
        self._previous_label = label
        self._previous_time = None if silenced else time
        return not silenced

    def _detection(self, time: int, label: int, score_sum: int, is_new: bool) -> Detection:
        count = len(self._history)
        name = "" if label == NO_LABEL else self.labels[label]
        return Detection(time, label, score_sum // count, score_sum, count, is_new, name)
