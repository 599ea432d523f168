"""``edgekws data mix``: long labelled streams from clips and noise."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edgekws.cli.options import WishOption, comma_list, span, word
from edgekws.cli.output import examples, json_option, print_document, talk
from edgekws.recipe import SPLITS

if TYPE_CHECKING:
    from edgekws.audio.mix import MixSpec
    from edgekws.recipe import Recipe

PERCENT = click.FloatRange(0, 100)
RECIPE = ("data", "words", "validation_percentage", "testing_percentage", "split", "split_seed")

_wish = functools.partial(click.option, cls=WishOption)


@click.command(
    "mix",
    short_help="Mix clips and noise into a long labelled stream.",
    epilog=examples(
        "edgekws data mix test.wav --run tiny_conv-1 --minutes 60 --snr-db 0:20",
        "edgekws data mix office.wav --data speech_commands --words yes,no --seed 2",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_wish(
    "--run", metavar="RUN", show_default="none",
    help="Take the clips, the words and the division into partitions of this run.",
)  # fmt: skip
@_wish(
    "--data", metavar="FOLDER", show_default="the built-in set", type=click.Path(path_type=Path),
    help="Or take clips from here, as WORD/CLIP.wav.",
)  # fmt: skip
@_wish(
    "--words", metavar="WORD,...", show_default="every folder",
    callback=comma_list("words, like yes,no", word),
    help="Words of --data to spot; those of the other folders are unknown.",
)  # fmt: skip
@_wish("--validation-percentage", metavar="P", show_default="10", type=PERCENT,
       help="Speakers of 100 of --data for validation.")  # fmt: skip
@_wish("--testing-percentage", metavar="P", show_default="10", type=PERCENT,
       help="Speakers of 100 of --data for testing.")  # fmt: skip
@_wish("--split", type=click.Choice(SPLITS), show_default="hash",
       help="How the clips of --data are divided; see `edgekws train --help`.")  # fmt: skip
@_wish("--split-seed", metavar="N", show_default="1", type=click.IntRange(0),
       help="Seed of --split random.")  # fmt: skip
@click.option(
    "--partition", type=click.Choice(("training", "validation", "testing")), default="testing",
    show_default=True, help="Whose speakers and whose part of the noise are heard.",
)  # fmt: skip
@click.option("--minutes", metavar="N", type=float, default=30.0, show_default=True,
              help="Length of the stream.")  # fmt: skip
@click.option(
    "--snr-db", metavar="LOW:HIGH", default="5:25", show_default=True, callback=span,
    help="How far each word is above the noise around it.",
)  # fmt: skip
@click.option(
    "--gap-s", metavar="LOW:HIGH", default="1:9", show_default=True, callback=span,
    help="Seconds from one clip to the next.",
)  # fmt: skip
@click.option(
    "--noise-dbfs", metavar="LOW:HIGH", default="-50:-30", show_default=True, callback=span,
    help="RMS level of the noise, dB of full scale; it drifts within.",
)  # fmt: skip
@click.option("--unknown-percentage", metavar="P", type=PERCENT, default=50.0, show_default=True,
              help="Words of 100 that are none of the words to spot.")  # fmt: skip
@click.option("--seed", metavar="N", type=click.IntRange(0), default=1, show_default=True,
              help="Seed of everything random; the same seed gives the same bytes.")  # fmt: skip
@json_option
def command(*, file: Path, run: str | None, as_json: bool, **asked: Any) -> None:
    """Write a stream to FILE, and what is said when to a CSV file of the same name.

    Words come at random times and signal-to-noise ratios over background noise that never stops.
    Speakers of other partitions are not heard. The CSV has a line per word, unknown ones too:
    word, start and end in samples and in seconds, signal-to-noise ratio, clip.
    """
    from edgekws.audio.dataset import open_dataset
    from edgekws.audio.mix import mix
    from edgekws.cli.progress import Bar

    chosen = {name: asked.pop(name) for name in RECIPE}
    spec = _spec(asked)
    recipe = _recipe(run, {name: value for name, value in chosen.items() if value is not None})
    dataset = open_dataset(recipe, talk)
    with Bar("mixing") as bar:
        mixed = mix(dataset, spec, file, bar)
    said = sum(mixed.spoken.values())
    if as_json:
        print_document("data-mix", {
            "file": mixed.wav, "labels": mixed.labels, "partition": spec.partition,
            "seconds": mixed.seconds, "sample_rate_hz": mixed.sample_rate_hz, "spoken": said,
            "unknown": mixed.unknown, "words": [
                {"word": name, "count": count} for name, count in mixed.spoken.items()
            ],
        })  # fmt: skip
        return
    click.echo(
        f"{click.format_filename(file)}: {mixed.seconds / 60:g} minutes, {said} words, "
        f"{mixed.unknown} of them unknown; {click.format_filename(mixed.labels)} says when"
    )


def _spec(asked: dict[str, Any]) -> MixSpec:
    from edgekws.audio.mix import MixSpec

    try:
        return MixSpec(**asked)
    except ValueError as exc:  # raised by its own __post_init__
        raise click.UsageError(str(exc)) from exc


def _recipe(run: str | None, chosen: dict[str, Any]) -> Recipe:
    from edgekws.audio.mix import all_unknown
    from edgekws.recipe import DataSpec, Recipe
    from edgekws.run import find

    if run is not None:
        if chosen:
            option = next(iter(chosen)).replace("_", "-")
            raise click.UsageError(f"--{option} cannot go with --run, which has its own")
        return all_unknown(find(run).recipe)
    source = str(chosen.pop("data").absolute()) if "data" in chosen else ""
    try:
        return all_unknown(Recipe(data=DataSpec(source=source, **chosen)))
    except ValueError as exc:  # raised by the spec's own __post_init__
        raise click.UsageError(str(exc)) from exc
