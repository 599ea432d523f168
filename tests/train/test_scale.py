"""The memory of a training does not follow the size of its set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from edgekws.audio.write import wav_bytes

SCRIPT = """
import resource, sys
from pathlib import Path
from edgekws import run as runs
from edgekws.train import train
from edgekws.train.plan import Wishes, plan

peaks = []
for name in sys.argv[1:]:  # the first of them warms TensorFlow up
    wishes = Wishes(data=Path(name), clip_ms=500, steps=(20,), learning_rates=(0.001,))
    train(runs.create(plan("tiny_conv", wishes), name))
    peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
print(peaks[1] - peaks[0])
"""


def clips(folder: Path, count: int) -> None:
    """So many clips of 1 ms, half a second each when decoded, of speakers of their own."""
    blob = wav_bytes(np.full(16, 1000, np.int16), 16_000)
    for word in ("yes", "no"):
        (folder / word).mkdir(parents=True)
        for number in range(count // 2):
            (folder / word / f"{number:08x}_nohash_0.wav").write_bytes(blob)


@pytest.mark.slow
@pytest.mark.tensorflow
def test_memory_does_not_grow_with_the_set(tmp_path: Path) -> None:
    clips(tmp_path / "small", 400)
    clips(tmp_path / "large", 8000)  # 128 MB when decoded
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, "small", "large"],
        cwd=tmp_path,
        env={**os.environ, "EDGEKWS_CACHE_DIR": str(tmp_path / "cache")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(done.stdout) < 70  # MiB; usual are 30, most of them a second network
