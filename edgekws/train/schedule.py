"""How long to learn how fast: steps or epochs, and learning rates, in parts that go together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from edgekws.errors import UsageError
from edgekws.recipe import ScheduleSpec

Parts = tuple[int, ...]
Rates = tuple[float, ...]


def scheduled(
    own: ScheduleSpec,
    steps: Parts | None,
    epochs: Parts | None,
    rates: Rates | None,
    epoch_clips: Callable[[], int],
) -> ScheduleSpec:
    """The schedule of an architecture, with the length and the learning rates asked for.

    One number of steps or epochs without learning rates is the length of the whole, divided as
    the architecture's own is.

    Parameters
    ----------
    own
        The architecture's; its batch size is the one to be used.
    epoch_clips
        Training clips of one epoch; called only when epochs are asked for.

    Raises
    ------
    UsageError
        Steps and epochs exclude each other; parts and learning rates are not as many.
    """
    if steps and epochs:
        raise UsageError("--epochs cannot go with --steps; each says how long to learn")
    given = steps or epochs or own.steps
    name = "--epochs" if epochs else "--steps"
    if rates is None and len(given) == 1 < len(own.steps):
        whole = _in_steps(given, epoch_clips(), own.batch_size) if epochs else given
        return _divided(own, whole[0])
    if len(given) != len(rates or own.learning_rates):
        raise UsageError(_mismatch(name, given, bool(steps or epochs), rates, own))
    in_steps = _in_steps(given, epoch_clips(), own.batch_size) if epochs else given
    return replace(own, steps=in_steps, learning_rates=rates or own.learning_rates)


def _in_steps(epochs: Parts, clips: int, batch_size: int) -> Parts:
    return tuple(-(-each * clips // batch_size) for each in epochs)


def _divided(own: ScheduleSpec, whole: int) -> ScheduleSpec:
    """``whole`` steps, in the proportions of the own ones; a part without a step is left out."""
    total = sum(own.steps)
    ends = [0, *((2 * whole * end + total) // (2 * total) for end in accumulate(own.steps))]
    lengths = [last - first for first, last in pairwise(ends)]
    kept = [(steps, rate) for steps, rate in zip(lengths, own.learning_rates, strict=True) if steps]
    return replace(
        own, steps=tuple(each[0] for each in kept), learning_rates=tuple(each[1] for each in kept)
    )


def _mismatch(name: str, given: Parts, asked: bool, rates: Rates | None, own: ScheduleSpec) -> str:
    lengths = _part_list(name, given, asked)
    chosen = _part_list("--learning-rate", rates or own.learning_rates, rates is not None)
    return f"{lengths} and {chosen}; give as many of both"


def _part_list(name: str, values: Sequence[float], asked: bool) -> str:
    listed = ",".join(f"{each:g}" if isinstance(each, float) else str(each) for each in values)
    whose = "" if asked else " (the network's own)"
    return f"{name} {listed}{whose} has {len(values)} part{'' if len(values) == 1 else 's'}"
