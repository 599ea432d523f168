"""``edgekws say``: a WAV of spoken words to try a spotter on."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from edgekws.cli.output import examples, json_option, print_document


@click.command(
    "say",
    short_help="Speak words into a WAV to try a spotter on.",
    epilog=examples(
        "edgekws say yes left stop --out words.wav", "edgekws say yes --seed 2 --out a.wav --json"
    ),
)
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", required=True,
    help="WAV to write.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(0), metavar="N", default=1, show_default=True,
    help="Seed of the pauses, 1.0 to 1.4 s, and of the noise.",
)  # fmt: skip
@json_option
def command(*, words: tuple[str, ...], out: Path, seed: int, as_json: bool) -> None:
    """Speak WORDS into a 16 kHz mono WAV, in a voice that the built-in set keeps for testing.

    One line per word: when it begins, seconds, and the word.
    """
    from edgekws.audio.say import say

    spoken = say(words, out, seed=seed)
    if as_json:
        print_document("say", {"file": out, "words": [dataclasses.asdict(each) for each in spoken]})
        return
    for each in spoken:
        click.echo(f"{each.start_ms / 1000:7.3f} s  {each.word}")
