"""Time of one inference on this machine: the exported C against the tflite-micro wheel.

Both run on one core, in turns, in one run, on the same inputs: only the ratio counts. Times are
those that the core worked for them, so that others on the machine count little. The C is compiled
with ``-O3`` and no option for this very processor; the wheel is as it was installed.

    python benchmarks/host_speed.py MODEL.tflite|RUNS_FOLDER ... [--rounds 15]
"""

from __future__ import annotations

import argparse
import ctypes
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from exported import networks, write_c
from numpy.typing import NDArray

from edgekws.firmware.toolchain import host_compiler
from edgekws.graph import read_model
from edgekws.kernel import Body

Scores = NDArray[np.int8]
Run = Callable[[NDArray[np.int8]], Scores]
LOOP = """#include <stdalign.h>
#include "kws_model.h"
static alignas(16) uint8_t arena[KWS_MODEL_ARENA_BYTES];
int run(const int8_t *features, int8_t *scores);
int run(const int8_t *features, int8_t *scores)
{
    return (int)kws_model_run(arena, features, scores);
}
"""


def main() -> None:
    """Print the time of both and how many times faster the exported C is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", help=".tflite files, or folders with trained runs")
    parser.add_argument("--rounds", type=int, default=15, help="the fastest one counts")
    parser.add_argument("--body", choices=[body.value for body in Body], default="neon")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(f"{'network':24} {'wheel, ms':>10} {'C, ms':>10} {'ratio':>7}")
    for name, model in networks(arguments.models):
        slow, fast = (1000 * s for s in seconds(model, Body(arguments.body), arguments.rounds))
        print(f"{name:24} {slow:10.3f} {fast:10.3f} {slow / fast:7.1f}")


def seconds(model: bytes, body: Body = Body.NEON, rounds: int = 15) -> tuple[float, float]:
    """Seconds of one inference by the wheel and by the exported C, which give the same scores."""
    shape = read_model(model).input_tensor.shape
    x = np.random.default_rng(0).integers(-128, 128, shape, dtype=np.int8)
    with tempfile.TemporaryDirectory() as folder:
        runs = (wheel(model), exported(model, body, Path(folder)))
        assert np.array_equal(*(run(x) for run in runs))
        slow, fast = fastest(runs, x, rounds)
    return slow, fast


def fastest(runs: tuple[Run, ...], x: NDArray[np.int8], rounds: int) -> list[float]:
    """Least seconds of each, in turns."""
    best = [float("inf")] * len(runs)
    for _ in range(rounds):
        for i, run in enumerate(runs):
            start = time.process_time()
            run(x)
            best[i] = min(best[i], time.process_time() - start)
    return best


def wheel(model: bytes) -> Run:
    """Return one inference of the tflite-micro wheel."""
    from tflite_micro import runtime

    interpreter = runtime.Interpreter.from_bytes(model, arena_size=8 << 20)

    def run(x: NDArray[np.int8]) -> Scores:
        interpreter.set_input(x, 0)
        interpreter.invoke()
        scores: Scores = interpreter.get_output(0)
        return scores.ravel()

    return run


def exported(model: bytes, body: Body, folder: Path) -> Run:
    """Return one inference of the exported C, compiled in ``folder``."""
    units = write_c(model, body, folder, {"loop.c": LOOP})
    target = folder / "model.so"
    command = [host_compiler(), "-std=c11", "-O3", "-shared", "-fPIC", *units, "-o", str(target)]
    subprocess.run(command, check=True, cwd=folder)
    function = ctypes.CDLL(str(target)).run
    scores = np.zeros(read_model(model).output_tensor.size, np.int8)

    def run(x: NDArray[np.int8]) -> Scores:
        assert function(ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(scores.ctypes.data)) == 0
        return scores

    return run


if __name__ == "__main__":
    main()
