"""Features that a board wrote down, against those of the samples it heard."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from edgekws.audio.pcm import read_sound
from edgekws.audio.read import read_bytes
from edgekws.errors import AudioError
from edgekws.features import Frontend
from edgekws.features.whole import whole_features
from edgekws.verify.compare import first_difference

Features = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Capture:
    """How a dump of features compares; ``difference`` is None when all of it is equal."""

    pcm: str
    features: str
    frames: int
    first_frame: int  # of the sound: where the dump begins, or differs least
    difference: str | None


def compare_capture(frontend: Frontend, pcm: Path, dump: Path) -> Capture:
    """Compare a file of int8 features, frame by frame, with the features of a sound.

    The board may have begun to write at any frame of the sound, so the dump is laid where it
    differs least.

    Parameters
    ----------
    pcm
        16-bit samples without a header (``.raw``, ``.pcm``), or a sound file.
    dump
        int8 [frames, bands], nothing else.

    Raises
    ------
    AudioError
        A file cannot be used, or the dump has half a frame or more frames than the sound.
    """
    bands = frontend.spec.bands
    computed = whole_features(frontend, read_sound(pcm, frontend.spec.sample_rate_hz))
    data = read_bytes(dump)
    if len(data) % bands:
        raise AudioError(
            f"{dump}: {len(data)} bytes are not whole frames of {bands} bands; "
            "write one byte per band"
        )
    found = np.frombuffer(data, np.int8).reshape(-1, bands)
    if len(found) > len(computed):
        raise AudioError(
            f"{dump}: {len(found)} frames, but {pcm} is long enough for {len(computed)} only; "
            "capture both together"
        )
    start = _best_start(computed, found)
    expected = computed[start : start + len(found)]
    difference = first_difference(
        expected[np.newaxis], found[np.newaxis], (f"{dump} from frame {start} of {pcm}",),
        engine="the board",
    )  # fmt: skip
    return Capture(str(pcm), str(dump), len(found), start, difference)


def _best_start(computed: Features, found: Features) -> int:
    """The first frame of ``computed`` from which on the fewest values differ from ``found``."""
    starts = range(len(computed) - len(found) + 1)
    wrong = [int((computed[start : start + len(found)] != found).sum()) for start in starts]
    return int(np.argmin(wrong))
