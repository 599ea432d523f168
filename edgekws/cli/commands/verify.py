"""``edgekws verify``: the gate between a run and its export."""

from __future__ import annotations

import click

from edgekws.cli.output import examples, json_option, percent, print_document, talk


@click.command(
    "verify",
    epilog=examples("edgekws verify", "edgekws verify tiny_conv-1 --board mps2_an385 --json"),
)
@click.argument("run", required=False)
@click.option("--board", default="mps2_an386", show_default=True, help="Id or TOML file.")
@click.option(
    "--tolerance",
    type=click.FloatRange(0, 100),
    default=1.0,
    show_default=True,
    help="Accuracy that int8 may lose, in percentage points.",
)
@json_option
def command(*, run: str | None, board: str, tolerance: float, as_json: bool) -> None:
    """Prove the int8 network of RUN against the float one and the generated C.

    Ends with 0 when every check passed and with 3 when one failed.
    """
    from edgekws.errors import CheckFailed
    from edgekws.run import find
    from edgekws.verify import verify

    found = find(run)
    talk(f"verifying {found.path} on {board}")
    report = verify(found, board=board, tolerance_points=tolerance)
    if as_json:
        print_document("verify", {"run": found.name, **report.document()})
    else:
        for check in report.checks:
            click.echo(f"{check.status:<8} {check.name:<10} {check.detail}")
        click.echo(
            f"float {percent(report.float_accuracy)}, int8 {percent(report.int8_accuracy)} "
            f"on {report.clips} test clips; chance is {percent(report.chance)}"
        )
    if not report.passed:
        raise CheckFailed(f"{found.path}: {report.first_failure}")
