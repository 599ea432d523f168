"""``edgekws export``: a project to build, flash and run."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edgekws.cli.options import KnownOption, WishOption
from edgekws.cli.output import byte_count, examples, json_option, print_document, talk

if TYPE_CHECKING:
    from edgekws.export import ExportResult


def _targets() -> tuple[str, ...]:
    from edgekws.export import target_names

    return target_names()


def _runtimes() -> tuple[str, ...]:
    from edgekws.export import runtime_names

    return runtime_names()


def _layouts() -> tuple[str, ...]:
    from edgekws.codegen.layout import layout_names

    return layout_names()


@click.command(
    "export",
    short_help="Write a project to build, flash and run.",
    epilog=examples(
        "edgekws export --target cortex-m --board mps2_an386",
        "edgekws export --layout platformio",
        "edgekws export --target cortex-m --runtime tflm",
        "edgekws export --target android --format aar",
        "edgekws export --target android --runtime litert",
        "edgekws export --model theirs.tflite --labels labels.txt --target cortex-m",
    ),
)
@click.argument("run", required=False)
@click.option(
    "--target", cls=KnownOption, known=_targets, metavar="TARGET", default="cortex-m",
    show_default=True, help="What the project is for.",
)  # fmt: skip
@click.option(
    "--runtime", cls=KnownOption, known=_runtimes, metavar="RUNTIME", default="native",
    show_default=True, help="What runs the network in the project.",
)  # fmt: skip
@click.option(
    "--layout", cls=KnownOption, known=_layouts, metavar="LAYOUT", show_default="make for cortex-m",
    help="How the project is laid out, for the tool that opens it.",
)  # fmt: skip
@click.option(
    "--format", "format_", type=click.Choice(["project", "aar"]), default="project",
    show_default=True, help="With aar also the ready library for --target android; needs clang.",
)  # fmt: skip
@click.option(
    "--board", cls=WishOption, metavar="BOARD",
    help="An id of `edgekws boards`, or a TOML file.", show_default="mps2_an386 for cortex-m",
)  # fmt: skip
@click.option(
    "--out", cls=WishOption, type=click.Path(path_type=Path), metavar="FOLDER",
    help="Folder to make; one that an export made is replaced.", show_default="export/RUN-BOARD",
)  # fmt: skip
@click.option(
    "--model", type=click.Path(path_type=Path), metavar="FILE",
    help="An int8 .tflite made elsewhere, instead of a RUN; its project starts at features.",
)  # fmt: skip
@click.option(
    "--labels", cls=WishOption, type=click.Path(path_type=Path), metavar="FILE",
    help="Text file with the labels of --model, one a line.", show_default="label_0, label_1, ...",
)  # fmt: skip
@click.option(
    "--hops-per-inference", cls=WishOption, type=click.IntRange(1, 1000), metavar="HOPS",
    show_default="the network's stride in time",
    help="Run the network only every so many hops, on a board that is too slow for more.",
)  # fmt: skip
@click.option(
    "--stepwise", is_flag=True,
    help="Pack the network of one frame at a time that quantize makes of networks of SVDF layers; "
    "with --runtime tflm.",
)  # fmt: skip
@click.option(
    "--prefix",
    metavar="NAME",
    default="kws",
    show_default=True,
    help="Begin of every C name that is this network's own, so that two fit in one program.",
)
@click.option(
    "--force", is_flag=True,
    help="Pack also what failed verification, and the project says so; and what is too slow.",
)  # fmt: skip
@json_option
def command(
    *, run: str | None, target: str, runtime: str, layout: str | None, format_: str,
    board: str | None, out: Path | None, model: Path | None, labels: Path | None,
    hops_per_inference: int | None, stepwise: bool, prefix: str, force: bool, as_json: bool,
) -> None:  # fmt: skip
    """Write the project of RUN, the newest one when not named, or of a model made elsewhere.

    The network is verified first, unless that was done already; what failed is not packed, and
    what does not fit its board, or is predicted not to keep up with sound there, is refused with
    the numbers.
    """
    from edgekws.export import export, export_model
    from edgekws.run import find

    if model is not None and run is not None:
        raise click.UsageError("give a RUN or --model, not both")
    if model is not None and hops_per_inference is not None:
        raise click.UsageError("--hops-per-inference is for a RUN; a model alone has no hops")
    if model is not None and stepwise:
        raise click.UsageError("--stepwise is for a RUN; a model alone is packed as it is")
    if labels is not None and model is None:
        raise click.UsageError("--labels goes with --model; a run has its own labels")
    wishes = _Wishes(target, runtime, layout, format_, board, out, force, prefix)
    if model is not None:
        found = None
        talk(f"exporting {model} to {target}")
        result = export_model(model, labels, **vars(wishes), tell=talk)
    else:
        found = find(run)
        talk(f"exporting {found.path} to {target}")
        result = export(
            found,
            **vars(wishes),
            hops_per_inference=hops_per_inference,
            stepwise=stepwise,
            tell=talk,
        )
    if as_json:
        name = found.name if found else None
        print_document("export", {"run": name, **dataclasses.asdict(result)})
    else:
        _print(result)


@dataclasses.dataclass(frozen=True)
class _Wishes:
    target: str
    runtime: str
    layout: str | None
    format: str
    board_id: str | None
    out: Path | None
    force: bool
    prefix: str


def _print(result: ExportResult) -> None:
    other = None if result.layout in (None, "make") else result.layout
    by = "" if result.runtime == "native" else f", run by {result.runtime}"
    and_built = "" if result.format == "project" else f" and its .{result.format}"
    of = f"{other or result.board or result.target}{by}"
    click.echo(f"{result.folder}: project{and_built} for {of}")
    for name in ("flash_bytes", "ram_bytes", "arena_bytes"):
        size, origin = getattr(result, name), result.origins[name]
        known = "" if size is None else f"{byte_count(size)} "
        plan = f"; {result.arena_plan}" if name == "arena_bytes" else ""
        click.echo(f"  {name.removesuffix('_bytes'):<6} {known}({origin}{plan})")
    click.echo(f"  verified: {result.verified}")
    if other:
        click.echo(f"next: {result.folder}/README.md says how {other} opens it")
    elif result.runtime != "native":
        click.echo(f"next: {result.folder}/README.md says what {result.runtime} needs to build it")
    else:
        click.echo(f"next: cd {result.folder} && make")
