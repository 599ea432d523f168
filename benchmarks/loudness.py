"""What int8 networks hear of speech that is louder or quieter than its recordings.

    python benchmarks/loudness.py RUN...

RUN is the folder of a quantized run with silence and unknown words. All its validation and test
clips are played at each level, as int16 with saturation: the recall of its words, and of
``_unknown_``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from unheard_noise import answers

from edgekws.audio.dataset import open_dataset
from edgekws.audio.index import FIRST_WORD, UNKNOWN_LABEL
from edgekws.run import Run

LEVELS_DB = (12, 6, 0, -6, -12, -18, -24, -30)
INT16 = np.iinfo(np.int16)


def at_level(samples: NDArray[np.int16], level_db: float) -> NDArray[np.int16]:
    """Play samples louder, or quieter by a negative level, as a converter would give them."""
    scaled = np.rint(samples * 10 ** (level_db / 20))
    return np.clip(scaled, INT16.min, INT16.max).astype(np.int16)


def recalls(run: Run) -> list[tuple[float, float]]:
    """At each level the recall of all clips of words, and of those of ``_unknown_``."""
    dataset = open_dataset(run.recipe)
    parts = [dataset.clips(partition) for partition in ("validation", "testing")]
    labels = np.concatenate([part.labels for part in parts])
    samples = np.concatenate([part.samples for part in parts])
    rows = [answers(run, at_level(samples, level)) == labels for level in LEVELS_DB]
    words, unknown = labels >= FIRST_WORD, labels == UNKNOWN_LABEL
    return [(float(right[words].mean()), float(right[unknown].mean())) for right in rows]


def main() -> None:
    """Print a row for each run."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    heads = [f"{level} dB" for level in LEVELS_DB]
    print("| network | " + " | ".join(heads) + " |\n|" + " --- |" * (len(heads) + 1))
    for folder in sys.argv[1:]:
        run = Run(Path(folder))
        cells = " | ".join(
            f"{100 * words:.1f}, {100 * unknown:.1f} %" for words, unknown in recalls(run)
        )
        print(f"| `{run.recipe.architecture}` | {cells} |", flush=True)


if __name__ == "__main__":
    main()
