"""``edgekws train``: from sound files to float weights."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click

from edgekws.cli.output import examples, json_option, percent, print_document, talk
from edgekws.cli.values import NUMBERS, STEPS, WORDS


@click.command(
    "train",
    epilog=examples(
        "edgekws train --arch tiny_conv --data speech_commands/ --words yes,no",
        "edgekws train --arch ds_cnn --steps 3000,1000 --learning-rate 0.001,0.0001",
    ),
)
@click.option("--arch", default="tiny_conv", show_default=True, help="Architecture.")
@click.option("--data", type=click.Path(path_type=Path), help="WORD/CLIP.wav; default: built-in.")
@click.option("--words", type=WORDS, help="Words to spot; default: every folder.")
@click.option("--name", help="Name of the run; default: the architecture and a number.")
@click.option("--steps", type=STEPS, help="Steps of each part of the schedule.")
@click.option("--learning-rate", "learning_rates", type=NUMBERS, help="One for each of --steps.")
@click.option("--batch-size", type=click.IntRange(1), help="Clips a step.")
@click.option("--seed", type=click.IntRange(0), help="Seed of everything random.")
@click.option("--window-ms", type=click.IntRange(1), help="Length of one analysis window.")
@click.option("--hop-ms", type=click.IntRange(1), help="From one frame to the next.")
@click.option("--bands", type=click.IntRange(1), help="Values of one frame.")
@click.option("--silence-percentage", type=click.FloatRange(0, 100), help="Of the word clips.")
@click.option("--unknown-percentage", type=click.FloatRange(0, 100), help="Of the word clips.")
@click.option("--validation-percentage", type=click.FloatRange(0, 100), help="Share of speakers.")
@click.option("--testing-percentage", type=click.FloatRange(0, 100), help="Share of speakers.")
@click.option("--resample", is_flag=True, default=None, help="Convert clips of another rate.")
@click.option("--resume", "resumed", metavar="RUN", help="Go on with a run that was stopped.")
@json_option
def command(
    *, arch: str, name: str | None, resumed: str | None, as_json: bool, **asked: Any
) -> None:
    """Train a network on words and write a new run folder under runs/.

    Without --data, a built-in set of synthesized words is made and used.
    """
    from edgekws import run as runs
    from edgekws.cli.progress import Bar
    from edgekws.train.plan import Wishes, plan

    if resumed:
        run = runs.find(resumed)
    else:
        if asked["data"] is None:
            talk("no --data: using the built-in set of synthesized words")
        run = runs.create(plan(arch, Wishes(**asked), talk), name)
    recipe = run.recipe
    talk(f"training {recipe.architecture} on {len(recipe.labels)} labels in {run.path}")
    from edgekws.train import train

    with Bar("training") as bar:
        result = train(run, progress=bar)
    if as_json:
        print_document("train", {"run": run.name, **dataclasses.asdict(result)})
        return
    click.echo(
        f"{run.path}: float accuracy {percent(result.test_accuracy)} on {result.test_clips} "
        f"test clips; chance is {percent(result.chance)}"
    )
    click.echo("next: edgekws quantize")
