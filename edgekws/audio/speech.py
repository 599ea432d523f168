"""Clips that espeak-ng says for training: the words of a recipe, and as many of other words.

A network that heard synthetic voices only as other words would learn to know the voice. So half of
the clips are the words themselves, in the same voices, rooms and noise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekws.audio import backgrounds
from edgekws.audio.builtin import STRETCH
from edgekws.audio.chance import generator
from edgekws.audio.espeak import Utterance, speak
from edgekws.audio.index import FIRST_WORD, UNKNOWN_LABEL
from edgekws.audio.lexicon import other_words
from edgekws.audio.noise import cut
from edgekws.audio.read import decode, fit
from edgekws.audio.split import TRAINING
from edgekws.audio.store import Rows, open_made
from edgekws.audio.synth import SAMPLE_RATE_HZ, word_clip
from edgekws.audio.voices import ACCENTS, speakers
from edgekws.audio.write import wav_bytes
from edgekws.errors import EdgekwsError, ToolMissing
from edgekws.recipe import AudioSpec

CLIPS = 6_000  # the words first, then as many of other words

_VERSION = 1  # of the set: raise it when any clip changes
_SEED = 1  # the set is one for all trainings of the same words; which clip comes is theirs
_VOICE = 0xB1
_CLIP = 0xB2
_ORDER = 0xB3


@dataclass(frozen=True)
class Speech:
    """The clips, decoded."""

    clips: Rows
    words: int  # labels that are words
    fingerprint: str  # SHA-256 of the samples

    def choose(self, place: float) -> tuple[NDArray[np.int16], int]:
        """Samples int16 [samples] and label of the clip at ``place``, 0..1 of all of them."""
        row = int(place * len(self.clips))
        return self.clips.read(row, row + 1)[0], self.label(row)

    def label(self, row: int) -> int:
        """Label of a clip: its word, or unknown in the second half."""
        return FIRST_WORD + row % self.words if row < len(self.clips) // 2 else UNKNOWN_LABEL


def open_speech(
    words: Sequence[str],
    recorded: Sequence[str],
    audio: AudioSpec,
    progress: Callable[[str], None],
    count: int = CLIPS,
) -> Speech:
    """Open the clips for these words, making them first when the cache does not hold them.

    ``recorded`` are the other words that there are clips of.

    Raises
    ------
    ToolMissing
        espeak-ng is not installed.
    EdgekwsError
        espeak-ng cannot say a word, or the cache cannot be written.
    """
    try:
        engine = version("espeakng-loader")
    except PackageNotFoundError as exc:
        raise ToolMissing(
            "augment.spoken in the recipe needs espeak-ng; run `pip install edgekws[synth]`, "
            "or set it to 0"
        ) from exc
    store = open_made(
        ["speech", _VERSION, _SEED, engine, list(words), list(recorded), asdict(audio), count],
        lambda: _clips(said(words, recorded, count), audio),
        progress,
        f"making {count} clips of the words and of other words by text to speech",
    )
    return Speech(store.clips, len(words), store.fingerprint)


def said(words: Sequence[str], recorded: Sequence[str] = (), count: int = CLIPS) -> list[str]:
    """Text of each clip: the words in turn, then common ones, near misses and recorded ones."""
    kinds = [kind for kind in other_words(words, recorded) if kind]
    order = generator(_SEED, _ORDER)
    shuffled = [[kind[at] for at in order.permutation(len(kind))] for kind in kinds]
    own = [word.replace("_", " ") for word in words]
    spoken = [own[n % len(own)] for n in range(count // 2)]
    for number in range(count - len(spoken)):
        turn, which = divmod(number, len(kinds))
        spoken.append(shuffled[which][turn % len(shuffled[which])])
    return spoken


def _clips(texts: Sequence[str], audio: AudioSpec) -> Iterator[NDArray[np.int16]]:
    """Yield each text as a clip, int16 [samples], in a voice and a room drawn for it."""
    noise = cut(list(backgrounds.noises(_SEED).values()), TRAINING)
    utterances = [_utterance(text, generator(_SEED, _VOICE, n)) for n, text in enumerate(texts)]
    for number, (text, samples) in enumerate(zip(texts, speak(utterances), strict=True)):
        if not samples.any():
            raise EdgekwsError(
                f"'{text}': espeak-ng says nothing; leave augment.spoken out of the recipe"
            )
        clip = word_clip(samples, noise, STRETCH[TRAINING], generator(_SEED, _CLIP, number))
        yield fit(_at_rate(clip, audio.sample_rate_hz), audio.clip_samples)


def _at_rate(clip: NDArray[np.int16], rate_hz: int) -> NDArray[np.int16]:
    if rate_hz == SAMPLE_RATE_HZ:
        return clip
    return decode(wav_bytes(clip, SAMPLE_RATE_HZ), Path("spoken.wav"), rate_hz, resample=True)


def _utterance(text: str, rng: np.random.Generator) -> Utterance:
    voices = speakers(TRAINING)  # those of the other partitions stay unheard
    accent, speaker = (kind[int(rng.integers(len(kind)))] for kind in (ACCENTS, voices))
    return Utterance(
        text,
        f"{accent}+{speaker}",
        words_per_minute=int(rng.integers(110, 221)),
        pitch=int(rng.integers(20, 81)),
        pitch_range=int(rng.integers(20, 81)),
    )
