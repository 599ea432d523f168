"""``edgekws evaluate``: false accepts per hour and misses on labelled streams."""

from __future__ import annotations

from pathlib import Path

import click

from edgekws.cli.options import WishOption
from edgekws.cli.output import examples, json_option, print_document, talk
from edgekws.cli.page import refresh_page


@click.command(
    "evaluate",
    short_help="Count false accepts per hour and misses on streams.",
    epilog=examples(
        "edgekws evaluate tiny_conv-1 --minutes 60 --seed 2",
        "edgekws evaluate tiny_conv-1 --stream kitchen.wav --stream office.wav --json",
    ),
)
@click.argument("run", required=False)
@click.option(
    "--stream", "streams", cls=WishOption, multiple=True, metavar="FILE",
    type=click.Path(path_type=Path), show_default="mix one of the run's test clips",
    help="Stream with a CSV of the same name beside it that says what is said when; may be "
    "repeated.",
)  # fmt: skip
@click.option("--minutes", metavar="N", type=float, default=30.0, show_default=True,
              help="Length of the stream to mix.")  # fmt: skip
@click.option("--seed", metavar="N", type=click.IntRange(0), default=1, show_default=True,
              help="Seed of the stream to mix.")  # fmt: skip
@click.option(
    "--tolerance-ms", metavar="MS", type=click.IntRange(0), default=1500, show_default=True,
    help="By TensorFlow's rule: from the beginning of a word to its detection, either way.",
)  # fmt: skip
@click.option(
    "--slack-ms", metavar="MS", type=click.IntRange(0), default=1000, show_default=True,
    help="By MLPerf Tiny's rule: how long after a word its detection window stays open.",
)  # fmt: skip
@click.option("--hops-per-inference", metavar="N", type=click.IntRange(1), cls=WishOption,
              show_default="the network's stride in time",
              help="Run the network every so many hops.")  # fmt: skip
@click.option("--resample", is_flag=True,
              help="Convert streams of another sample rate instead of refusing them.")  # fmt: skip
@json_option
def command(
    *, run: str | None, streams: tuple[Path, ...], minutes: float, seed: int, tolerance_ms: int,
    slack_ms: int, hops_per_inference: int | None, resample: bool, as_json: bool,
) -> None:  # fmt: skip
    """Let the detector of RUN, the newest one when not named, listen to long labelled streams.

    False accepts per hour with their exact Poisson interval, words missed with Wilson's, latency,
    and what other thresholds would give. Without --stream the run's test clips and noise are mixed
    as `edgekws data mix --run RUN` does. stream.json and two pictures go into the run.
    """
    import contextlib

    from edgekws.audio.mix import MixSpec
    from edgekws.cli.progress import Bar
    from edgekws.run import find
    from edgekws.stream.evaluating import evaluate, mixed_stream
    from edgekws.stream.evaluation_text import to_text
    from edgekws.stream.judging import Margins

    found = find(run)
    with contextlib.ExitStack() as stack:
        files = list(streams)
        if not files:
            try:
                spec = MixSpec(minutes=minutes, seed=seed)
            except ValueError as exc:  # raised by its own __post_init__
                raise click.UsageError(str(exc)) from exc
            talk(f"mixing {minutes:g} minutes of test clips")
            files = [stack.enter_context(mixed_stream(found, spec, talk))]
        bar = stack.enter_context(Bar("scoring"))
        result = evaluate(
            found, files, margins=Margins(slack_ms, tolerance_ms),
            hops_per_inference=hops_per_inference, resample=resample, progress=bar,
        )  # fmt: skip
    refresh_page(found)
    if as_json:
        print_document("evaluate", {"run": found.name, **result.document()})
        return
    click.echo(to_text(result))
    click.echo(f"more in {found.path}: stream.json, stream_roc.png, stream_det.png")
