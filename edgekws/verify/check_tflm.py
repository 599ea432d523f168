"""Does the numpy graph equal TensorFlow Lite Micro, layer by layer and on many clips."""

from __future__ import annotations

import numpy as np

from edgekws.graph import run_graph, run_layers
from edgekws.verify.check import MEASURED, Check, judged
from edgekws.verify.compare import first_difference, first_layer_difference
from edgekws.verify.subject import Inputs, Subject
from edgekws.verify.tflm import TflmAnswer, file_graph, run_tflm

NAME = "tflm"
ENGINE = "TFLite Micro"


def check_tflm(subject: Subject, *, layer_inputs: int, score_inputs: int) -> Check:
    """Compare every layer on a few inputs and the output on up to ``score_inputs``."""
    model, graph = subject.keywords.model, subject.keywords.graph
    few = subject.few(layer_inputs)
    inputs = few + subject.real.spread(score_inputs)
    answer = run_tflm(model, graph, inputs.features, keep_layers_of=len(few.names))
    difference = _layers(subject, few, answer) or _outputs(subject, inputs, answer)
    proved = (
        f"equals TFLite Micro: {len(answer.layers)} layers on {len(few.names)} inputs, "
        f"the output on {len(inputs.names)}; its arena here {answer.arena_bytes:,} bytes"
    )
    return judged(NAME, MEASURED, difference, proved)


def _layers(subject: Subject, few: Inputs, answer: TflmAnswer) -> str | None:
    graph = subject.keywords.graph
    expected = run_layers(graph, few.features)
    return first_layer_difference(graph, expected, answer.layers, few.names, engine=ENGINE)


def _outputs(subject: Subject, inputs: Inputs, answer: TflmAnswer) -> str | None:
    """Compare the outputs; where one differs, name the first layer that does."""
    model, graph = subject.keywords.model, subject.keywords.graph
    expected = run_graph(file_graph(model, graph), inputs.features)
    difference = first_difference(expected, answer.outputs, inputs.names, engine=ENGINE)
    if difference is None:
        return None
    row = int(np.flatnonzero((expected != answer.outputs).any(axis=1))[0])
    again = inputs.up_to(row) if graph.stateful else inputs.only(row)
    layers = run_tflm(model, graph, again.features, keep_layers_of=len(again.names))
    return _layers(subject, again, layers) or f"output: {difference}"
