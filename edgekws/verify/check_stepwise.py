"""Does a network of one frame at a time equal TensorFlow Lite Micro through a recording."""

from __future__ import annotations

import numpy as np

from edgekws.codegen.spotter import Keywords
from edgekws.graph.engine import Session
from edgekws.verify.check import MEASURED, Check, guarded, judged
from edgekws.verify.compare import first_difference
from edgekws.verify.tflm import run_tflm

NAME = "tflm_stream"
ENGINE = "TFLite Micro"


def guarded_stepwise(keywords: Keywords) -> Check:
    """Compare, or say in the check which tool is missing."""
    return guarded(NAME, MEASURED, lambda: check_stepwise(keywords))


def check_stepwise(keywords: Keywords) -> Check:
    """Compare the scores of every frame of the self-test's recording, one after the other."""
    assert keywords.frontend is not None
    graph = keywords.graph
    frames = keywords.frontend.reference(keywords.golden_pcm[np.newaxis])[0]
    inputs = frames.reshape(len(frames), *graph.input_tensor.shape[1:])
    session = Session(graph)
    expected = np.concatenate([session.run(frame[np.newaxis]) for frame in inputs])
    answer = run_tflm(keywords.model, graph, inputs)
    names = tuple(f"frame {number}" for number in range(len(frames)))
    difference = first_difference(expected, answer.outputs, names, engine=ENGINE)
    proved = f"equals TFLite Micro on {len(frames)} frames, one after the other"
    return judged(NAME, MEASURED, difference, proved)
