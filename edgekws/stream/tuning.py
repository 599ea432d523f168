"""Fit the detector of a run to a rate of false accepts, and show it on streams it did not see."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from edgekws.errors import CheckFailed, ToolMissing, UsageError
from edgekws.files import write_json
from edgekws.recipe import DetectorSpec, words_of
from edgekws.run import Run
from edgekws.stream.curves import Series, draw_det
from edgekws.stream.evaluating import listen
from edgekws.stream.judging import (
    THRESHOLDS,
    Judged,
    Listened,
    Margins,
    hours,
    judge,
    point,
    prepared,
    sweep,
    tallies,
)
from edgekws.stream.label import open_engine
from edgekws.stream.scoring import Progress

SCHEMA = "edgekws.tune/1"
DOCUMENT, DET_PNG = "tune.json", "tune_det.png"

RULE = "windows"  # whose counts the detector is fitted to
WINDOWS_MS = (200, 300, 400, 500, 600, 700, 800, 1000)
SUPPRESSIONS_MS = (500, 750, 1000, 1500)
LEAST_THRESHOLD = 100  # below it few detectors are of use, unless the old one is


@dataclass(frozen=True)
class Trial:
    """One detector on the streams it is fitted to."""

    detector: DetectorSpec
    false_accepts: int
    missed: int


@dataclass(frozen=True)
class Shown:
    """Two detectors on the same streams, by detection windows."""

    hours: float
    before: Judged
    after: Judged


@dataclass(frozen=True)
class TuneResult:
    """What a tuning came to."""

    per_hour: float  # asked for
    before: DetectorSpec
    after: DetectorSpec
    tried: int
    fitted: Shown  # on the streams it was fitted to
    unseen: Shown  # on others

    def document(self) -> dict[str, object]:
        """All of it as JSON."""
        return asdict(self)


def tune(
    run: Run,
    per_hour: float,
    *,
    fit_on: Sequence[Path],
    show_on: Sequence[Path],
    margins: Margins | None = None,
    hops_per_inference: int | None = None,
    resample: bool = False,
    progress: Progress | None = None,
) -> TuneResult:
    """Write the detector into ``run`` that misses fewest words at a rate of false accepts.

    Its threshold, window and suppression time are fitted; whether silence and unknown are reported
    and when a word may come again are wishes, and stay. So does ``minimum_count``, unless a
    shorter window cannot hold so many: once a stream has begun the window is always full.

    Parameters
    ----------
    per_hour
        False accepts per hour that are allowed on ``fit_on``, by detection windows.
    fit_on, show_on
        Labelled streams; no file may be in both.
    hops_per_inference
        The network runs every so many hops; None leaves it to the network, see
        `edgekws.stream.hops`.

    Raises
    ------
    UsageError
        The rate is no number from 0 on, or a stream is in both.
    CheckFailed
        Only a detector that hears nothing is quiet enough; nothing is written.
    """
    if not 0 <= per_hour < math.inf:
        raise UsageError(f"false accepts per hour must be a number from 0 on, got {per_hour}")
    if {path.resolve() for path in fit_on} & {path.resolve() for path in show_on}:
        raise UsageError("a stream that the detector is fitted to cannot show how good it is")
    engine, margins = open_engine(run), margins or Margins()
    labels, before = engine.recipe.labels, engine.recipe.detector
    hops = engine.hops(hops_per_inference)
    seen, unseen = (
        listen(engine, files, hops, resample=resample, progress=progress)
        for files in (fit_on, show_on)
    )
    trials = list(_trials(seen, before, labels, margins))
    after = choose(trials, per_hour * hours(seen), sum(_spoken(each, labels) for each in seen))
    if after is None:
        raise CheckFailed(
            f"{run.path}: no detector hears a word with at most {per_hour:g} false accepts per "
            "hour on these streams; allow more, or train a better network"
        )
    result = TuneResult(
        per_hour=per_hour,
        before=before,
        after=after,
        tried=len(trials),
        fitted=_shown(seen, before, after, labels, margins),
        unseen=_shown(unseen, before, after, labels, margins),
    )
    run.retune(after)
    _keep(run, result, unseen, margins)
    return result


def choose(trials: Sequence[Trial], allowed: float, spoken: int) -> DetectorSpec | None:
    """The trial with the fewest misses among those with at most ``allowed`` false accepts.

    Of equal ones that with fewer false accepts, then the shorter window, which hears sooner, the
    longer suppression time, the higher threshold. None when only deaf ones are left.
    """
    quiet = [each for each in trials if each.false_accepts <= allowed and each.missed < spoken]
    if not quiet:
        return None
    return min(
        quiet,
        key=lambda each: (
            each.missed,
            each.false_accepts,
            each.detector.window_ms,
            -each.detector.suppression_ms,
            -each.detector.threshold,
        ),
    ).detector


def _trials(
    streams: Sequence[Listened], start: DetectorSpec, labels: tuple[str, ...], margins: Margins
) -> Iterator[Trial]:
    step_ms = max(1000 * each.scored.step / each.scored.sample_rate_hz for each in streams)
    for window_ms in sorted({*WINDOWS_MS, start.window_ms}):
        count = min(start.minimum_count, 1 + int(window_ms / step_ms))
        window = replace(start, window_ms=window_ms, minimum_count=count)
        means = prepared(streams, window, labels)
        for suppression_ms in sorted({*SUPPRESSIONS_MS, start.suppression_ms}):
            for threshold in sorted({*THRESHOLDS, start.threshold}):
                if threshold < min(LEAST_THRESHOLD, start.threshold):
                    continue
                spec = replace(window, suppression_ms=suppression_ms, threshold=float(threshold))
                found = tallies(streams, means, spec, labels, margins=margins, rule=RULE)
                at = point(spec.threshold, found, hours(streams))
                yield Trial(spec, at.false_accepts, at.missed)


def _spoken(stream: Listened, labels: tuple[str, ...]) -> int:
    return sum(each.word in words_of(labels) for each in stream.said)


def _shown(
    streams: Sequence[Listened],
    before: DetectorSpec,
    after: DetectorSpec,
    labels: tuple[str, ...],
    margins: Margins,
) -> Shown:
    first, second = (judge(streams, spec, labels, margins)[RULE] for spec in (before, after))
    return Shown(hours(streams), first, second)


def _keep(run: Run, result: TuneResult, unseen: Sequence[Listened], margins: Margins) -> None:
    png, labels = run.path / DET_PNG, run.recipe.labels
    png.unlink(missing_ok=True)
    with contextlib.suppress(ToolMissing):
        series = [
            Series(name, sweep(unseen, spec, labels, margins)[RULE], judged)
            for name, spec, judged in (
                ("before", result.before, result.unseen.before),
                ("tuned", result.after, result.unseen.after),
            )
        ]
        draw_det(series, result.unseen.hours, png)
    document = run.path / DOCUMENT
    write_json(document, {"schema": SCHEMA, "run": run.name, **result.document()})
    run.record(
        "tune",
        inputs={"model": run.model},
        outputs={"recipe": run.path / "recipe.toml", "document": document},
        facts={
            "detector": asdict(result.after),
            "before": asdict(result.before),
            "false_accepts_per_hour": result.per_hour,
            "hours": result.fitted.hours,
        },
    )
