"""``edgekws report``: one page about a run."""

from __future__ import annotations

from pathlib import Path

import click

from edgekws.cli.options import WishOption
from edgekws.cli.output import byte_count, examples, json_option, print_document, talk


@click.command(
    "report",
    short_help="Write one page about a run.",
    epilog=examples("edgekws report", "edgekws report ds_cnn-1 --out ds_cnn.html"),
)
@click.argument("run", required=False)
@click.option(
    "--out", cls=WishOption, metavar="FILE", type=click.Path(path_type=Path),
    show_default="report.html in the run", help="Where to write the page.",
)  # fmt: skip
@json_option
def command(*, run: str | None, out: Path | None, as_json: bool) -> None:
    """Write report.html of RUN, the newest one when not named: one file that any browser opens.

    Curves, labels, confusion, the worst clips with their features and sound, float against int8,
    noise by layer, cost, and where everything came from. What is not there yet is left out;
    `train`, `quantize` and `verify` write the page into the run, too.
    """
    from edgekws.report import write_page
    from edgekws.run import find

    found = find(run)
    talk(f"reading {found.path}")
    path = write_page(found, out)
    size = path.stat().st_size
    if as_json:
        print_document("report", {"run": found.name, "page": path, "bytes": size})
    else:
        click.echo(f"wrote {path} ({byte_count(size)})")
