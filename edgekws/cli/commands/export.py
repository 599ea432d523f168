"""``edgekws export``: a project to build, flash and run."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from edgekws.cli.output import byte_count, examples, json_option, print_document, talk


@click.command(
    "export",
    epilog=examples(
        "edgekws export --target cortex-m --board mps2_an386",
        "edgekws export --model theirs.tflite --labels labels.txt --target cortex-m",
    ),
)
@click.argument("run", required=False)
@click.option("--target", default="cortex-m", show_default=True, help="cortex-m or android.")
@click.option("--board", help="Id or TOML file; see `edgekws boards`.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to make.")
@click.option("--model", type=click.Path(path_type=Path), help="An int8 .tflite made elsewhere.")
@click.option("--labels", type=click.Path(path_type=Path), help="Its labels, one a line.")
@click.option("--force", is_flag=True, help="Pack even what failed verification.")
@json_option
def command(
    *,
    run: str | None,
    target: str,
    board: str | None,
    out: Path | None,
    model: Path | None,
    labels: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write the project of RUN (the newest one when not named), or of a model made elsewhere.

    The model is verified first, unless that was done; what failed is not packed.
    """
    from edgekws.export import export, export_model
    from edgekws.run import find

    if model is not None and run is not None:
        raise click.UsageError("give a RUN or --model, not both")
    if labels is not None and model is None:
        raise click.UsageError("--labels goes with --model; a run has its own labels")
    if model is not None:
        talk(f"exporting {model} to {target}")
        result = export_model(model, labels, target=target, board_id=board, out=out, force=force)
    else:
        found = find(run)
        talk(f"exporting {found.path} to {target}")
        result = export(found, target=target, board_id=board, out=out, force=force)
    if as_json:
        print_document("export", dataclasses.asdict(result))
        return
    click.echo(f"{result.folder}: project for {result.board or result.target}")
    for name in ("flash_bytes", "ram_bytes", "arena_bytes"):
        size, origin = getattr(result, name), result.origins[name]
        if size is not None:
            click.echo(f"  {name.removesuffix('_bytes'):<6} {byte_count(size)} ({origin})")
    click.echo(f"next: cd {result.folder} && make")
