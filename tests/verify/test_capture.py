"""Features that a board wrote down are compared where they fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.small_network import recording

from edgekws.errors import AudioError
from edgekws.features import find_frontend
from edgekws.recipe import FrontendSpec
from edgekws.verify.capture import compare_capture

FRONTEND = find_frontend(FrontendSpec(bands=10))
SOUND = recording(16_000)
FEATURES = FRONTEND.reference(SOUND[np.newaxis])[0]


@pytest.fixture
def pcm(tmp_path: Path) -> Path:
    path = tmp_path / "board.raw"
    path.write_bytes(SOUND.astype("<i2").tobytes())
    return path


def dumped(folder: Path, values: np.ndarray) -> Path:
    path = folder / "board.bin"
    path.write_bytes(values.astype(np.int8).tobytes())
    return path


@pytest.mark.parametrize(("first", "last"), [(0, 49), (0, 1), (17, 40), (48, 49)])
def test_a_part_of_the_sound_is_found(pcm: Path, tmp_path: Path, first: int, last: int) -> None:
    found = compare_capture(FRONTEND, pcm, dumped(tmp_path, FEATURES[first:last]))
    assert (found.frames, found.first_frame, found.difference) == (last - first, first, None)


def test_one_wrong_bit_is_named(pcm: Path, tmp_path: Path) -> None:
    wrong = FEATURES[5:40].copy()
    wrong[7, 3] ^= 1
    found = compare_capture(FRONTEND, pcm, dumped(tmp_path, wrong))
    assert found.first_frame == 5
    assert found.difference is not None
    words = f"board.bin from frame 5 of {pcm}: element [7, 3] is {wrong[7, 3]} in the board, "
    assert words in found.difference
    assert "(1 of 350 values differ" in found.difference


def test_what_cannot_be_is_refused(pcm: Path, tmp_path: Path) -> None:
    (tmp_path / "half.bin").write_bytes(bytes(15))
    with pytest.raises(AudioError, match=r"half.bin: 15 bytes are not whole frames of 10 bands"):
        compare_capture(FRONTEND, pcm, tmp_path / "half.bin")
    (tmp_path / "long.bin").write_bytes(bytes(500))
    with pytest.raises(AudioError, match=r"long.bin: 50 frames, but .* long enough for 49 only"):
        compare_capture(FRONTEND, pcm, tmp_path / "long.bin")
    with pytest.raises(AudioError, match=r"no.bin: cannot read"):
        compare_capture(FRONTEND, pcm, tmp_path / "no.bin")
