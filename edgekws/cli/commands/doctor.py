"""``edgekws doctor``: what is installed, what it is for, and how to install the rest."""

from __future__ import annotations

import dataclasses
import platform

import click

from edgekws import __version__
from edgekws.cli.options import WishOption
from edgekws.cli.output import examples, json_option, print_document

NEEDS = ("train", "verify", "cortex-m", "android")


@click.command(
    "doctor",
    short_help="Say what is installed and how to install the rest.",
    epilog=examples("edgekws doctor", "edgekws doctor --need train --need cortex-m --json"),
)
@click.option(
    "--need", "needs", cls=WishOption, multiple=True, type=click.Choice(NEEDS),
    show_default="only the core", help="End with 4 when something for this is missing.",
)  # fmt: skip
@json_option
def command(*, needs: tuple[str, ...], as_json: bool) -> None:
    """Say which programs and Python extras are here, in which versions, and what they are for.

    A part that is missing comes with the command that installs it. Ends with 0 when the core
    works; only what --need asks for ends with 4.
    """
    from edgekws.firmware.doctor import diagnose

    diagnosis = diagnose()
    missing = diagnosis.missing(needs)
    if as_json:
        print_document(
            "doctor",
            {
                "edgekws": __version__,
                "python": platform.python_version(),
                "needs": needs,
                "ready": not missing,
                "parts": [dataclasses.asdict(part) for part in diagnosis.parts],
            },
        )
    else:
        click.echo(f"edgekws {__version__}, Python {platform.python_version()}")
        for part in diagnosis.parts:
            click.echo(f"{part.name:<30} {part.version or 'missing':<22} {part.serves}")
            if part.install is not None:
                click.echo(f"{'':<30} {part.install}")
    diagnosis.require(needs)
