"""How right the int8 network stays when its input is too soft, too loud or off centre."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekws.codegen.spotter import Keywords
from edgekws.graph import run_graph
from edgekws.metrics import wilson_interval

GAINS_DB = (-30.0, -25.0, -20.0, -15.0, -10.0, -5.0, 0.0, 5.0, 10.0)
OFFSETS_PERCENT = (-10.0, -5.0, -2.0, -1.0, 1.0, 2.0, 5.0, 10.0)  # of full scale
FULL_SCALE = 32768
AT_ONCE = 256  # clips in memory in another loudness

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Condition:
    """What is done to the samples: first the gain, then the offset, then int16 saturates."""

    gain_db: float = 0.0
    offset_percent: float = 0.0  # of full scale

    @property
    def is_none(self) -> bool:
        """Whether the samples stay as they are."""
        return self.gain_db == 0 and self.offset_percent == 0


@dataclass(frozen=True)
class SweepPoint:
    """The int8 network on the test clips in one condition; shares are 0..1."""

    gain_db: float
    offset_percent: float  # of full scale
    accuracy: float
    interval: tuple[float, float]  # Wilson's, 95 %
    clipped: float  # share of samples that reach beyond int16


def conditions() -> tuple[Condition, ...]:
    """Every gain without offset, then every offset without gain."""
    gains = (Condition(gain_db=gain) for gain in GAINS_DB)
    return *gains, *(Condition(offset_percent=offset) for offset in OFFSETS_PERCENT)


def sweep(
    keywords: Keywords,
    clips: Samples,
    labels: npt.NDArray[np.int64],
    tell: Callable[[str], None],
) -> tuple[SweepPoint, ...]:
    """Accuracy in each of the `conditions`.

    Parameters
    ----------
    clips
        int16 [clips, samples]
    labels
        int64 [clips], the right answers.
    tell
        Called with a few words before each condition.
    """
    found = []
    for condition in conditions():
        tell(f"gain {condition.gain_db:+g} dB, offset {condition.offset_percent:+g} %")
        found.append(_point(keywords, clips, labels, condition))
    return tuple(found)


def changed(clips: Samples, condition: Condition) -> tuple[Samples, int]:
    """Clips in another loudness or off centre, and how many of their samples saturate."""
    if condition.is_none:
        return clips, 0
    factor = 10 ** (condition.gain_db / 20)
    wanted = np.rint(clips * factor + FULL_SCALE * condition.offset_percent / 100)
    limited = np.clip(wanted, -FULL_SCALE, FULL_SCALE - 1)
    return limited.astype(np.int16), int(np.count_nonzero(limited != wanted))


def scores(keywords: Keywords, clips: Samples) -> npt.NDArray[np.int8]:
    """Scores int8 [clips, labels] of the int8 network for int16 [clips, samples]."""
    assert keywords.frontend is not None
    features = keywords.frontend.compute(clips)
    return run_graph(
        keywords.graph, features.reshape(len(clips), *keywords.graph.input_tensor.shape[1:])
    )


def _point(
    keywords: Keywords, clips: Samples, labels: npt.NDArray[np.int64], condition: Condition
) -> SweepPoint:
    right, clipped = 0, 0
    for part, samples in _parts(clips):
        given, count = changed(samples, condition)
        answers = scores(keywords, given).argmax(axis=1)
        right += int(np.sum(answers == labels[part]))
        clipped += count
    return SweepPoint(
        gain_db=condition.gain_db,
        offset_percent=condition.offset_percent,
        accuracy=right / len(labels),
        interval=wilson_interval(right, len(labels)),
        clipped=clipped / clips.size,
    )


def _parts(clips: Samples) -> Iterator[tuple[slice, Samples]]:
    for start in range(0, len(clips), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        yield part, clips[part]
