"""Coverage-guided fuzzing of what reads files from elsewhere, the same runs each time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support import tools
from support.many_ops import many_ops
from support.scrambled import scrambled
from support.small_model import small_model

from edgekws.audio.write import wav_bytes

TARGETS = Path(__file__).with_name("targets.py")
LIMITS = ("-seed=1", "-rss_limit_mb=1024", "-timeout=5", "-max_total_time=60")
# A program begins with the peak of memory of the process that started it, here one that ran other
# tests, and libFuzzer takes that for its own. A shell between the two has a small one.
SHELL = ("sh", "-c", '"$@"; exit $?', "sh")
RUNS = {"sounds": 40_000, "models": 10_000}


def corpus(kind: str, folder: Path) -> Path:
    """Sound files from which the mutations begin."""
    import numpy as np

    folder.mkdir()
    sound = wav_bytes(np.arange(64, dtype=np.int16), 16_000)
    remembering = [many_ops(remembers=True), scrambled(size=8)]
    seeds = [sound] if kind == "sounds" else [small_model(), *remembering]
    for number, seed in enumerate(seeds):
        (folder / f"seed{number}").write_bytes(seed)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("kind", RUNS)
def test_only_documented_errors(kind: str, tmp_path: Path) -> None:
    tools.require_package("atheris")
    command = [*SHELL, sys.executable, str(TARGETS), kind, str(corpus(kind, tmp_path / "corpus"))]
    command += [*LIMITS, f"-runs={RUNS[kind]}", "-max_len=16384", f"-artifact_prefix={tmp_path}/"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done " in done.stderr, done.stderr[-1000:]
