"""Runs side by side: how right they are, clip by clip where they share them, and what they cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekws.boards import find_board
from edgekws.codegen.summary import summarize
from edgekws.errors import UsageError
from edgekws.firmware.benchmark import benchmark
from edgekws.metrics import paired_loss, wilson_interval
from edgekws.report.answers import Answers, read_answers
from edgekws.run import Run
from edgekws.verify.run_subject import open_keywords

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Difference:
    """Against the first run, on the same test clips. Clips that only one of the two has right."""

    lost: int
    gained: int
    p_value: float  # McNemar's, of both being right equally often


@dataclass(frozen=True)
class Compared:
    """One run. Accuracies are shares 0..1; None where it is not quantized, verified or counted."""

    run: str
    architecture: str
    test_clips: int
    float_accuracy: float
    float_interval: tuple[float, float]  # Wilson's, 95 %
    int8_accuracy: float | None
    int8_interval: tuple[float, float] | None
    difference: Difference | None  # None: the first run, or other test clips
    parameters: int | None
    macs: int | None
    model_bytes: int | None
    arena_bytes: int | None
    instructions_per_hop: int | None = None
    flash_bytes: int | None = None
    ram_bytes: int | None = None


@dataclass(frozen=True)
class Comparison:
    """Several runs, in the order asked for."""

    board: str | None
    runs: tuple[Compared, ...]


def compare(runs: Sequence[Run], board: str | None, tell: Tell) -> Comparison:
    """Compare at least two runs; with a board, count what each costs there in QEMU.

    Raises
    ------
    UsageError
        Fewer than two runs, or one twice.
    ConfigError
        A run is not trained, or a file changed since.
    """
    if len({run.path.resolve() for run in runs}) < max(2, len(runs)):
        raise UsageError("name at least two runs, each once, as in `edgekws compare RUN RUN`")
    answers = [read_answers(run) for run in runs]
    rows = []
    for run, found in zip(runs, answers, strict=True):
        tell(f"reading {run.path}")
        rows.append(_compared(run, found, answers[0], board))
    return Comparison(board, tuple(rows))


def _compared(run: Run, found: Answers, first: Answers, board: str | None) -> Compared:
    right = _right(found.float_scores, found.truth)
    int8_right = None if found.int8_scores is None else _right(found.int8_scores, found.truth)
    clips = len(found.truth)
    return Compared(
        run=run.name,
        architecture=run.recipe.architecture,
        test_clips=clips,
        float_accuracy=right / clips,
        float_interval=wilson_interval(right, clips),
        int8_accuracy=None if int8_right is None else int8_right / clips,
        int8_interval=None if int8_right is None else wilson_interval(int8_right, clips),
        difference=None if found is first else _difference(first, found),
        **_cost(run, board),
    )


def _difference(first: Answers, found: Answers) -> Difference | None:
    """Of int8 where both have it, else of float; None when the clips are others."""
    if first.names != found.names or not np.array_equal(first.truth, found.truth):
        return None
    both = first.int8_scores is not None and found.int8_scores is not None
    pair = [each.best_known if both else each.float_scores for each in (first, found)]
    before, after = (scores.argmax(axis=1) for scores in pair)
    paired = paired_loss(found.truth, before, after)
    return Difference(paired.lost, paired.gained, paired.p_value)


def _cost(run: Run, board: str | None) -> dict[str, int | None]:
    names = ("parameters", "macs", "model_bytes", "arena_bytes")
    if "quantize" not in run.manifest:
        return dict.fromkeys(names)
    keywords = open_keywords(run)
    summary = summarize(keywords)
    cost: dict[str, int | None] = {name: getattr(summary, name) for name in names}
    if board is not None:
        counted = benchmark(keywords, *find_board(board))
        hop = counted.instructions_per_hop
        cost |= {
            "instructions_per_hop": hop,
            "flash_bytes": counted.flash_bytes,
            "ram_bytes": counted.ram_bytes,
        }
    return cost


def _right(scores: NDArray[np.float32], truth: NDArray[np.int64]) -> int:
    return int(np.sum(scores.argmax(axis=1) == truth))
