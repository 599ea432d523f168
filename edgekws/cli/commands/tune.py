"""``edgekws tune``: fit the detector to a rate of false accepts."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edgekws.cli.options import WishOption
from edgekws.cli.output import examples, json_option, print_document, talk
from edgekws.cli.page import refresh_page

if TYPE_CHECKING:
    from edgekws.run import Run


@click.command(
    "tune",
    short_help="Fit the detector to a rate of false accepts.",
    epilog=examples(
        "edgekws tune tiny_conv-1 --false-accepts-per-hour 0.5 --minutes 480",
        "edgekws tune --false-accepts-per-hour 2 --stream home.wav --test-stream office.wav --json",
    ),
)
@click.argument("run", required=False)
@click.option(
    "--false-accepts-per-hour", "per_hour", metavar="N", type=click.FloatRange(0), required=True,
    help="How many are allowed on the streams that the detector is fitted to.",
)  # fmt: skip
@click.option(
    "--stream", "streams", cls=WishOption, multiple=True, metavar="FILE",
    type=click.Path(path_type=Path), show_default="mix one of the run's validation clips",
    help="Labelled stream to fit the detector to; may be repeated.",
)  # fmt: skip
@click.option(
    "--test-stream", "test_streams", cls=WishOption, multiple=True, metavar="FILE",
    type=click.Path(path_type=Path), show_default="mix one of the run's test clips",
    help="Labelled stream to show the result on; may be repeated.",
)  # fmt: skip
@click.option("--minutes", metavar="N", type=float, default=60.0, show_default=True,
              help="Length of each stream to mix.")  # fmt: skip
@click.option("--seed", metavar="N", type=click.IntRange(0), default=1, show_default=True,
              help="Seed of the streams to mix.")  # fmt: skip
@click.option("--slack-ms", metavar="MS", type=click.IntRange(0), default=1000, show_default=True,
              help="How long after a word its detection still counts.")  # fmt: skip
@click.option("--hops-per-inference", metavar="N", type=click.IntRange(1), cls=WishOption,
              show_default="the network's stride in time",
              help="Run the network every so many hops.")  # fmt: skip
@click.option("--resample", is_flag=True,
              help="Convert streams of another sample rate instead of refusing them.")  # fmt: skip
@json_option
def command(
    *, run: str | None, per_hour: float, streams: tuple[Path, ...],
    test_streams: tuple[Path, ...], minutes: float, seed: int, slack_ms: int,
    hops_per_inference: int | None, resample: bool, as_json: bool,
) -> None:  # fmt: skip
    """Fit the detector of RUN, the newest one when not named, and write it into its recipe.

    Threshold, window and suppression time are fitted on streams of validation clips: the fewest
    misses at no more false accepts per hour than allowed. Then old and new detector listen to a
    stream of test clips, which neither has seen. The network stays; `edgekws verify` and `edgekws
    export` are due again.
    """
    from edgekws.cli.progress import Bar
    from edgekws.run import find
    from edgekws.stream.judging import Margins
    from edgekws.stream.tuning import tune
    from edgekws.stream.tuning_text import to_text

    found = find(run)
    with contextlib.ExitStack() as stack:
        fit_on = list(streams) or [_mixed(stack, found, "validation", minutes, seed)]
        show_on = list(test_streams) or [_mixed(stack, found, "testing", minutes, seed)]
        bar = stack.enter_context(Bar("scoring"))
        result = tune(
            found, per_hour, fit_on=fit_on, show_on=show_on, margins=Margins(slack_ms=slack_ms),
            hops_per_inference=hops_per_inference, resample=resample, progress=bar,
        )  # fmt: skip
    refresh_page(found)
    if as_json:
        print_document("tune", {"run": found.name, **result.document()})
        return
    click.echo(to_text(result))
    click.echo(f"written into {found.path}: recipe.toml, tune.json, tune_det.png")
    talk(f"next: edgekws verify {found.name}")


def _mixed(
    stack: contextlib.ExitStack, run: Run, partition: str, minutes: float, seed: int
) -> Path:
    from edgekws.audio.mix import MixSpec
    from edgekws.stream.evaluating import mixed_stream

    try:
        spec = MixSpec(minutes=minutes, seed=seed, partition=partition)
    except ValueError as exc:  # raised by its own __post_init__
        raise click.UsageError(str(exc)) from exc
    talk(f"mixing {minutes:g} minutes of {partition} clips")
    return stack.enter_context(mixed_stream(run, spec, talk))
