"""``edgekws features``: what a frontend makes of a sound, to look at or to compile."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edgekws.cli.options import KnownOption, WishOption
from edgekws.cli.output import examples, json_option, print_rows
from edgekws.errors import UsageError

if TYPE_CHECKING:
    from edgekws.features import Frontend
    from edgekws.features.whole import SoundFeatures

ABOVE_0 = click.IntRange(1)
MILLISECONDS = click.FloatRange(0, 60_000, min_open=True)


def _frontends() -> tuple[str, ...]:
    from edgekws.features import frontend_names

    return frontend_names()


class _FrontendOption(KnownOption, WishOption):
    """Both."""


@click.command(
    "features",
    short_help="Show the int8 features of a sound.",
    epilog=examples(
        "edgekws features yes.wav --run tiny_conv-1 --png yes.png",
        "edgekws features yes.wav --hop-ms 10 --c yes_features.h",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--run", metavar="RUN", cls=WishOption, show_default="none",
    help="Use the frontend of this run.",
)  # fmt: skip
@click.option(
    "--frontend", "name", cls=_FrontendOption, known=_frontends, metavar="NAME",
    show_default="log_mel", help="The frontend, without --run.",
)  # fmt: skip
@click.option(
    "--sample-rate-hz", cls=WishOption, metavar="HZ", show_default="16000", type=ABOVE_0,
    help="Sample rate, Hz.",
)  # fmt: skip
@click.option(
    "--window-ms", cls=WishOption, metavar="MS", show_default="30", type=MILLISECONDS,
    help="Length of one analysis window, milliseconds.",
)  # fmt: skip
@click.option(
    "--hop-ms", cls=WishOption, metavar="MS", show_default="20", type=MILLISECONDS,
    help="From one window to the next, milliseconds.",
)  # fmt: skip
@click.option(
    "--bands", cls=WishOption, metavar="N", show_default="40", type=ABOVE_0,
    help="Frequency bands of one window.",
)  # fmt: skip
@click.option(
    "--low-hz", cls=WishOption, metavar="HZ", show_default="125", type=click.IntRange(0),
    help="Where the lowest band begins, Hz.",
)  # fmt: skip
@click.option(
    "--high-hz", cls=WishOption, metavar="HZ", type=ABOVE_0,
    show_default="7500, or less in proportion to a lower sample rate",
    help="Where the highest band ends, Hz.",
)  # fmt: skip
@click.option(
    "--halved", is_flag=True, default=None, help="Look at each window with half the sample rate.",
)  # fmt: skip
@click.option(
    "--png", type=click.Path(path_type=Path), metavar="FILE", help="Draw the features here."
)
@click.option(
    "--c", "header", cls=WishOption, type=click.Path(path_type=Path), metavar="FILE",
    show_default="none", help="Write them here as a C header with an int8_t array.",
)  # fmt: skip
@click.option(
    "--resample", is_flag=True,
    help="Convert a file of another sample rate instead of refusing it.",
)  # fmt: skip
@json_option
def command(
    *, file: Path, run: str | None, png: Path | None, header: Path | None, resample: bool,
    as_json: bool, **asked: int | str | bool | None,
) -> None:  # fmt: skip
    """Compute the int8 features of FILE, all frames of it, as the exported C does.

    FILE is WAV, FLAC or OGG, or 16-bit little-endian samples without a header in a file that ends
    in .raw or .pcm.
    """
    from edgekws.features.whole import features_of_file

    found = features_of_file(_frontend(run, asked), file, resample=resample)
    if png is not None:
        from edgekws.features.picture import draw_features

        draw_features(found, png)
    if header is not None:
        from edgekws.codegen.features import features_header
        from edgekws.files import write_text

        write_text(header, features_header(found))
    if as_json:
        _print_json(found)
    else:
        _print(found)


def _frontend(run: str | None, asked: dict[str, Any]) -> Frontend:
    from edgekws.features import find_frontend
    from edgekws.recipe import FrontendSpec
    from edgekws.run import find

    given = {name: value for name, value in asked.items() if value is not None}
    if run is not None:
        if given:
            option = "--frontend" if "name" in given else f"--{next(iter(given))}"
            raise UsageError(f"{option.replace('_', '-')} cannot go with --run, which has its own")
        return find_frontend(find(run).recipe.frontend)
    own = FrontendSpec()
    given.setdefault("high_hz", own.high_hz_at(given.get("sample_rate_hz"), given.get("halved")))
    try:
        return find_frontend(dataclasses.replace(own, **given))
    except ValueError as exc:  # raised by the spec's own __post_init__
        raise UsageError(str(exc)) from exc


def _print_json(found: SoundFeatures) -> None:
    frontend = found.frontend
    fields = {
        "file": found.file,
        "samples": found.samples,
        "frontend": dataclasses.asdict(frontend.spec),
        "scale": frontend.scale,
        "zero_point": frontend.zero_point,
        "band_centres_hz": frontend.band_centres_hz(),
    }
    print_rows("features", fields, "frames", found.values)


def _print(found: SoundFeatures) -> None:
    spec, values = found.frontend.spec, found.values
    centres = found.frontend.band_centres_hz()
    click.echo(f"{click.format_filename(found.file)}: {found.seconds:.3f} s")
    click.echo(
        f"{spec.name}: {len(values)} frames of {spec.bands} bands, a window of {spec.window_ms} ms "
        f"every {spec.hop_ms} ms; real value = {found.frontend.scale:g} * "
        f"(feature - {found.frontend.zero_point})"
    )
    click.echo(
        f"least {values.min()}, mean {values.mean():.1f}, most {values.max()}; at the ends: "
        f"{int((values == -128).sum())} at -128, {int((values == 127).sum())} at 127"
    )
    loudest = values.mean(axis=0).argmax()
    where = "" if centres is None else f" around {centres[loudest]:,.0f} Hz"
    click.echo(f"loudest on average: band {loudest}{where}")
