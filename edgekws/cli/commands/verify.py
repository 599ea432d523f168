"""``edgekws verify``: the gate between a run and its export."""

from __future__ import annotations

from pathlib import Path

import click

from edgekws.cli.output import examples, json_option, print_document, talk
from edgekws.cli.page import refresh_page

NO_BOARD = "none"


@click.command(
    "verify",
    short_help="Prove that int8 and its C lose nothing.",
    epilog=examples("edgekws verify", "edgekws verify tiny_conv-1 --sweep --json"),
)
@click.argument("run", required=False)
@click.option(
    "--model", metavar="FILE", type=click.Path(path_type=Path),
    help="An int8 .tflite made elsewhere in place of a run; proved on random inputs, and without "
    "accuracy.",
)  # fmt: skip
@click.option(
    "--board", metavar="BOARD", default="mps2_an386", show_default=True,
    help="Board whose code is run on its emulated core: an id of `edgekws boards`, or a TOML file; "
    f"{NO_BOARD} for a network of phones, larger than any of them.",
)  # fmt: skip
@click.option(
    "--tolerance", type=click.FloatRange(0, 100), metavar="POINTS", default=1.0, show_default=True,
    help="Accuracy that int8 may lose against float, percentage points.",
)  # fmt: skip
@click.option(
    "--sweep", is_flag=True,
    help="Also measure accuracy with the input from 30 dB softer to 10 dB louder, and off centre "
    "by up to 10 % of full scale.",
)  # fmt: skip
@json_option
def command(
    *, run: str | None, model: Path | None, board: str, tolerance: float, sweep: bool, as_json: bool
) -> None:
    """Prove the int8 network of RUN, the newest one when not named.

    Its accuracy is compared with the float network on the test clips; its features and every
    layer are compared bit for bit with TFLite Micro and with the generated C, here and on an
    emulated core. Ends with 0 when no check failed and with 3 when one did. A check whose tool
    is not installed is skipped and says so. Tables say what each label and each layer loses.
    """
    from edgekws.errors import CheckFailed
    from edgekws.run import find
    from edgekws.verify import verify, verify_model
    from edgekws.verify.report import VERSION
    from edgekws.verify.text import to_text

    if model is not None and (run is not None or sweep):
        raise click.UsageError("--model takes neither a RUN nor --sweep, which needs sounds")
    chosen, on = (None, "") if board == NO_BOARD else (board, f" on {board}")
    if model is not None:
        name, where = None, model
        talk(f"verifying {where}{on}")
        report = verify_model(model, board=chosen, tell=talk)
    else:
        found = find(run)
        name, where = found.name, found.path
        talk(f"verifying {where}{on}")
        report = verify(
            found, board=chosen, tolerance_points=tolerance, with_sweep=sweep, tell=talk
        )
        refresh_page(found)
    if as_json:
        print_document("verify", {"run": name, **report.document()}, version=VERSION)
    else:
        click.echo(to_text(report))
        if name is not None:
            click.echo(f"more in {where}: verify.json, verify_*.png")
    if not report.passed:
        raise CheckFailed(f"{where}: {report.first_failure}")
