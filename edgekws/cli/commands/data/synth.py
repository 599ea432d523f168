"""``edgekws data synth``: words by text to speech."""

from __future__ import annotations

import functools
from pathlib import Path

import click

from edgekws.cli.options import WishOption
from edgekws.cli.output import examples, json_option, print_document, talk

_wish = functools.partial(click.option, cls=WishOption)


@click.command(
    "synth",
    short_help="Speak words in many voices into a folder.",
    epilog=examples(
        "edgekws data synth marvin hey_edge --out my_words --voices 40 --takes 10",
        "edgekws data synth coffee window follow --out my_words --seed 2",
    ),
)
@click.argument("words", metavar="WORD...", nargs=-1, required=True)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER", required=True,
    help="Folder to add the words' folders to; it may be one of recordings.",
)  # fmt: skip
@click.option(
    "--voices", type=click.IntRange(1, 87), metavar="N", default=20, show_default=True,
    help="Speakers; each says every word.",
)  # fmt: skip
@click.option(
    "--takes", type=click.IntRange(1, 10_000), metavar="N", default=1, show_default=True,
    help="Clips of each word by each speaker.",
)  # fmt: skip
@_wish(
    "--language", "languages", metavar="CODE", multiple=True, show_default="seven kinds of English",
    help="Language or accent of espeak-ng, like de or en-us; may be repeated.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(0), metavar="N", default=1, show_default=True,
    help="Seed of speakers, speed, pitch, room and noise; the same seed gives the same bytes.",
)  # fmt: skip
@json_option
def command(
    *, words: tuple[str, ...], out: Path, voices: int, takes: int, languages: tuple[str, ...],
    seed: int, as_json: bool,
) -> None:  # fmt: skip
    """Speak each WORD into clips FOLDER/WORD/SPEAKER_nohash_TAKE.wav of 1 s at 16 kHz.

    An underscore is spoken as a space. Added to a folder of recordings, the words count as unknown
    unless `edgekws train --words` names them. A network that hears synthesized words only will
    miss people: use it to begin with, or for unknown words.
    """
    from edgekws.audio.synthesize import synthesize
    from edgekws.audio.voices import ACCENTS
    from edgekws.cli.progress import Bar

    with Bar("speaking") as bar:
        made = synthesize(
            words, out, voices=voices, takes=takes, languages=languages or ACCENTS, seed=seed,
            progress=bar,
        )  # fmt: skip
    if made.cut:
        talk(f"{made.cut} of {made.clips} clips are cut: the words are longer than 1 s")
    if as_json:
        print_document("data-synth", {
            "folder": made.folder, "words": made.words, "speakers": made.speakers,
            "clips": made.clips, "cut": made.cut,
        })  # fmt: skip
        return
    click.echo(f"{click.format_filename(out)}: {made.clips} clips of {', '.join(made.words)}")
