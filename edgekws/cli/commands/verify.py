"""``edgekws verify``: the gate between a run and its export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from edgekws.cli.output import examples, json_option, percent, print_document, talk

if TYPE_CHECKING:
    from edgekws.verify import Report


@click.command(
    "verify",
    short_help="Prove that int8 and its C lose nothing.",
    epilog=examples("edgekws verify", "edgekws verify tiny_conv-1 --board mps2_an385 --json"),
)
@click.argument("run", required=False)
@click.option(
    "--board", metavar="BOARD", default="mps2_an386", show_default=True,
    help="Board whose code is run on its emulated core: an id of `edgekws boards`, or a TOML file.",
)  # fmt: skip
@click.option(
    "--tolerance", type=click.FloatRange(0, 100), metavar="POINTS", default=1.0, show_default=True,
    help="Accuracy that int8 may lose against float, percentage points.",
)  # fmt: skip
@json_option
def command(*, run: str | None, board: str, tolerance: float, as_json: bool) -> None:
    """Prove the int8 network of RUN, the newest one when not named.

    Its accuracy is compared with the float network on the test clips; its features and every
    layer are compared bit for bit with TFLite Micro and with the generated C, here and on an
    emulated core. Ends with 0 when no check failed and with 3 when one did. A check whose tool
    is not installed is skipped and says so.
    """
    from edgekws.errors import CheckFailed
    from edgekws.run import find
    from edgekws.verify import verify

    found = find(run)
    talk(f"verifying {found.path} on {board}")
    report = verify(found, board=board, tolerance_points=tolerance, tell=talk)
    if as_json:
        print_document("verify", {"run": found.name, **report.document()})
    else:
        _print(report)
    if not report.passed:
        raise CheckFailed(f"{found.path}: {report.first_failure}")


def _print(report: Report) -> None:
    for check in report.checks:
        click.echo(f"{check.status:<8} {check.name:<10} {check.detail}")
    click.echo(
        f"float {percent(report.float_accuracy)}, int8 {percent(report.int8_accuracy)} "
        f"of {report.clips} test clips; chance is {percent(report.chance)}"
    )
