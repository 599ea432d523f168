"""How many times faster than sound ``edgekws stream`` is on one core, and its memory.

    python benchmarks/streaming.py [RUN FOLDER] [--minutes 30]

Without a folder it takes the ``ds_cnn_stream`` that `make results` left. Half a minute and a long
recording of noise are heard by the command itself, in a process of its own each; the difference
leaves its start out. Seconds are those that the one core worked for the command, so that others on
the machine count little.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / "build" / "results" / "runs" / "ds_cnn_stream-1"
EDGEKWS = Path(sys.executable).with_name("edgekws")
RATE_HZ = 16_000
SHORT_S = 30
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def main() -> None:
    """Print seconds of sound per second, and the peak memory of both recordings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, nargs="?", default=RUN)
    parser.add_argument("--minutes", type=int, default=30, help="length of the long recording")
    arguments = parser.parse_args()
    if not (arguments.run / "recipe.toml").exists():
        print(f"{arguments.run}: no run there, nothing measured; `make results` trains one")
        return
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        lengths = (SHORT_S, 60 * arguments.minutes)
        files = [noise(Path(folder) / f"{seconds}.wav", seconds) for seconds in lengths]
        listen(arguments.run, files[0])  # compiles the frontend, once on a machine
        (short_s, short_kib), (long_s, long_kib) = (listen(arguments.run, each) for each in files)
    real = (lengths[1] - lengths[0]) / (long_s - short_s)
    print(f"edgekws stream {arguments.run.name}: {real:,.0f} times as fast as sound on one core")
    print(f"  with its start of about {short_s:.1f} s: {lengths[1] / long_s:,.0f} times")
    print(f"  peak memory {short_kib:,} KiB on {SHORT_S} s, {long_kib:,} KiB on {lengths[1]} s")


def noise(path: Path, seconds: int) -> Path:
    """Write noise whose loudness changes every second."""
    random = np.random.default_rng(1)
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        for _ in range(seconds):
            loudness = 10 ** random.uniform(1, 4)
            sound.writeframes(
                np.clip(random.normal(0, loudness, RATE_HZ), -32768, 32767).astype("<i2").tobytes()
            )
    return path


def listen(run: Path, path: Path) -> tuple[float, int]:
    """Seconds that a core works for the command, and the most memory in KiB of any so far."""
    environment = {**os.environ, **dict.fromkeys(ONE_THREAD, "1")}
    command = [EDGEKWS, "stream", str(run), str(path)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, after.ru_maxrss


if __name__ == "__main__":
    main()
