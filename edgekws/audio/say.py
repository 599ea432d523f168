"""A WAV of several words to try a spotter on, in a voice that training never heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekws.audio import colors
from edgekws.audio.augment import mixed
from edgekws.audio.chance import generator
from edgekws.audio.espeak import Utterance, speak
from edgekws.audio.resample import to_16khz
from edgekws.audio.synth import SAMPLE_RATE_HZ, trimmed
from edgekws.audio.voices import SPEAKERS
from edgekws.audio.write import wav_bytes
from edgekws.errors import UsageError
from edgekws.files import write_bytes

SPEAKER = "m5"  # a clear voice of the testing partition

_SAY = 0x91
_ACCENT = "en-us"
_SPEECH_DBFS = -22.0
_NOISE_DBFS = -52.0
_PAUSE_MS = (1_000, 1_400)  # also before the first word and after the last
_PER_MS = SAMPLE_RATE_HZ // 1000


@dataclass(frozen=True)
class Spoken:
    """A word and when it is heard, from the beginning of the recording."""

    word: str
    start_ms: int
    end_ms: int


def say(
    words: Sequence[str], path: Path, *, seed: int = 1, speaker: str = SPEAKER
) -> tuple[Spoken, ...]:
    """Write a 16 kHz WAV of ``words`` with pauses between them and light noise under them.

    Parameters
    ----------
    words
        What to say, in this order.
    path
        The file to write.
    seed
        Decides the pauses and the noise; the same seed gives the same bytes.
    speaker
        One of `edgekws.audio.voices.SPEAKERS`.

    Returns
    -------
    tuple of Spoken
        Where each word is.

    Raises
    ------
    UsageError
        There is no word, or no such speaker.
    ToolMissing
        espeak-ng is not installed.
    """
    if not words:
        raise UsageError("nothing to say: give at least one word")
    if speaker not in SPEAKERS:
        raise UsageError(f"speaker {speaker!r}: known are {', '.join(SPEAKERS)}")
    rng = generator(seed, _SAY)
    voice = f"{_ACCENT}+{speaker}"
    pieces: list[NDArray[np.int16]] = []
    heard: list[Spoken] = []
    at = 0
    for word, samples in zip(words, speak([Utterance(w, voice) for w in words]), strict=True):
        pause = int(rng.integers(*_PAUSE_MS)) * _PER_MS
        voiced = colors.at_level(trimmed(to_16khz(samples)), _SPEECH_DBFS)
        pieces += [np.zeros(pause, dtype=np.int16), voiced]
        heard.append(Spoken(word, (at + pause) // _PER_MS, (at + pause + len(voiced)) // _PER_MS))
        at += pause + len(voiced)
    pieces.append(np.zeros(_PAUSE_MS[1] * _PER_MS, dtype=np.int16))
    recording = np.concatenate(pieces)
    noise = colors.at_level(colors.pink(rng, len(recording)), _NOISE_DBFS)
    write_bytes(path, wav_bytes(mixed(recording, noise, 2**15), SAMPLE_RATE_HZ))
    return tuple(heard)
