"""What an evaluation on streams says, in words."""

from __future__ import annotations

from collections.abc import Iterator

from edgekws.metrics import poisson_interval
from edgekws.stream.curves import NAMES
from edgekws.stream.evaluating import Evaluation
from edgekws.stream.judging import Judged, WordMisses


def to_text(result: Evaluation) -> str:
    """Some lines, without a line end behind the last."""
    return "\n".join(_lines(result))


def _lines(result: Evaluation) -> Iterator[str]:
    for each in result.streams:
        yield f"{each.file}: {each.seconds / 60:.1f} minutes, {each.words} words said"
    spec = result.detector
    yield (
        f"detector: threshold {spec.threshold:g}, window {spec.window_ms} ms, suppression "
        f"{spec.suppression_ms} ms, " + ("tuned" if result.tuned else "not tuned (`edgekws tune`)")
    )
    for judged in result.rules.values():
        yield f"by {NAMES[judged.rule]}:"
        yield f"  {said_rate(judged, result.hours)}"
        yield f"  {said_misses(judged.all_words)}"
        if judged.latency:
            late = judged.latency
            yield (
                f"  heard {late.median_ms:.0f} ms after the word's end in the median, "
                f"90 % within {late.p90_ms:.0f} ms"
            )
    yield f"{'word':<14} {'said':>6} {'missed':>7}   95 % interval, by {NAMES['windows']}"
    for word in result.rules["windows"].words:
        yield f"{word.word:<14} {word.spoken:>6} {word.missed:>7}   {_interval(word)}"


def said_rate(judged: Judged, length_h: float) -> str:
    """False accepts per hour, and what the stream's length allows to say."""
    low, high = judged.per_hour_interval
    words = f"{judged.false_accepts} false accepts: {judged.per_hour:.2f} per hour"
    if judged.false_accepts == 0:
        return f"{words}; {60 * length_h:.3g} minutes show no more than that it is below {high:.2f}"
    return f"{words} ({low:.2f} to {high:.2f})"


def said_misses(misses: WordMisses) -> str:
    """How many words were missed."""
    if misses.share is None:
        return "no word to spot is said"
    return (
        f"{misses.missed} of {misses.spoken} words missed: {100 * misses.share:.1f} % "
        f"({_interval(misses)})"
    )


def least_hours(per_hour: float) -> float:
    """Hours without any false accept that put the upper end of the interval below a rate."""
    return poisson_interval(0)[1] / per_hour


def _interval(misses: WordMisses) -> str:
    if misses.interval is None:
        return "never said"
    low, high = misses.interval
    return f"{100 * low:.1f} to {100 * high:.1f} %"
