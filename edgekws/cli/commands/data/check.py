"""``edgekws data check``: what is wrong with a folder of clips."""

from __future__ import annotations

import dataclasses
import functools
import statistics
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edgekws.cli.options import WishOption, comma_list, word
from edgekws.cli.output import examples, json_option, print_document
from edgekws.recipe import SPLITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edgekws.audio.check import Report
    from edgekws.recipe import DataSpec

_SHOWN = 10  # leaks, and files of a leak, that are printed without --json

PERCENT = click.FloatRange(0, 100)

_wish = functools.partial(click.option, cls=WishOption)


@click.command(
    "check",
    short_help="Say what is wrong with a folder of clips.",
    epilog=examples(
        "edgekws data check my_words --png my_words.png",
        "edgekws data check speech_commands --words yes,no --split lists --json",
    ),
)
@click.argument("folder", type=click.Path(path_type=Path))
@_wish(
    "--words", metavar="WORD,...", show_default="every folder",
    callback=comma_list("words, like yes,no", word),
    help="Words to spot; those of the other folders count as unknown.",
)  # fmt: skip
@_wish(
    "--unknown", metavar="FOLDER", multiple=True, show_default="none",
    type=click.Path(path_type=Path),
    help="Further sounds of other words, as CLIP.wav or WORD/CLIP.wav; may be repeated.",
)  # fmt: skip
@click.option(
    "--validation-percentage", metavar="P", default=10.0, show_default=True, type=PERCENT,
    help="Speakers of 100 for validation.",
)  # fmt: skip
@click.option(
    "--testing-percentage", metavar="P", default=10.0, show_default=True, type=PERCENT,
    help="Speakers of 100 for testing.",
)  # fmt: skip
@click.option(
    "--split", type=click.Choice(SPLITS), default="hash", show_default=True,
    help="How the training will divide the clips; see `edgekws train --help`.",
)  # fmt: skip
@click.option(
    "--split-seed", metavar="N", default=1, show_default=True, type=click.IntRange(0),
    help="Seed of --split random.",
)  # fmt: skip
@click.option(
    "--sample-rate-hz", metavar="HZ", default=16_000, show_default=True,
    type=click.IntRange(1_000, 768_000), help="Sample rate that the clips should have.",
)  # fmt: skip
@click.option(
    "--png", type=click.Path(path_type=Path), metavar="FILE",
    help="Draw clips by word, lengths and levels here.",
)  # fmt: skip
@json_option
def command(
    *, folder: Path, sample_rate_hz: int, png: Path | None, as_json: bool, **asked: Any
) -> None:
    """Read every clip of FOLDER and say what a training would suffer from.

    Warnings: files that cannot be read, are of another rate or not mono; clips that are clipped,
    silent, short or long; words with few clips; names that do not tell the speaker. Leaks: the
    same speaker or the same audio in two partitions, or the same audio under two labels. Ends
    with 3 when something leaks, and with 0 otherwise.
    """
    from edgekws.audio.check import check
    from edgekws.cli.progress import Bar
    from edgekws.errors import CheckFailed
    from edgekws.recipe import AudioSpec

    audio = AudioSpec(sample_rate_hz=sample_rate_hz)
    with Bar("checking") as bar:
        report = check(_spec(folder, asked), audio, bar)
    if png is not None:
        from edgekws.audio.check_picture import draw_report

        draw_report(report, png, audio.clip_ms)
    if as_json:
        print_document("data-check", _document(report))
    else:
        _print(report)
    if report.leaks:
        count = len(report.leaks)
        raise CheckFailed(f"{folder}: {count} leak{'s' if count > 1 else ''}: {_leak(report)}")


def _spec(folder: Path, asked: dict[str, Any]) -> DataSpec:
    from edgekws.recipe import DataSpec

    asked["words"] = asked["words"] or ()
    unknown = tuple(str(each.absolute()) for each in asked.pop("unknown"))
    try:
        return DataSpec(source=str(folder.absolute()), unknown=unknown, **asked)
    except ValueError as exc:  # raised by its own __post_init__
        raise click.UsageError(str(exc)) from exc


def _document(report: Report) -> dict[str, object]:
    return {
        "folder": report.folder,
        "clips": len(report.clips),
        "speakers": report.speakers,
        "seconds": round(sum(report.lengths_s), 3),
        "noise_seconds": round(sum(each.seconds for each in report.noise), 3),
        "labels": [{**dataclasses.asdict(each), "clips": each.clips} for each in report.labels],
        "length_s": _range(report.lengths_s),
        "level_dbfs": _range(report.levels_dbfs),
        "problems": report.problems,
        "warnings": report.warnings,
        "leaks": report.leaks,
    }


def _range(values: Sequence[float]) -> dict[str, float] | None:
    if not values:
        return None
    ends = {"min": values[0], "median": statistics.median(values), "max": values[-1]}
    return {name: round(value, 3) for name, value in ends.items()}


def _print(report: Report) -> None:
    click.echo(f"{'label':<16} {'training':>9} {'validation':>11} {'testing':>8} {'speakers':>9}")
    for each in report.labels:
        _echo(
            f"{each.label:<16} {each.training:>9} {each.validation:>11} {each.testing:>8} "
            f"{each.speakers:>9}"
        )
    for name, unit, values in (
        ("length", "s", report.lengths_s),
        ("level", "dB of full scale", report.levels_dbfs),
    ):
        ends = _range(values)
        if ends:
            click.echo(f"{name}: {ends['min']:.2f} to {ends['max']:.2f} {unit}, "
                       f"median {ends['median']:.2f}")  # fmt: skip
    for warning in report.warnings:
        _echo(f"warning: {warning}")
    for leak in report.leaks[:_SHOWN]:
        _echo(f"leak: {leak.what}: {', '.join(leak.files[:_SHOWN])}")
    if len(report.leaks) > _SHOWN:
        click.echo(f"leak: {len(report.leaks) - _SHOWN} more; --json lists all")
    if not report.warnings and not report.leaks:
        click.echo("no warnings, no leaks")


def _leak(report: Report) -> str:
    first = report.leaks[0]
    return f"{first.what}: {', '.join(first.files[:2])}"


def _echo(line: str) -> None:
    click.echo(click.format_filename(line))  # a file's name may be no text at all
