"""Background recordings of the built-in set: noise of several colours, hum, and people talking."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from edgekws.audio import colors
from edgekws.audio.chance import generator
from edgekws.audio.espeak import Utterance
from edgekws.audio.noise import PARTS
from edgekws.audio.resample import to_16khz
from edgekws.audio.synth import SAMPLE_RATE_HZ
from edgekws.audio.voices import ACCENTS, speakers

_SAMPLES = 50 * SAMPLE_RATE_HZ
_LEVEL_DBFS = -26.0
_VOICES_AT_ONCE = 5
_NOISE = 0x71
_TALK = 0x72

_SENTENCES = (  # none of the words that a spotter of the built-in set listens for
    "the weather was quite pleasant when we walked along the river this morning",
    "she bought a dozen eggs, some bread and a bottle of milk at the market",
    "nobody remembered where the old photographs had been put",
    "after dinner they played cards and talked about their holidays",
    "the train to the coast leaves every twenty minutes from platform two",
    "my brother is learning to play the piano, much to the neighbours' delight",
    "please send me the report before the meeting on thursday",
    "children were laughing in the garden behind the library",
)


def talk() -> tuple[Utterance, ...]:
    """Sentences for the recording of people talking; see `babble`."""
    return tuple(utterance for _, utterance in _conversations())


def babble(spoken: Iterator[NDArray[np.int16]]) -> NDArray[np.int16]:
    """People talking at the same time: int16 [samples].

    Each partition's part of the recording holds speakers of that partition only.

    Parameters
    ----------
    spoken
        The samples of `talk`, in its order; no more are taken.
    """
    streams: dict[tuple[str, int], list[NDArray[np.int16]]] = {}
    for (stream, _), samples in zip(_conversations(), spoken, strict=False):
        streams.setdefault(stream, []).append(to_16khz(samples))
    parts = []
    for partition, length in _lengths().items():
        total = np.zeros(length, dtype=np.int64)
        for voice in range(_VOICES_AT_ONCE):
            total += np.resize(np.concatenate(streams[partition, voice]), length)
        parts.append(colors.at_level(total, _LEVEL_DBFS))
    return np.concatenate(parts)


def noises(seed: int) -> Mapping[str, NDArray[np.int16]]:
    """Recordings that need no voice, by name: int16 [samples] each."""
    makers: dict[str, Callable[[np.random.Generator, int], NDArray[np.int64]]] = {
        "white_noise": colors.white,
        "pink_noise": colors.pink,
        "brown_noise": colors.brown,
        "mains_hum": partial(colors.hum, sample_rate_hz=SAMPLE_RATE_HZ),
    }
    return {
        name: colors.at_level(make(generator(seed, _NOISE, number), _SAMPLES), _LEVEL_DBFS)
        for number, (name, make) in enumerate(makers.items())
    }


def _lengths() -> dict[str, int]:
    return {
        name: int(last * _SAMPLES) - int(first * _SAMPLES) for name, (first, last) in PARTS.items()
    }


def _conversations() -> list[tuple[tuple[str, int], Utterance]]:
    found = []
    for number, (partition, length) in enumerate(_lengths().items()):
        people = speakers(partition)
        for voice in range(_VOICES_AT_ONCE):
            rng = generator(0, _TALK, number, voice)
            for _ in range(1 + length // (4 * SAMPLE_RATE_HZ)):  # a sentence takes some 4 s
                name = f"{rng.choice(ACCENTS)}+{rng.choice(people)}"
                text = str(rng.choice(_SENTENCES))
                found.append(
                    ((partition, voice), Utterance(text, name, int(rng.integers(140, 190))))
                )
    return found
