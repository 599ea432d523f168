"""Real ops are what the int8 ops round: for every op that edgekws runs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.op_models import OneOp
from support.op_strategies import STRATEGIES

from edgekws.graph import read_model, run_layers
from edgekws.graph.operator import scale, zero_point
from edgekws.verify.real_ops import Place, real, real_values

# Steps by which int8 may be off. TFLM rounds twice, first to as little as a half of a step.
ROUNDED_TWICE = 0.76
SLACK = {"HARD_SWISH": 2.5, "SOFTMAX": 1.1, "LOGISTIC": 1.1, "TANH": 1.1}
COARSEST = 0.1  # step of a curve's input that TFLM's fixed point still knows what to do with


@pytest.mark.parametrize("name", sorted(STRATEGIES))
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_int8_is_the_real_number_rounded(name: str, data: st.DataObject) -> None:
    one: OneOp = data.draw(STRATEGIES[name])
    graph = read_model(one.model)
    values = {graph.input: one.x.reshape(len(one.x), *graph.input_tensor.shape[1:])}
    for node, said in zip(graph.nodes, run_layers(graph, one.x), strict=True):
        values[node.output] = said
        reads = tuple(graph.tensors[i] for i in node.inputs)
        writes = graph.tensors[node.output]
        given_reals = [real_values(graph.tensors[i], values[i]) for i in node.inputs]
        wanted = real(node.op, Place(reads, writes), *given_reals)
        if node.op.name in ("LOGISTIC", "TANH") and scale(reads[0]) > COARSEST:
            continue
        steps = np.clip(wanted / scale(writes) + zero_point(writes), -128, 127)
        off = np.abs(steps - said.reshape(steps.shape)).max(initial=0)
        assert off <= SLACK.get(node.op.name, ROUNDED_TWICE), node.op.name
