"""The check of converted files, on files with planted faults; and the order of operators."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support.tflite import run_tflite

from edgekws.errors import CheckFailed
from edgekws.models import find_architecture

pytestmark = pytest.mark.tensorflow

SHAPE = (12, 10)


def network(architecture: str) -> Any:
    """A deployment network with its initial weights; one depthwise channel is small."""
    model = find_architecture(architecture).build(SHAPE, 3, deploy=True)
    for layer in model.layers:
        if "depthwise" in layer.name:
            kernel, bias = layer.get_weights()
            kernel[..., 0, :] *= 0.1
            layer.set_weights([kernel, bias])
    return model


def samples(count: int = 8) -> Any:
    """Features as a network reads them, all inside the range of int8."""
    random = np.random.default_rng(3)
    yield random.uniform(-16, 14, (count, *SHAPE, 1)).astype(np.float32)


def simulated_file(architecture: str, *, leave_out: str = "") -> bytes:
    """A converted file; the layer ``leave_out`` is forgotten by the simulation."""
    from edgekws.quantize.calibrate import activation_ranges
    from edgekws.quantize.convert import convert_simulated
    from edgekws.quantize.simulate import measured_layers, simulated

    model = network(architecture)
    ranges = activation_ranges(model, measured_layers(model), samples())
    ranges.pop(leave_out, None)
    return convert_simulated(simulated(model, ranges, 0.125, 8))


def outputs(model: bytes) -> list[tuple[str, tuple[int, ...]]]:
    """Names of the operators and shapes of their outputs, in running order."""
    from tensorflow.lite.python import schema_py_generated as schema

    file = schema.ModelT.InitFromPackedBuf(model)
    names = {value: name for name, value in vars(schema.BuiltinOperator).items()}
    graph = file.subgraphs[0]
    return [
        (
            names[file.operatorCodes[operator.opcodeIndex].builtinCode],
            tuple(int(n) for n in graph.tensors[operator.outputs[0]].shape),
        )
        for operator in graph.operators
    ]


@pytest.mark.slow
def test_a_good_file_passes() -> None:
    from edgekws.quantize.check import check

    check(simulated_file("ds_cnn"), scale=0.125, zero_point=8)


@pytest.mark.slow
def test_a_layer_left_float_is_found() -> None:
    from edgekws.quantize.check import check

    model = simulated_file("ds_cnn", leave_out="pointwise_2")
    with pytest.raises(CheckFailed, match="is of type FLOAT32; the layer that makes it"):
        check(model, scale=0.125, zero_point=8)


@pytest.mark.parametrize(("scale", "zero_point"), [(0.125, 7), (0.1250001, 8)])
def test_another_input_scale_is_found(scale: float, zero_point: int) -> None:
    from edgekws.quantize.check import check

    with pytest.raises(CheckFailed, match=r"input scale 0\.125 and zero point 8 are not"):
        check(simulated_file("tiny_conv"), scale=scale, zero_point=zero_point)


@pytest.mark.slow
def test_depthwise_kernels_quantized_per_tensor_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from edgekws.quantize import simulate
    from edgekws.quantize.check import check

    per_channel = simulate.KernelQuantizer.__call__

    def per_tensor(self: Any, inputs: Any, training: Any, weights: Any, **kwargs: Any) -> Any:
        self.axis = None if self.axis == 2 else self.axis
        return per_channel(self, inputs, training, weights, **kwargs)

    monkeypatch.setattr(simulate.KernelQuantizer, "__call__", per_tensor)
    model = simulated_file("ds_cnn")
    with pytest.raises(CheckFailed, match=r"uses \d+ of 127 steps in channel \d+"):
        check(model, scale=0.125, zero_point=8)


def test_an_op_that_engines_do_not_know_is_named() -> None:
    from edgekws.models.backend import keras
    from edgekws.quantize.check import check
    from edgekws.quantize.convert import convert_calibrated, pinned

    inputs = keras.Input((*SHAPE, 1))
    x = keras.layers.Dense(3)(keras.layers.Flatten()(inputs))
    model = keras.Model(inputs, keras.layers.Softmax()(keras.layers.LeakyReLU()(x)))
    data = convert_calibrated(model, pinned(samples(), 0.125, 8))
    with pytest.raises(CheckFailed, match="op LEAKY_RELU; only ADD, AVERAGE_POOL_2D"):
        check(data, scale=0.125, zero_point=8)


@pytest.mark.parametrize(("scale", "zero_point"), [(0.125, 8), (0.1, -3), (0.0625, -128)])
def test_post_training_input_is_pinned_for_any_frontend(scale: float, zero_point: int) -> None:
    from edgekws.quantize.check import check
    from edgekws.quantize.convert import convert_calibrated, pinned

    random = np.random.default_rng(4)
    q = random.integers(-120, 120, (8, *SHAPE, 1))
    batch = np.float32(scale) * (q - zero_point).astype(np.float32)
    data = convert_calibrated(network("tiny_conv"), pinned(iter([batch]), scale, zero_point))
    check(data, scale=scale, zero_point=zero_point)


def test_one_rank_of_svdf_is_done_before_the_next_begins() -> None:
    from edgekws.quantize.order import depth_first

    model = simulated_file("low_latency_svdf")
    names = [name for name, _ in outputs(model)]
    assert names[:5] == ["CONV_2D", "DEPTHWISE_CONV_2D"] * 2 + ["ADD"]
    assert depth_first(model) == model


def test_order_changes_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    from edgekws.quantize import convert

    ordered = simulated_file("low_latency_svdf")
    monkeypatch.setattr(convert, "depth_first", lambda model: model)
    plain = simulated_file("low_latency_svdf")
    assert [name for name, _ in outputs(plain)][:2] == ["CONV_2D", "CONV_2D"]
    features = np.random.default_rng(5).integers(-128, 128, (4, *SHAPE)).astype(np.int8)
    assert np.array_equal(run_tflite(ordered, features), run_tflite(plain, features))
