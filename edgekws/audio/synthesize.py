"""Words by text to speech in many voices, as folders that training and checking understand."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekws.audio import backgrounds
from edgekws.audio.builtin import STRETCH, TEMPORARY, sweep
from edgekws.audio.chance import generator
from edgekws.audio.espeak import RATE_HZ, Utterance, speak
from edgekws.audio.noise import cut
from edgekws.audio.split import PARTITIONS
from edgekws.audio.synth import CLIP_SAMPLES, SAMPLE_RATE_HZ, trimmed, word_clip
from edgekws.audio.voices import ACCENTS, SPEAKERS, partition_of_speaker, speakers
from edgekws.audio.write import wav_bytes
from edgekws.errors import EdgekwsError, UsageError
from edgekws.recipe import refuse_word

_UTTERANCE = 0xA1
_CLIP = 0xA2
_LONGEST = RATE_HZ * CLIP_SAMPLES // SAMPLE_RATE_HZ  # samples of espeak-ng in a clip


@dataclass(frozen=True)
class Synthesized:
    """What was made."""

    folder: Path
    words: tuple[str, ...]
    speakers: tuple[str, ...]
    clips: int
    cut: int  # clips whose words are longer than a clip


@dataclass(frozen=True)
class _Cast:
    """Who speaks, how often, in which languages."""

    speakers: tuple[str, ...]
    takes: int
    languages: tuple[str, ...]
    seed: int


def synthesize(
    words: Sequence[str],
    folder: Path,
    *,
    voices: int = 20,
    takes: int = 1,
    languages: Sequence[str] = ACCENTS,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Synthesized:
    """Write ``folder/WORD/SPEAKER_nohash_TAKE.wav``, each a clip of 1 s at 16 kHz.

    A word's bytes depend on the word and the other arguments, not on the words beside it. Each
    word's folder appears whole or not at all.

    Parameters
    ----------
    words
        What to say; ``_`` is said as a space.
    folder
        Where the words' folders go; it may hold other words.
    voices
        Speakers, 1 to 87. From three on, each partition gets some.
    takes
        Clips of each word by each speaker.
    languages
        Languages or accents of espeak-ng to draw from.
    seed
        Decides who speaks, how, in which room and noise.
    progress
        Called with the number of clips made and of all clips.

    Raises
    ------
    UsageError
        A word cannot be a folder's name, repeats, or has a folder there already; or a number or the
        languages cannot be.
    ToolMissing
        espeak-ng is not installed.
    EdgekwsError
        espeak-ng does not know a language, or the folder cannot be written.
    """
    _refuse(words, folder, voices, takes, languages)
    cast = _Cast(choose_speakers(voices, seed), takes, tuple(languages), seed)
    total, made, too_long = len(words) * voices * takes, 0, 0
    try:
        with _workplace(folder) as temporary:
            for word in words:
                (temporary / word).mkdir()
                for name, clip, longer in _clips(word, cast):
                    (temporary / word / name).write_bytes(wav_bytes(clip, SAMPLE_RATE_HZ))
                    made, too_long = made + 1, too_long + longer
                    if progress:
                        progress(made, total)
            for word in words:
                (temporary / word).rename(folder / word)
    except OSError as exc:
        raise EdgekwsError(f"{folder}: cannot write: {exc.strerror or exc}") from exc
    return Synthesized(folder, tuple(words), cast.speakers, made, too_long)


@contextlib.contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """Hidden folder inside ``folder``, which is made, and unmade when nothing came into it."""
    fresh = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        sweep(folder)
        with tempfile.TemporaryDirectory(dir=folder, prefix=TEMPORARY) as temporary:
            yield Path(temporary)
    finally:
        if fresh and not any(folder.iterdir()):
            folder.rmdir()


def choose_speakers(voices: int, seed: int) -> tuple[str, ...]:
    """Speakers drawn by ``seed``: one of each partition first, then in proportion."""
    order = {
        speaker: (rank > 0, (rank + 0.5) / len(speakers(partition)), speaker)
        for partition in PARTITIONS
        for rank, speaker in enumerate(sorted(speakers(partition), key=lambda s: _chance(seed, s)))
    }
    return tuple(sorted(order, key=order.__getitem__)[:voices])


def _refuse(
    words: Sequence[str], folder: Path, voices: int, takes: int, languages: Sequence[str]
) -> None:
    if not words:
        raise UsageError("nothing to say: give at least one word")
    if not 1 <= voices <= len(SPEAKERS):
        raise UsageError(f"voices must be 1 to {len(SPEAKERS)}, got {voices}")
    if takes < 1 or not languages:
        raise UsageError("takes must be 1 or more, and there must be a language")
    for word in words:
        try:
            refuse_word(word)
        except ValueError as exc:
            raise UsageError(str(exc)) from exc
        if words.count(word) > 1:
            raise UsageError(f"word '{word}' must not repeat")
        if (folder / word).exists():
            raise UsageError(f"{folder / word} exists already; remove it or choose another --out")


def _clips(word: str, cast: _Cast) -> Iterator[tuple[str, NDArray[np.int16], bool]]:
    """Yield file name, samples, and whether the word is longer than the clip."""
    key = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    recordings = list(backgrounds.noises(cast.seed).values())
    noise = {name: cut(recordings, name) for name in PARTITIONS}
    plan = [
        (speaker, take, (key, SPEAKERS.index(speaker), take))
        for speaker in cast.speakers
        for take in range(cast.takes)
    ]
    utterances = [
        _utterance(word, speaker, cast.languages, generator(cast.seed, _UTTERANCE, *place))
        for speaker, _, place in plan
    ]
    for (speaker, take, place), samples in zip(plan, speak(utterances), strict=True):
        if not samples.any():
            raise EdgekwsError(f"'{word}': espeak-ng says nothing; spell it as it is spoken")
        partition = partition_of_speaker(speaker)
        rng = generator(cast.seed, _CLIP, *place)
        clip = word_clip(samples, noise[partition], STRETCH[partition], rng)
        yield f"{speaker}_nohash_{take}.wav", clip, len(trimmed(samples)) > _LONGEST


def _utterance(
    word: str, speaker: str, languages: Sequence[str], rng: np.random.Generator
) -> Utterance:
    language = languages[int(rng.integers(len(languages)))]
    return Utterance(
        word.replace("_", " "),
        f"{language}+{speaker}",
        words_per_minute=int(rng.integers(120, 211)),
        pitch=int(rng.integers(30, 71)),
        pitch_range=int(rng.integers(30, 71)),
    )


def _chance(seed: int, speaker: str) -> bytes:
    return hashlib.sha256(f"edgekws voice {seed} {speaker}".encode()).digest()
