"""``edgekws train``: from sound files to float weights."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edgekws.cli.options import KnownOption, WishOption, comma_list, count, rate, span, word
from edgekws.cli.output import examples, json_option, percent, print_document, talk
from edgekws.cli.page import refresh_page
from edgekws.errors import Stopped
from edgekws.recipe import DECAYS, SPLITS

if TYPE_CHECKING:
    from edgekws.recipe import Recipe
    from edgekws.run import Run
    from edgekws.train import TrainResult
    from edgekws.train.team import Team

SHARE = click.FloatRange(0, 1)
PERCENT = click.FloatRange(0, 100)
WIDTH = 100  # characters; a confusion matrix that is wider stands in the report only
ABOVE_0 = click.IntRange(1)
STRATEGIES = ("none", "mirrored", "multi_worker")  # see edgekws.train.team
NOT_NEGATIVE = click.FloatRange(0)
BELOW_1 = click.FloatRange(0, 1, max_open=True)
MILLISECONDS = click.FloatRange(0, 60_000, min_open=True)

_wish = functools.partial(click.option, cls=WishOption)


def _architectures() -> tuple[str, ...]:
    from edgekws.models import architecture_names

    return architecture_names()


def _frontends() -> tuple[str, ...]:
    from edgekws.features import frontend_names

    return frontend_names()


def _recipes() -> tuple[str, ...]:
    from edgekws.train.shipped import recipe_names

    return recipe_names()


@click.command(
    "train",
    short_help="Learn words from sound files.",
    epilog=examples(
        "edgekws train --arch tiny_conv --data speech_commands/ --words yes,no",
        "edgekws train --recipe ds_cnn --data speech_commands/ --words yes,no",
        "edgekws train --arch ds_cnn --epochs 30,5 --learning-rate 0.001,0.0001",
    ),
)
@click.option(
    "--recipe", "base", cls=KnownOption, known=_recipes, metavar="NAME|FILE",
    show_default="the network's own schedule",
    help="Train as this recipe says, but for what other options say; a .toml file or a name.",
)  # fmt: skip
@click.option(
    "--arch", cls=KnownOption, known=_architectures, metavar="NAME",
    show_default="tiny_conv, or that of --from", help="The network to train.",
)  # fmt: skip
@_wish(
    "--data", metavar="FOLDER", show_default="the built-in set", type=click.Path(path_type=Path),
    help="Sounds as WORD/CLIP.wav (or .flac, .ogg), mono, of --sample-rate-hz.",
)  # fmt: skip
@_wish(
    "--words", metavar="WORD,...", show_default="every folder",
    callback=comma_list("words, like yes,no", word),
    help="Words to spot; those of the other folders count as unknown.",
)  # fmt: skip
@_wish(
    "--unknown", "unknown_folders", metavar="FOLDER", multiple=True, show_default="none",
    type=click.Path(path_type=Path),
    help="Further sounds of other words, as CLIP.wav or WORD/CLIP.wav; may be repeated.",
)  # fmt: skip
@_wish(
    "--name", metavar="NAME", show_default="the network's name and a number",
    help="Name of the folder under runs/.",
)  # fmt: skip
@_wish(
    "--steps", metavar="N,...", show_default="the network's own",
    help="Batches to learn, for each part of the schedule; one number alone is the whole of it.",
    callback=comma_list("whole numbers above 0, like 1500,500", count),
)  # fmt: skip
@_wish(
    "--epochs", metavar="N,...", show_default="--steps",
    help="The same in epochs; one is every training clip once, silence and unknown included.",
    callback=comma_list("whole numbers above 0, like 20,5", count),
)  # fmt: skip
@_wish(
    "--learning-rate", "learning_rates", metavar="R,...", show_default="the network's own",
    help="Learning rate of Adam, one for each part.",
    callback=comma_list("numbers above 0, like 0.001,0.0001", rate),
)  # fmt: skip
@_wish("--batch-size", metavar="N", show_default="100", type=ABOVE_0, help="Clips in one batch.")
@_wish(
    "--evaluate-every", metavar="N", show_default="the network's own", type=ABOVE_0,
    help="Steps between two looks at the validation clips; each is a checkpoint.",
)  # fmt: skip
@_wish(
    "--seed", metavar="N", show_default="1", type=click.IntRange(0),
    help="Seed of everything random; the same seed gives the same network.",
)  # fmt: skip
@_wish(
    "--sample-rate-hz", metavar="HZ", show_default="16000", type=ABOVE_0,
    help="Samples per second of the sounds and of the microphone.",
)  # fmt: skip
@_wish(
    "--clip-ms", metavar="MS", show_default="1000", type=ABOVE_0,
    help="Length of a clip, milliseconds; longer sounds are cut, shorter ones padded.",
)  # fmt: skip
@click.option(
    "--frontend", cls=KnownOption, known=_frontends, metavar="NAME",
    show_default="the network's own, log_mel", help="What turns sound into features.",
)  # fmt: skip
@_wish(
    "--window-ms", metavar="MS", show_default="the network's own, 30", type=MILLISECONDS,
    help="Length of one analysis window, milliseconds.",
)  # fmt: skip
@_wish(
    "--hop-ms", metavar="MS", show_default="the network's own, 10 or 20", type=MILLISECONDS,
    help="From one window to the next, milliseconds.",
)  # fmt: skip
@_wish(
    "--bands", metavar="N", show_default="the network's own, 10 or 40", type=ABOVE_0,
    help="Frequency bands of one window.",
)  # fmt: skip
@_wish(
    "--low-hz", metavar="HZ", show_default="125", type=click.IntRange(0),
    help="Where the lowest band begins.",
)  # fmt: skip
@_wish(
    "--high-hz", metavar="HZ", show_default="7500, or less in proportion to a lower sample rate",
    type=ABOVE_0, help="Where the highest band ends; at most half the sample rate.",
)  # fmt: skip
@click.option(
    "--halved", is_flag=True, default=None,
    help="Look at each window with half the sample rate, on the device too.",
)  # fmt: skip
@_wish(
    "--silence-percentage", metavar="P", show_default="10", type=PERCENT,
    help="Clips of silence, per 100 clips of the words.",
)  # fmt: skip
@_wish(
    "--unknown-percentage", metavar="P", show_default="10", type=PERCENT,
    help="Clips of other words, per 100 clips of the words.",
)  # fmt: skip
@_wish(
    "--validation-percentage", metavar="P", show_default="10", type=PERCENT,
    help="Speakers of 100 kept to choose the best weights by.",
)  # fmt: skip
@_wish(
    "--testing-percentage", metavar="P", show_default="10", type=PERCENT,
    help="Speakers of 100 kept to measure accuracy on.",
)  # fmt: skip
@_wish(
    "--split", type=click.Choice(SPLITS), show_default="hash",
    help="How clips are divided: by a hash of the speaker's name, by chance with whole speakers, "
    "or by validation_list.txt and testing_list.txt.",
)  # fmt: skip
@_wish(
    "--split-seed", metavar="N", show_default="1", type=click.IntRange(0),
    help="Seed of --split random.",
)  # fmt: skip
@_wish(
    "--time-shift-ms", metavar="MS", show_default="100", type=click.IntRange(0),
    help="Move each training clip by up to so many milliseconds either way.",
)  # fmt: skip
@_wish(
    "--background-frequency", metavar="SHARE", show_default="0.8", type=SHARE,
    help="Share of training clips that get background noise, 0 to 1.",
)  # fmt: skip
@_wish(
    "--background-volume", metavar="GAIN", show_default="0.1", type=SHARE,
    help="Largest gain of that noise, 0 to 1.",
)  # fmt: skip
@_wish(
    "--snr-db", metavar="LOW:HIGH", show_default="--background-volume", callback=span,
    help="Noise is so many decibels below the clip instead.",
)  # fmt: skip
@_wish(
    "--gain-db", metavar="DB", show_default="0", type=NOT_NEGATIVE,
    help="Make each training clip louder or softer by up to so many decibels.",
)  # fmt: skip
@_wish(
    "--speed-percentage", metavar="P", show_default="0", type=click.FloatRange(0, 50),
    help="Make it faster and higher, or slower and lower, by up to so much.",
)  # fmt: skip
@_wish(
    "--spliced-unknown", metavar="SHARE", show_default="0", type=SHARE,
    help="Share of the words' clips made into unknown words, of two halves or backwards.",
)  # fmt: skip
@_wish(
    "--spoken", metavar="SHARE", show_default="0", type=SHARE,
    help="Share of clips said by espeak-ng instead: half the words, half unknown words.",
)  # fmt: skip
@_wish(
    "--masked-frames", metavar="N", show_default="0", type=click.IntRange(0),
    help="Hide up to so many frames in a row of each training clip.",
)  # fmt: skip
@_wish(
    "--masked-bands", metavar="N", show_default="0", type=click.IntRange(0),
    help="Hide up to so many bands in a row.",
)  # fmt: skip
@_wish(
    "--colored-silence", metavar="SHARE", show_default="0", type=SHARE,
    help="Share of the silence that is noise of another spectrum, drawn at random.",
)  # fmt: skip
@_wish(
    "--class-balance", metavar="SHARE", show_default="0", type=SHARE,
    help="0: labels come as often as they have clips, 1: all equally often.",
)  # fmt: skip
@_wish(
    "--unknown-balance", metavar="SHARE", show_default="0", type=SHARE,
    help="The same for the words that are unknown ones.",
)  # fmt: skip
@_wish(
    "--decay", type=click.Choice(DECAYS), show_default="steps",
    help="Learning rates hold for their part, or fall along a cosine to the next.",
)  # fmt: skip
@_wish(
    "--warm-up-steps", metavar="N", show_default="0", type=click.IntRange(0),
    help="Steps in which the learning rate rises from 0.",
)  # fmt: skip
@_wish(
    "--label-smoothing", metavar="SHARE", show_default="0", type=BELOW_1,
    help="Share of a target that all labels divide evenly.",
)  # fmt: skip
@_wish(
    "--mixup", metavar="SHARE", show_default="0", type=BELOW_1,
    help="Largest share of another clip and its target in each clip.",
)  # fmt: skip
@_wish(
    "--weight-averaging", metavar="DECAY", show_default="0", type=BELOW_1,
    help="Judge and keep a running mean of the weights with this decay, like 0.99.",
)  # fmt: skip
@click.option(
    "--resample", is_flag=True, default=None,
    help="Convert clips of another sample rate instead of refusing them.",
)  # fmt: skip
@_wish(
    "--from", "source", metavar="RUN", show_default="random weights",
    help="Begin with the weights of this run, of the same network and features. Where the labels "
    "differ, the last layer begins anew.",
)  # fmt: skip
@_wish(
    "--teacher", metavar="RUN", show_default="the labels alone",
    help="Learn also what this run's network answers to each clip; of the same labels.",
)  # fmt: skip
@_wish(
    "--teacher-share", metavar="SHARE", show_default="0.5", type=SHARE,
    help="Share of those answers in the loss, 0 to 1.",
)  # fmt: skip
@_wish(
    "--teacher-temperature", metavar="T", show_default="2", type=click.FloatRange(1, 100),
    help="How much the scores of both networks are softened.",
)  # fmt: skip
@click.option(
    "--strategy", metavar="NAME", type=click.Choice(STRATEGIES), default="none", show_default=True,
    help="Share each batch among the GPUs of this machine (mirrored), or among the machines that "
    "TF_CONFIG names (multi_worker), on all of which this command is started.",
)  # fmt: skip
@click.option(
    "--resume", "resumed", metavar="RUN",
    help="Go on with a run that was stopped, as its recipe says; takes no other option but "
    "--strategy and --json.",
)  # fmt: skip
@json_option
@click.pass_context
def command(
    ctx: click.Context, /, *, base: str | None, arch: str | None, name: str | None,
    source: str | None, teacher: str | None, strategy: str, resumed: str | None, as_json: bool,
    **asked: Any,
) -> None:  # fmt: skip
    """Train a float network on words; everything about it goes into a new folder under runs/.

    Without --data, a built-in set of synthesized words is made and used. The next step is
    `edgekws quantize`.
    """
    from edgekws.run import RUNS, find

    if resumed:
        _refuse_beside_resume(ctx)
    with _helper_folder(strategy) as scratch:
        if resumed:
            run = find(resumed)
            team = _open_team(run.recipe, strategy)
        else:
            root = scratch or RUNS
            run, team = _new_run(
                base, arch, asked, root, strategy, name=name, source=source, teacher=teacher
            )
        if team and not team.chief:
            _helped(run, team)
            return
        result = _trained(run, team)
    refresh_page(run)
    if as_json:
        document = {"run": run.name, "folder": run.path, **dataclasses.asdict(result)}
        print_document("train", document)
        return
    from edgekws.train.judgement import to_text

    click.echo(to_text(result.test, WIDTH))
    click.echo(
        f"{run.path}: float accuracy {percent(result.test_accuracy)} on {result.test_clips} "
        f"test clips; chance is {percent(result.chance)}"
    )
    click.echo(f"more in {run.path / 'float'}: report.txt, report.json, *_confusion.png")
    click.echo("next: edgekws quantize")


def _refuse_beside_resume(ctx: click.Context) -> None:
    given = click.core.ParameterSource.COMMANDLINE
    for option in ctx.command.params:
        name = option.name or ""
        if ctx.get_parameter_source(name) is given and name not in (
            "resumed",
            "strategy",
            "as_json",
        ):
            raise click.UsageError(
                f"{option.opts[0]} cannot go with --resume, which does what the run's recipe says"
            )


def _new_run(
    base: str | None,
    arch: str | None,
    asked: dict[str, Any],
    root: Path,
    strategy: str,
    *,
    name: str | None,
    source: str | None,
    teacher: str | None,
) -> tuple[Run, Team | None]:
    from edgekws import run as runs
    from edgekws.train.plan import Wishes, plan, rehearse
    from edgekws.train.shipped import find_recipe
    from edgekws.train.start import keep_start
    from edgekws.train.teacher import keep_teacher

    runs.new_path("run", name, root)
    begun = runs.find(source) if source else None
    tell = functools.cache(talk)  # the same line is said once
    own = find_recipe(base) if base else None
    if own and own.teacher:
        teacher = teacher or own.teacher.run
    master = runs.find(teacher) if teacher else None
    recipe = plan(arch, Wishes(**asked), tell, begun, own, teacher=master)
    team = _open_team(recipe, strategy)
    rehearse(recipe, tell)
    if asked["data"] and not (base or begun):
        _mention_recipe(recipe.architecture)
    path = runs.new_path(recipe.architecture, name, root)
    if begun and recipe.start:
        keep_start(begun, path)  # before the recipe, which makes the folder a run
        taken = "all weights" if recipe.start.last_layer else "all weights but the last layer's"
        talk(f"starting from {begun.path}: {taken}")
    if master and recipe.teacher:
        keep_teacher(master, path)
        talk(f"learning from {master.path} too: {recipe.teacher.architecture}")
    return runs.create(recipe, path.name, root), team


def _mention_recipe(architecture: str) -> None:
    from edgekws.train.shipped import find_recipe, recipe_names

    if architecture in recipe_names() and not find_recipe(architecture).data.words:
        talk(f"no recipe was asked for; --recipe {architecture} has what was measured to help")


@contextlib.contextmanager
def _helper_folder(strategy: str) -> Iterator[Path | None]:
    """Where a worker that is not the chief keeps its run, which nobody needs later."""
    from edgekws.train.team import prepare

    if prepare(strategy):
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="edgekws-") as folder:
        yield Path(folder)


def _open_team(recipe: Recipe, strategy: str) -> Team | None:
    """Who learns together; what is wrong with the clips here is told before others wait."""
    if strategy == "none":
        return None
    from edgekws.train.material import open_material
    from edgekws.train.team import open_team

    open_material(recipe, talk)
    team = open_team(strategy, talk)
    if team:
        team.require(recipe.schedule.batch_size)
    return team


def _helped(run: Run, team: Team) -> None:
    from edgekws.cli.progress import LearningBar
    from edgekws.train.training import assist

    assert team.cluster
    own, chief = team.cluster.said(team.cluster.number), team.cluster.said(0)
    talk(f"{own} learns its part of each batch; the run is kept by {chief}")
    with LearningBar("training") as bar:
        steps = assist(run, team, progress=bar)
    talk(f"{own} is done after {steps} steps; the run is with {chief}")


def _trained(run: Run, team: Team | None) -> TrainResult:
    from edgekws.cli.progress import LearningBar
    from edgekws.train import train

    recipe = run.recipe
    shared = f" with {team.replicas} devices" if team else ""
    talk(f"training {recipe.architecture} on {len(recipe.labels)} labels in {run.path}{shared}")
    try:
        with LearningBar("training") as bar:
            return train(run, progress=bar, team=team)
    except KeyboardInterrupt as exc:
        raise Stopped(f"stopped; to go on: edgekws train --resume {run.name}") from exc
