"""Every architecture as an int8 network with its first random weights, quantized after training.

What a network executes depends on its shape, hardly on what it learned. Networks are kept in
``build/performance/networks``; remove that folder when an architecture has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from edgekws.codegen.spotter import Keywords
from edgekws.features import Frontend, find_frontend
from edgekws.files import write_bytes
from edgekws.graph import read_model
from edgekws.models import find_architecture
from edgekws.stream.hops import usual_hops

NETWORKS = Path(__file__).resolve().parent.parent / "build" / "performance" / "networks"
WORDS = ("yes", "no", "up", "down", "left", "right", "stop", "go")
LABELS = ("_silence_", "_unknown_", *WORDS)
BATCHES = 4


def keywords(name: str) -> Keywords:
    """Return what is exported of an architecture, at the pace that an export takes by itself."""
    frontend = find_frontend(find_architecture(name).default_frontend)
    path = NETWORKS / f"{name}.tflite"
    if not path.exists():
        write_bytes(path, quantized(name, frontend))
    made = Keywords(read_model(path), path.read_bytes(), LABELS, frontend)
    hops = usual_hops(made.graph, made.frames, made.detector, frontend.spec.hop_ms)
    return replace(made, hops_per_inference=hops)


def quantized(name: str, frontend: Frontend) -> bytes:
    """Convert a network that nobody trained, calibrated on noise."""
    from edgekws.quantize.convert import convert_calibrated, pinned

    spec = frontend.spec
    shape = (spec.frames(spec.sample_rate_hz), spec.bands)  # of 1 s
    model = find_architecture(name).build(shape, len(LABELS), deploy=True)
    for layer in model.layers:  # whose new kernels leave little of the signal
        if type(layer).__name__ == "DepthwiseConv2D":
            kernel, *bias = layer.get_weights()
            layer.set_weights([kernel * kernel.shape[2] ** 0.5, *bias])
    samples = pinned(noise(shape, frontend), frontend.scale, frontend.zero_point)
    return convert_calibrated(model, samples)


def noise(shape: tuple[int, int], frontend: Frontend) -> Iterator[Any]:
    """Yield float32 [1, frames, bands, 1] from all of the range of the features."""
    random = np.random.default_rng(0)
    low, high = (frontend.scale * (end - frontend.zero_point) for end in (-128, 127))
    for _ in range(BATCHES):
        yield random.uniform(low, high, (1, *shape, 1)).astype(np.float32)
