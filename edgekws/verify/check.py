"""One step of the proof: what was compared, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from edgekws.errors import BuildError, ModelError, ToolMissing

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"

MEASURED, SIMULATED = "measured", "simulated"  # on this machine; in an emulator of the core


@dataclass(frozen=True)
class Check:
    """The outcome of one check.

    ``detail`` says what was compared, or the first thing that differs, or which tool is missing.
    ``origin`` is `MEASURED` (here) or `SIMULATED` (in an emulator).
    """

    name: str
    status: str  # passed | failed | skipped
    detail: str
    origin: str

    @property
    def passed(self) -> bool:
        """Whether it ran and found nothing wrong."""
        return self.status == PASSED


def judged(name: str, origin: str, difference: str | None, proved: str) -> Check:
    """A check that failed when there is a ``difference``, and else passed with ``proved``."""
    if difference is None:
        return Check(name, PASSED, proved, origin)
    return Check(name, FAILED, difference, origin)


def guarded(name: str, origin: str, run: Callable[[], Check]) -> Check:
    """Run a check; a missing tool skips it, a tool that ends with an error fails it."""
    try:
        return run()
    except ToolMissing as exc:
        return Check(name, SKIPPED, str(exc), origin)
    except (BuildError, ModelError) as exc:
        return Check(name, FAILED, str(exc), origin)


def required(check: Check) -> Check:
    """Turn a skipped check into a failed one, for where every tool must be there."""
    if check.status != SKIPPED:
        return check
    return Check(check.name, FAILED, f"required, but {check.detail}", check.origin)
