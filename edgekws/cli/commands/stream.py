"""``edgekws stream``: words as they are heard, in a file or in sound without end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edgekws.cli.options import WishOption
from edgekws.cli.output import examples, print_document, talk

if TYPE_CHECKING:
    from edgekws.audio.live import Samples
    from edgekws.stream.detect import Detection
    from edgekws.stream.listening import Listener

PIPE = "-"


@click.command(
    "stream",
    short_help="Print words as they are heard, from a file or live.",
    epilog=examples(
        "edgekws stream tiny_conv-1 kitchen.wav",
        "edgekws stream tiny_conv-1 --microphone --rate 48000 --resample --json",
    ),
)
@click.argument("run")
@click.argument("source", metavar="[FILE|-]", required=False)
@click.option("--microphone", is_flag=True, help="Listen to this machine's microphone.")
@click.option("--device", cls=WishOption, metavar="DEVICE", show_default="the system's own choice",
              help="Microphone: a number, or a part of its name.")  # fmt: skip
@click.option("--rate", cls=WishOption, metavar="HZ", type=click.IntRange(1000, 768_000),
              show_default="that of the run",
              help="Sample rate of standard input or of the microphone.")  # fmt: skip
@click.option("--resample", is_flag=True,
              help="Convert sound of another rate instead of refusing it.")  # fmt: skip
@click.option("--hops-per-inference", metavar="N", type=click.IntRange(1), cls=WishOption,
              show_default="the network's stride in time",
              help="Run the network every so many hops.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True,
              help="Print one JSON document for every word, one a line.")  # fmt: skip
def command(
    *, run: str, source: str | None, microphone: bool, device: str | None, rate: int | None,
    resample: bool, hops_per_inference: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Let the detector of RUN listen, as the exported program does, and print each word at once.

    To a sound FILE; to 16-bit little-endian samples without a header on standard input (-), as
    from `arecord -f S16_LE -r 16000 -c 1 -t raw`; or to the microphone. One line per word: the
    time at which it was heard, from the beginning of the sound; the word; its mean score, 0 to
    255. The last words, on standard error, say how much was heard. Ctrl-C ends listening.
    """
    from edgekws.audio.live import at_rate
    from edgekws.audio.long import pieces as of_file
    from edgekws.run import find
    from edgekws.stream.evaluating import is_tuned
    from edgekws.stream.label import open_engine
    from edgekws.stream.listening import Listener

    live = microphone or source == PIPE
    if microphone == (source is not None):
        raise click.UsageError("name one: a FILE, - for standard input, or --microphone")
    if not live and rate is not None:
        raise click.UsageError("--rate is for - and --microphone; a file says its own rate")
    if device is not None and not microphone:
        raise click.UsageError("--device goes with --microphone")
    found = find(run)
    engine = open_engine(found)
    listener = Listener(engine, hops_per_inference)
    if not is_tuned(found):
        talk(
            f"{found.name} was never tuned: its thresholds are guesses; "
            f"see `edgekws tune {found.name}`"
        )
    wanted = engine.recipe.audio.sample_rate_hz
    if live:
        lost = _Lost(listener)
        sound = _microphone(rate or wanted, device, lost) if microphone else _pipe()
        pieces = at_rate(sound, rate or wanted, wanted, resample=resample)
    else:
        pieces = of_file(Path(source or ""), wanted, resample)
    _print(listener, pieces, wanted, live=live, as_json=as_json)


def _pipe() -> Iterator[Samples]:
    from edgekws.audio.live import piped

    return piped(sys.stdin.buffer)


def _microphone(rate_hz: int, device: str | None, lost: Callable[[], None]) -> Iterator[Samples]:
    from edgekws.audio.microphone import microphone

    return microphone(rate_hz, device, lost)


@dataclass(frozen=True)
class _Lost:
    """Called when sound was lost: what comes next does not go on from what was there."""

    listener: Listener

    def __call__(self) -> None:
        talk("sound was lost: this machine is too busy; see --hops-per-inference")
        self.listener.reset(self.listener.samples)


def _print(
    listener: Listener, pieces: Iterator[Samples], rate_hz: int, *, live: bool, as_json: bool
) -> None:
    words = 0
    try:
        for piece in pieces:
            for heard in listener.feed(piece):
                words += 1
                _print_word(heard, rate_hz, as_json)
    except KeyboardInterrupt:
        if not live:
            raise
    finally:
        _say_end(listener, words, rate_hz)


def _say_end(listener: Listener, words: int, rate_hz: int) -> None:
    if listener.samples:
        seconds, shortest = listener.samples / rate_hz, listener.shortest / rate_hz
        short = f", too short for its window of {shortest:.2f} s" if seconds < shortest else ""
        talk(f"{words} word{'' if words == 1 else 's'} in {seconds:.1f} s of sound{short}")


def _print_word(heard: Detection, rate_hz: int, as_json: bool) -> None:
    ms = heard.time * 1000 // rate_hz
    if as_json:
        fields = {"time_s": ms / 1000, "samples": heard.time}
        print_document("stream", {**fields, "label": heard.name, "score": heard.score})
    else:  # the line that an exported program prints
        click.echo(f"{ms // 1000:3d}.{ms % 1000:03d} s  {heard.name}  (score {heard.score})")
    sys.stdout.flush()
