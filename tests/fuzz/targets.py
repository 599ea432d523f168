"""What atheris runs: bytes in; a documented error or an answer out, and nothing else.

``python tests/fuzz/targets.py sounds|models CORPUS -runs=N -seed=1`` takes libFuzzer's options.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris
import numpy as np

with atheris.instrument_imports(include=["edgekws.audio", "edgekws.graph"]):
    from edgekws.audio.read import decode
    from edgekws.audio.riff import missing_bytes, plain_samples
    from edgekws.errors import AudioError, ModelError
    from edgekws.graph.engine import run_graph
    from edgekws.graph.read import read_model

RATE_HZ = 16_000
MOST_MACS, MOST_VALUES = 1_000_000, 100_000  # of a network that is run


def sounds(data: bytes) -> None:
    """A WAV header."""
    plain = plain_samples(data, RATE_HZ)
    missing = missing_bytes(data)
    assert missing >= 0
    assert plain is None or missing == 0
    try:
        decode(data, Path("fuzz.wav"), RATE_HZ)
    except AudioError as exc:
        assert "\n" not in str(exc)
        assert str(exc).startswith("fuzz.wav: ")


def models(data: bytes) -> None:
    """A flatbuffer; what is read must run, a network that remembers more than once."""
    try:
        graph = read_model(data)
    except ModelError as exc:
        assert "\n" not in str(exc)
        assert str(exc).startswith("model: ")
        return
    tensor = graph.input_tensor
    if graph.macs < MOST_MACS and tensor.size < MOST_VALUES:
        scores = run_graph(graph, np.zeros((2, *tensor.shape[1:]), tensor.dtype))
        assert scores.dtype == graph.output_tensor.dtype


if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *sys.argv[2:]], {"sounds": sounds, "models": models}[sys.argv[1]])
    atheris.Fuzz()
