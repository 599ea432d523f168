"""What int8 networks answer to noise that they never heard: the share that is not taken for words.

    python benchmarks/unheard_noise.py RUN...

RUN is the folder of a quantized run with silence and unknown words, of 16 kHz. Every kind of noise
comes as 144 clips of a second, from -80 to -14 dB of full scale. ``spectrum`` is noise whose
loudness over frequency is drawn at random, up to 40 dB from one place to another.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekws.audio import colors
from edgekws.audio.index import FIRST_WORD
from edgekws.codegen.spotter import Keywords
from edgekws.run import Run
from edgekws.verify.run_subject import open_keywords
from edgekws.verify.sweep import scores

RATE_HZ = 16_000
SAMPLES = RATE_HZ  # of each clip
LEVELS_DBFS = range(-80, -8, 6)
CLIPS = 12  # of each level
SEED = 5
EDGES = 8  # points that a spectrum goes through
MOST_DB = 20.0

Make = Callable[[np.random.Generator, int], NDArray[np.int64]]


def of_a_spectrum(rng: np.random.Generator, samples: int) -> NDArray[np.int64]:
    """White noise with a loudness over frequency that is drawn at random."""
    spectrum = np.fft.rfft(rng.standard_normal(samples))
    places = np.linspace(0, 1, len(spectrum))
    gain_db = np.interp(places, np.linspace(0, 1, EDGES), rng.uniform(-MOST_DB, MOST_DB, EDGES))
    shaped = np.fft.irfft(spectrum * 10 ** (gain_db / 20), samples)
    return np.rint(shaped * 1000).astype(np.int64)


KINDS: dict[str, Make] = {
    "white": colors.white,
    "pink": colors.pink,
    "brown": colors.brown,
    "hum": partial(colors.hum, sample_rate_hz=RATE_HZ),
    "spectrum": of_a_spectrum,
}


def no_word(keywords: Keywords, noise: NDArray[np.int16]) -> float:
    """Share of clips, int16 [clips, samples], that are no word to the int8 network."""
    return float(np.mean(scores(keywords, noise).argmax(axis=1) < FIRST_WORD))


def main() -> None:
    """Print a row for each run."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    rng = np.random.default_rng(SEED)
    noises = {
        kind: np.stack(
            [
                colors.at_level(make(rng, SAMPLES), level)
                for level in LEVELS_DBFS
                for _ in range(CLIPS)
            ]
        )
        for kind, make in KINDS.items()
    }
    print("| network | " + " | ".join(KINDS) + " |\n|" + " --- |" * (len(KINDS) + 1))
    for folder in sys.argv[1:]:
        run = Run(Path(folder))
        keywords = open_keywords(run)
        shares = " | ".join(f"{100 * no_word(keywords, noise):.0f} %" for noise in noises.values())
        print(f"| `{run.recipe.architecture}` | {shares} |", flush=True)


if __name__ == "__main__":
    main()
