"""Features of many clips on one core: edgekws (the exported C) against batched ``tf.signal``.

Both make the same int8 [clips, 49, 40] from the same samples, in turns, in one run: only the ratio
counts.

    python benchmarks/log_mel.py [--clips 100] [--rounds 15]
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from edgekws.features import find_frontend
from edgekws.recipe import FrontendSpec

Compute = Callable[[NDArray[np.int16]], NDArray[np.int8]]


def main() -> None:
    """Print clips per second of both and how many times faster edgekws is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=100, help="clips of 1 s in a batch")
    parser.add_argument("--rounds", type=int, default=15, help="batches; the fastest counts")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    frontend = find_frontend(FrontendSpec())
    pcm = np.random.default_rng(0).normal(0, 3000, (arguments.clips, 16_000)).astype(np.int16)
    engines = {"edgekws": frontend.compute, "tf.signal": tensorflow_log_mel(frontend.spec)}
    steps = np.abs(np.subtract(*(run(pcm).astype(int) for run in engines.values())))
    fastest = dict.fromkeys(engines, float("inf"))
    for _ in range(arguments.rounds):
        for name, run in engines.items():
            start = time.perf_counter()
            run(pcm)
            fastest[name] = min(fastest[name], time.perf_counter() - start)
    for name, seconds in fastest.items():
        print(f"{name:10} {arguments.clips / seconds:10,.0f} clips a second")
    print(f"results    {steps.shape}, at most {steps.max()} steps apart")
    print(f"ratio      {fastest['tf.signal'] / fastest['edgekws']:.2f}")


def tensorflow_log_mel(spec: FrontendSpec) -> Compute:
    """The same definition, rounding and all, in one tf.function of float32 on one thread."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import tensorflow as tf

    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    points = 1 << (spec.window_samples - 1).bit_length()
    mel = tf.signal.linear_to_mel_weight_matrix(
        spec.bands, points // 2 + 1, spec.sample_rate_hz, float(spec.low_hz), float(spec.high_hz)
    )

    @tf.function(input_signature=[tf.TensorSpec((None, None), tf.int16)])
    def graph(pcm: tf.Tensor) -> tf.Tensor:
        real = tf.cast(pcm, tf.float32) * (1 / 32_768)
        spectrum = tf.signal.stft(real, spec.window_samples, spec.hop_samples, points)
        power = tf.square(tf.math.real(spectrum)) + tf.square(tf.math.imag(spectrum))
        octaves = tf.math.log(tf.tensordot(power, mel, 1)) * (1 / np.log(2))
        return tf.cast(tf.clip_by_value(tf.round(octaves * 8) + 8, -128, 127), tf.int8)

    return lambda pcm: np.asarray(graph(tf.constant(pcm)).numpy())


if __name__ == "__main__":
    main()
