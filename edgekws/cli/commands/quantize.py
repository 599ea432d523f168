"""``edgekws quantize``: from float weights to the int8 ``.tflite``."""

from __future__ import annotations

import dataclasses

import click

from edgekws.cli.output import byte_count, examples, json_option, print_document, talk


@click.command(
    "quantize",
    epilog=examples("edgekws quantize", "edgekws quantize tiny_conv-1 --method ptq --json"),
)
@click.argument("run", required=False)
@click.option(
    "--method",
    type=click.Choice(["qat", "ptq"]),
    default="qat",
    show_default=True,
    help="qat fine-tunes with quantization simulated; ptq only converts.",
)
@click.option("--steps", type=click.IntRange(1), help="Fine-tuning steps of qat.")
@json_option
def command(*, run: str | None, method: str, steps: int | None, as_json: bool) -> None:
    """Make the int8 network of RUN (the newest one when not named)."""
    from edgekws.cli.progress import Bar
    from edgekws.run import find

    found = find(run)
    talk(f"quantizing {found.path} by {method}")
    from edgekws.quantize import quantize

    with Bar("fine-tuning") as bar:
        result = quantize(found, method=method, steps=steps, progress=bar)
    if as_json:
        print_document("quantize", {"run": found.name, **dataclasses.asdict(result)})
        return
    click.echo(f"{result.path}: {byte_count(result.bytes)}, {method}")
    click.echo("next: edgekws verify, or edgekws export --target cortex-m")
