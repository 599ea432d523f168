"""``edgekws quantize``: from float weights to the int8 ``.tflite``."""

from __future__ import annotations

import dataclasses

import click

from edgekws.cli.options import WishOption
from edgekws.cli.output import byte_count, examples, json_option, percent, print_document, talk
from edgekws.cli.page import refresh_page


@click.command(
    "quantize",
    short_help="Make the int8 network of a run.",
    epilog=examples("edgekws quantize", "edgekws quantize tiny_conv-1 --method ptq --json"),
)
@click.argument("run", required=False)
@click.option(
    "--method", type=click.Choice(["qat", "ptq"]), default="qat", show_default=True,
    help="qat goes on training with int8 simulated (quantization-aware); ptq measures the ranges "
    "on training clips and only converts (post-training).",
)  # fmt: skip
@click.option(
    "--steps", type=click.IntRange(1), metavar="N",
    cls=WishOption, help="Batches that qat learns.",
    show_default="qat_steps of the run's recipe, 200 unless edited",
)  # fmt: skip
@json_option
def command(*, run: str | None, method: str, steps: int | None, as_json: bool) -> None:
    """Make the int8 network of RUN, the newest one when not named, and write its .tflite.

    The next step is `edgekws verify`, or `edgekws export`, which verifies too.
    """
    from edgekws.cli.progress import LearningBar
    from edgekws.run import find

    found = find(run)
    talk(f"quantizing {found.path} by {method}")
    from edgekws.quantize import quantize

    with LearningBar("fine-tuning") as bar:
        result = quantize(found, method=method, steps=steps, progress=bar)
    refresh_page(found)
    if as_json:
        print_document("quantize", {"run": found.name, **dataclasses.asdict(result)})
        return
    click.echo(
        f"{result.path}: {byte_count(result.bytes)}, {method}; float "
        f"{percent(result.float_accuracy)}, int8 {percent(result.int8_accuracy)} "
        f"of {result.validation_clips} validation clips"
    )
    click.echo("next: edgekws verify, or edgekws export --target cortex-m")
