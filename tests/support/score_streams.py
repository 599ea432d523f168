"""Streams of scores with words in them, for tests of the detector."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

LABELS = ("_silence_", "_unknown_", "yes", "no")

Stream = tuple[npt.NDArray[np.int64], npt.NDArray[np.int8]]  # times [n], scores [n, labels]


@st.composite
def streams(draw: st.DrawFn, step: int, labels: int = len(LABELS), exact: bool = False) -> Stream:
    """Runs of one label winning, of few different scores so that sums tie often.

    Steps are ``step`` samples apart or, unless ``exact``, some are any multiple of it.
    """
    run = st.tuples(
        st.integers(0, labels - 1),
        st.sampled_from([-128, -77, -76, 0, 50, 72, 73, 127]),
        st.integers(1, 40),
    )
    runs = draw(st.lists(run, min_size=1, max_size=12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = [_run(rng, labels, label, score, length) for label, score, length in runs]
    scores = np.concatenate(rows)
    gaps = np.full(len(scores), step, np.int64)
    if not exact:
        jumps = rng.random(len(gaps)) < draw(st.sampled_from([0.0, 0.1]))
        gaps[jumps] *= rng.integers(1, 200, jumps.sum())
    return draw(st.integers(0, 10) | st.integers(0, 2**40)) + np.cumsum(gaps), scores


def _run(
    rng: np.random.Generator, labels: int, label: int, score: int, length: int
) -> npt.NDArray[np.int8]:
    spread = rng.choice([1, 3, 100])
    rows = rng.integers(-128, -128 + spread, (length, labels))
    rows[:, label] = np.clip(score + rng.integers(-spread // 2, spread, length), -128, 127)
    return rows.astype(np.int8)


def seeded(seed: int, count: int, step: int) -> Stream:
    """One long stream from a seed alone, the same every time."""
    rng = np.random.default_rng(seed)
    rows = []
    while sum(map(len, rows)) < count:
        score = int(rng.choice([-128, -77, -76, 0, 72, 73, 127]))
        rows.append(_run(rng, len(LABELS), int(rng.integers(4)), score, int(rng.integers(1, 60))))
    scores = np.concatenate(rows)[:count]
    return np.arange(1, count + 1, dtype=np.int64) * step, scores
