"""What a tuning says, in words."""

from __future__ import annotations

from collections.abc import Iterator

from edgekws.recipe import DetectorSpec
from edgekws.stream.evaluation_text import least_hours, said_misses, said_rate
from edgekws.stream.judging import Judged
from edgekws.stream.tuning import Shown, TuneResult


def to_text(result: TuneResult) -> str:
    """Some lines, without a line end behind the last."""
    return "\n".join(_lines(result))


def _lines(result: TuneResult) -> Iterator[str]:
    yield f"{result.tried} detectors tried for {result.per_hour:g} false accepts per hour"
    for when, spec in (("before", result.before), ("tuned ", result.after)):
        yield f"{when}: {_numbers(spec)}"
    for where, shown in (("it was fitted to", result.fitted), ("it did not see", result.unseen)):
        yield f"on {60 * shown.hours:.3g} minutes that {where}:"
        for when, judged in (("before", shown.before), ("tuned ", shown.after)):
            yield f"  {when}: {said_rate(judged, shown.hours)}"
            yield f"          {said_misses(judged.all_words)}{_late(judged)}"
    yield _verdict(result.per_hour, result.unseen)


def _verdict(per_hour: float, shown: Shown) -> str:
    low, high = shown.after.per_hour_interval
    if high <= per_hour:
        return f"{per_hour:g} per hour is kept: it is at most {high:.2f}"
    if low > per_hour:
        return f"{per_hour:g} per hour is not kept on speakers it did not see: at least {low:.2f}"
    words = f"{60 * shown.hours:.3g} minutes cannot show {per_hour:g} per hour"
    words += f": anything from {low:.2f} to {high:.2f} is possible"
    if per_hour == 0:
        return f"{words}; no stream is long enough to show none at all"
    return f"{words}; {least_hours(per_hour):.1f} hours without a false accept would"


def _numbers(spec: DetectorSpec) -> str:
    return (
        f"threshold {spec.threshold:g}, window {spec.window_ms} ms, suppression "
        f"{spec.suppression_ms} ms, minimum count {spec.minimum_count}"
    )


def _late(judged: Judged) -> str:
    return f"; heard after {judged.latency.median_ms:.0f} ms" if judged.latency else ""
