"""The progress of long stages, on stderr: a bar on a terminal, lines or nothing elsewhere."""

from __future__ import annotations

import math
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from edgekws.cli.output import percent, talk

if TYPE_CHECKING:
    from edgekws.train.moment import Moment

QUIET_S = 30.0  # without a line on a log, and one would take the program for dead


class Bar:
    """Call it with the step, the number of steps and a few words: ``bar(10, 100, "a.wav")``.

    It is silent where stderr is not a terminal.
    """

    def __init__(self, title: str, width: int = 40) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(width),
            MofNCompleteColumn(),
            TextColumn("{task.fields[words]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task(title, total=None, words="")

    def __call__(self, step: int, total: int, words: str = "") -> None:
        self._progress.update(self._task, completed=step, total=total, words=words)

    @property
    def is_shown(self) -> bool:
        """Whether there is a terminal to draw on."""
        return self._progress.console.is_terminal

    def line(self, text: str) -> None:
        """Say something that stays, above the bar."""
        if self.is_shown:
            self._progress.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            talk(text)

    def __enter__(self) -> Self:
        if self.is_shown:
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress.live.is_started:  # else rich would print an empty line
            self._progress.stop()


class LearningBar:
    """Call it with each `Moment` of a learning; every look at the validation clips gets a line."""

    def __init__(self, title: str) -> None:
        self._bar = Bar(title, width=16)
        self._said_s = time.monotonic()

    def __call__(self, moment: Moment) -> None:
        self._bar(moment.step, moment.steps, _lately(moment))
        now_s = time.monotonic()
        quiet = not self._bar.is_shown and now_s - self._said_s > QUIET_S
        if moment.look or quiet:
            self._bar.line(f"step {moment.step} of {moment.steps}: {_in_full(moment)}")
            self._said_s = now_s

    def __enter__(self) -> Self:
        self._bar.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.__exit__(kind, error, trace)


def _lately(moment: Moment) -> str:
    return (
        f"loss {moment.loss:.3f}, accuracy {percent(moment.accuracy)}, "
        f"{moment.clips_per_second:,.0f} clips/s"
    )


def _in_full(moment: Moment) -> str:
    words = _lately(moment)
    if moment.look:
        words += f", validation {percent(moment.look.validation_accuracy)}"
        words += " (best)" if moment.look.best else ""
    return f"{words}, {_duration(moment.seconds_left)} left"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(math.ceil(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
