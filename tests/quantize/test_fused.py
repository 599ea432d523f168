"""The file with the fused SVDF operator: what it computes, and who computes it alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
from support.tflm import Tflm

from edgekws.graph import Session, read_model
from edgekws.models import find_architecture
from edgekws.models.fused import Dense, Stage, Svdf

pytestmark = pytest.mark.tensorflow

SCALE, ZERO_POINT, BANDS = 0.1, -3, 10


def stages(rank: int = 2, spread: float = 0.3) -> tuple[Stage, ...]:
    """Two layers that remember, a projection between them, and three logits."""
    random = np.random.default_rng(4)

    def values(*shape: int) -> np.ndarray:
        return random.normal(0, spread, shape).astype(np.float32)

    return (
        Svdf(values(8 * rank, BANDS), values(8 * rank, 5), values(8), rank),
        Dense(values(6, 8), values(6)),
        Svdf(values(7, 6), values(7, 4), values(7), 1),
        Dense(values(3, 7), values(3)),
    )


def batches(count: int = 2) -> Iterator[np.ndarray]:
    random = np.random.default_rng(5)
    for _ in range(count):
        yield random.normal(0, 3, (20, 30, BANDS, 1)).astype(np.float32)


def made(found: tuple[Stage, ...]) -> bytes:
    from edgekws.quantize.fused import fused_model

    return fused_model(found, batches(), SCALE, ZERO_POINT)


def frames(count: int = 60) -> np.ndarray:
    """int8 [frames, bands], both ends of the range among them."""
    random = np.random.default_rng(6)
    x = np.clip(np.rint(random.normal(0, 3, (count, BANDS)) / SCALE + ZERO_POINT), -128, 127)
    x[10:13], x[13:16] = 127, -128
    return x.astype(np.int8)


@pytest.mark.parametrize("spread", [0.3, 30.0])
def test_numpy_and_tflm_agree_frame_by_frame(spread: float) -> None:
    data = made(stages(spread=spread))
    session, tflm = Session(read_model(data)), Tflm(data)
    for frame in frames():
        expected = tflm.run(frame[np.newaxis])
        np.testing.assert_array_equal(session.run(frame[np.newaxis]), expected)


def test_litert_computes_the_layers_that_remember_alike() -> None:
    """A file of one such layer: its output needs no other operator's rounding."""
    interpreters = pytest.importorskip("ai_edge_litert.interpreter")
    from edgekws.quantize.fused import _File

    file = _File()
    entry = file.activation((1, BANDS), SCALE, ZERO_POINT)
    svdf = stages()[0]
    assert isinstance(svdf, Svdf)
    data = file.finish(entry, file.svdf(svdf, entry, 9.0, (0.0, 12.0)))
    litert = interpreters.Interpreter(model_content=data)
    litert.allocate_tensors()
    tflm = Tflm(data)
    for frame in frames():
        litert.set_tensor(litert.get_input_details()[0]["index"], frame[np.newaxis])
        litert.invoke()
        found = litert.get_tensor(litert.get_output_details()[0]["index"])
        np.testing.assert_array_equal(found, tflm.run(frame[np.newaxis]))


def test_it_is_near_the_float_stages() -> None:
    """After enough frames the scores are those of the float stages over the same frames."""
    found, x = stages(), frames(30)
    session = Session(read_model(made(found)))
    for frame in x:
        scores = session.run(frame[np.newaxis])
    real = (SCALE * (x[np.newaxis].astype(np.float32) - ZERO_POINT)).astype(np.float32)
    for stage in found:
        real = stage(real)
    exps = np.exp(real[0, -1] - real[0, -1].max())
    np.testing.assert_allclose((scores[0].astype(int) + 128) / 256, exps / exps.sum(), atol=0.06)


def test_no_state_can_overflow_the_sums() -> None:
    op = read_model(made(stages(spread=30.0))).nodes[0].op
    worst = np.abs(op.weights_time.astype(np.int64)).sum(axis=1)  # type: ignore[attr-defined]
    units = worst.reshape(len(op.bias), -1).sum(axis=1)  # type: ignore[attr-defined]
    assert (units * 32768 + np.abs(op.bias.astype(np.int64)) < 2**31).all()  # type: ignore[attr-defined]


def test_no_bias_can_overflow_the_sums() -> None:
    """Filters that learned next to nothing have fine steps, in which their bias is huge."""
    *quiet, logits = stages(spread=1e-6)
    data = made((*(dataclasses.replace(s, bias=s.bias * 1e8) for s in quiet), logits))
    for node in read_model(data).nodes:
        bias = getattr(getattr(node.op, "weights", node.op), "bias", np.zeros(1))
        assert np.abs(bias.astype(np.int64)).max() <= 2**28
    session, tflm = Session(read_model(data)), Tflm(data)
    for frame in frames(20):
        expected = tflm.run(frame[np.newaxis])
        np.testing.assert_array_equal(session.run(frame[np.newaxis]), expected)


@pytest.mark.parametrize("name", ["low_latency_svdf", "svdf_20k", "svdf_32k", "svdf_354k"])
def test_the_stages_are_the_network(name: str) -> None:
    from edgekws.models.backend import keras
    from edgekws.quantize.float_weights import named_weights

    architecture = find_architecture(name)
    model = architecture.deployed(architecture.build((49, 13), 4))
    for layer in model.layers:
        if len(layer.get_weights()) == 2:  # biases are 0 when new
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel, bias + 0.1])
    x = np.random.default_rng(7).normal(0, 2, (3, 49, 13, 1)).astype(np.float32)
    expected = keras.Model(model.inputs, model.get_layer("logits").output)(x, training=False)
    assert architecture.stages is not None
    found = x[..., 0]
    for stage in architecture.stages(named_weights(model)):
        found = stage(found)
    np.testing.assert_allclose(found[:, -1], expected, rtol=1e-3, atol=1e-3)
