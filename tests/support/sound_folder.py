"""Small folders in Speech Commands layout, made by the tests that need them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

RATE_HZ = 16_000


def tone(number: int, samples: int = RATE_HZ) -> np.ndarray:
    """A clip that no other number gives: int16 [samples]."""
    time = np.arange(samples)
    return np.rint(8000 * np.sin(time * (0.01 + 0.003 * number))).astype(np.int16)


def write_sound(path: Path, samples: np.ndarray, rate_hz: int = RATE_HZ, **kind: str) -> Path:
    """Write a sound file, 16-bit unless ``subtype`` says otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kind.setdefault("subtype", "VORBIS" if path.suffix == ".ogg" else "PCM_16")
    soundfile.write(path, samples, rate_hz, **kind)
    return path


def make_folder(
    folder: Path, words: dict[str, int], *, noise_seconds: float = 0, speakers: int = 40
) -> Path:
    """Write ``words[word]`` clips of each word, said by ``speakers`` speakers in turn."""
    number = 0
    for word, count in words.items():
        for clip in range(count):
            name = f"{clip % speakers:08x}_nohash_{clip // speakers}.wav"
            write_sound(folder / word / name, tone(number))
            number += 1
    rng = np.random.default_rng(0)
    for name in ("fan", "street") if noise_seconds else ():
        noise = rng.integers(-3000, 3000, int(noise_seconds * RATE_HZ)).astype(np.int16)
        write_sound(folder / "_background_noise_" / f"{name}.wav", noise)
    return folder
