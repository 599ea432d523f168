"""The built-in set: eight words and some others by text to speech, in Speech Commands layout."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekws.audio import backgrounds
from edgekws.audio.chance import generator
from edgekws.audio.espeak import Utterance, speak
from edgekws.audio.noise import Noise, cut
from edgekws.audio.scan import NOISE_FOLDER
from edgekws.audio.split import PARTITIONS, TESTING, TRAINING, VALIDATION
from edgekws.audio.synth import SAMPLE_RATE_HZ, word_clip
from edgekws.audio.voices import ACCENTS, speakers
from edgekws.audio.write import wav_bytes
from edgekws.errors import EdgekwsError, ToolMissing

WORDS = ("yes", "no", "up", "down", "left", "right", "stop", "go")

# Other words. Validation and testing hold some that training never heard.
_EVERYWHERE = ("bird", "cat", "house", "seven", "three", "follow", "night", "window")
_TRAINING_ONLY = ("bed", "happy", "marvin", "tree", "six", "low", "cup", "lift")
_HELD_OUT = ("dog", "nine", "five", "zero", "sheila", "town", "top", "coffee")

# How often a speaker says each word, and how many other words: there are few speakers in
# validation and testing, and their clips must be enough to see a loss of a point.
_TAKES = {TRAINING: 8, VALIDATION: 10, TESTING: 12}
_OTHERS = {TRAINING: 16, VALIDATION: 20, TESTING: 24}

# Octaves by which a voice is made smaller or larger: few voices of training sound like many.
STRETCH = {TRAINING: 0.25, VALIDATION: 0.05, TESTING: 0.05}

_VERSION = 1  # of the recipe of the set: raise it when any clip changes
_SEED = 1
TEMPORARY = ".making-"
_STALE_SECONDS = 3600
_VOICE = 0x81
_CLIP = 0x82


@dataclass(frozen=True)
class _Planned:
    """One clip to be."""

    name: str
    partition: str
    utterance: Utterance


def builtin_dataset(cache: Path, progress: Callable[[str], None]) -> Path:
    """Return the folder of the built-in set; it is made when ``cache`` does not hold it yet.

    The folder appears whole or not at all. espeak-ng of one version gives the same bytes each time.

    Raises
    ------
    ToolMissing
        espeak-ng is not installed.
    EdgekwsError
        The cache cannot be written.
    """
    try:
        engine = version("espeakng-loader")
    except PackageNotFoundError as exc:
        raise ToolMissing(
            "the built-in set is made by espeak-ng; run `pip install edgekws[synth]` "
            "or give a folder of your own (--data)"
        ) from exc
    folder = cache / "builtin" / f"set{_VERSION}-seed{_SEED}-espeakng{engine}"
    if folder.is_dir():
        progress(f"using the built-in set: {folder}")
        return folder
    progress(f"making the built-in set by text to speech: {folder}")
    try:
        _make(folder)
    except OSError as exc:
        raise EdgekwsError(f"{folder}: cannot write: {exc.strerror or exc}") from exc
    return folder


def _make(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    sweep(folder.parent)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=TEMPORARY) as temporary:
        whole = Path(temporary) / folder.name
        for name, samples in _sounds():
            path = whole / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(wav_bytes(samples, SAMPLE_RATE_HZ))
        try:
            whole.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster, and its set is the same
                raise


def sweep(folder: Path, prefix: str = TEMPORARY) -> None:
    """Remove what a killed process left behind."""
    for path in folder.iterdir():
        if not path.name.startswith(prefix):
            continue
        with contextlib.suppress(FileNotFoundError):  # it was not left behind after all
            if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def _sounds() -> Iterator[tuple[str, NDArray[np.int16]]]:
    """Yield all files of the set: name and samples."""
    plan = _plan()
    talk = backgrounds.talk()
    spoken = speak([*talk, *(planned.utterance for planned in plan)])
    recordings = dict(backgrounds.noises(_SEED))
    recordings["people_talking"] = backgrounds.babble(spoken)
    for name, samples in recordings.items():
        yield f"{NOISE_FOLDER}/{name}.wav", samples
    background: dict[str, Noise] = {p: cut(list(recordings.values()), p) for p in PARTITIONS}
    for number, (planned, samples) in enumerate(zip(plan, spoken, strict=True)):
        rng = generator(_SEED, _CLIP, number)
        yield (
            planned.name,
            word_clip(samples, background[planned.partition], STRETCH[planned.partition], rng),
        )


def _plan() -> list[_Planned]:
    plan = []
    for partition in PARTITIONS:
        others = _EVERYWHERE + (_TRAINING_ONLY if partition == TRAINING else _HELD_OUT)
        for person, speaker in enumerate(speakers(partition)):
            said = [word for word in WORDS for _ in range(_TAKES[partition])]
            first = person * _OTHERS[partition]
            said += [others[(first + n) % len(others)] for n in range(_OTHERS[partition])]
            plan += _takes(partition, speaker, said)
    return plan


def _takes(partition: str, speaker: str, said: list[str]) -> list[_Planned]:
    rng = generator(_SEED, _VOICE, PARTITIONS.index(partition), speakers(partition).index(speaker))
    takes: dict[str, int] = {}
    planned = []
    for word in said:
        number = takes[word] = takes.get(word, -1) + 1
        utterance = Utterance(
            word,
            f"{rng.choice(ACCENTS)}+{speaker}",
            words_per_minute=int(rng.integers(120, 211)),
            pitch=int(rng.integers(30, 71)),
            pitch_range=int(rng.integers(30, 71)),
        )
        name = f"{word}/{speaker}_nohash_{number}.wav"
        planned.append(_Planned(name, partition, utterance))
    return planned
