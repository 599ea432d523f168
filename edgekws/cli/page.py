"""Keep the page of a run in step with the run."""

from __future__ import annotations

from edgekws.cli.output import talk
from edgekws.errors import EdgekwsError
from edgekws.run import Run


def refresh_page(run: Run) -> None:
    """Write the run's ``report.html`` again; what cannot be is said and stops nothing."""
    from edgekws.report import write_page

    try:
        talk(f"wrote {write_page(run)}")
    except EdgekwsError as exc:
        talk(f"no report.html this time: {exc}")
