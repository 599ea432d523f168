"""A second int8 file, written by hand: one frame an inference, by the fused SVDF operator.

No public converter makes it. Its state is int16, so it is another model than the clip's: trained
weights rounded another way. It is for TensorFlow Lite Micro and LiteRT; the exported C of edgekws
streams the clip's model itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import flatbuffers
import numpy as np
from tensorflow.lite.python import schema_py_generated as schema

from edgekws.models.fused import Dense, Real, Stage, Svdf
from edgekws.quantize.calibrate import Range, logit_range, value_range

STATE_END = 32767
HEADROOM = 1.25  # for filtered values beyond those of the training clips
# Sum of the time weights of one unit, in steps: times the state's end it stays below 2**31, with
# an eighth left for the bias.
MOST_TIME_WEIGHT = 57_344
MOST_BIAS = 2**28 - 1024  # in steps; the rest of the eighth is for the rounding of float32
SCORE_SCALE, SCORE_ZERO = 1 / 256, -128


def fused_model(
    stages: Sequence[Stage], batches: Iterator[Real], scale: float, zero_point: int
) -> bytes:
    """Bytes of the ``.tflite``: int8 [1, bands] to scores int8 [1, labels].

    Parameters
    ----------
    stages
        See `edgekws.models.fused`; the last one gives the logits.
    batches
        Training features to measure ranges on, float32 [clips, frames, bands, 1].
    scale, zero_point
        Of the int8 features.
    """
    file = _File()
    x = entry = file.activation((1, _inputs(stages[0])), scale, zero_point)
    for stage, (peak, ends) in zip(stages, _ranges(stages, batches), strict=True):
        if isinstance(stage, Svdf):
            x = file.svdf(stage, x, peak, ends)
        else:
            x = file.dense(stage, x, ends)
    return file.finish(entry, file.softmax(x))


def _inputs(stage: Stage) -> int:
    return int((stage.feature if isinstance(stage, Svdf) else stage.matrix).shape[1])


def _ranges(stages: Sequence[Stage], batches: Iterator[Real]) -> list[tuple[float, Range]]:
    """Per stage the largest filtered value (of `Svdf`, else 0), and the ends of its output."""
    found = [(0.0, (0.0, 0.0))] * len(stages)
    for batch in batches:
        x: Real = batch[..., 0]
        for number, stage in enumerate(stages):
            peak, known = found[number]
            if isinstance(stage, Svdf):
                peak = max(peak, float(np.abs(stage.filtered(x)).max()))
            x = stage(x)
            last = number == len(stages) - 1
            ends = logit_range(x[:, -1]) if last else value_range(x)
            found[number] = peak, (min(known[0], ends[0]), max(known[1], ends[1]))
    return found


class _File:
    """Collects tensors and operators; scales are float32, as the file has them."""

    def __init__(self) -> None:
        self.model = schema.ModelT()
        self.model.version = 3
        self.model.description = "edgekws"
        self.model.buffers = [schema.BufferT()]
        self.model.operatorCodes = []
        self.graph = schema.SubGraphT()
        self.graph.tensors, self.graph.operators = [], []
        self.model.subgraphs = [self.graph]

    def activation(self, shape: tuple[int, ...], scale: float | np.float32, zero_point: int) -> int:
        return self._tensor("INT8", shape, scale, zero_point)

    def svdf(self, stage: Svdf, x: int, peak: float, ends: Range) -> int:
        feature_scale = _symmetric_scale(stage.feature, 127)
        time_scale = _time_scale(stage)
        state_scale = np.float32(HEADROOM * max(peak, 1e-9) / STATE_END)
        state_scale = max(state_scale, _bias_step(stage.bias) / time_scale)
        bias_scale = np.float32(state_scale * time_scale)
        filters, memory = stage.time.shape
        output = self.activation((1, filters // stage.rank), *_grid((0.0, ends[1])))
        inputs = [
            x,
            self._constant("INT8", stage.feature, feature_scale),
            self._constant("INT16", stage.time, time_scale),
            self._constant("INT32", stage.bias, bias_scale),
            self._tensor("INT16", (1, filters * memory), state_scale, 0),
        ]
        self.graph.tensors[inputs[-1]].isVariable = True
        options = schema.SVDFOptionsT()
        options.rank = stage.rank
        options.fusedActivationFunction = schema.ActivationFunctionType.RELU
        return self._operator("SVDF", "SVDFOptions", options, inputs, output)

    def dense(self, stage: Dense, x: int, ends: Range) -> int:
        scale = max(_symmetric_scale(stage.matrix, 127), _bias_step(stage.bias) / self._scale(x))
        bias_scale = np.float32(self._scale(x) * scale)
        output = self.activation((1, len(stage.matrix)), *_grid(ends))
        inputs = [
            x,
            self._constant("INT8", stage.matrix, scale),
            self._constant("INT32", stage.bias, bias_scale),
        ]
        options = schema.FullyConnectedOptionsT()
        return self._operator("FULLY_CONNECTED", "FullyConnectedOptions", options, inputs, output)

    def softmax(self, x: int) -> int:
        options = schema.SoftmaxOptionsT()
        options.beta = 1.0
        shape = tuple(self.graph.tensors[x].shape)
        output = self.activation(shape, SCORE_SCALE, SCORE_ZERO)
        return self._operator("SOFTMAX", "SoftmaxOptions", options, [x], output)

    def finish(self, entry: int, scores: int) -> bytes:
        self.graph.inputs, self.graph.outputs = [entry], [scores]
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def _scale(self, tensor: int) -> np.float32:
        return np.float32(self.graph.tensors[tensor].quantization.scale[0])

    def _constant(self, kind: str, values: Real, scale: np.float32) -> int:
        number = self._tensor(kind, values.shape, scale, 0)
        steps = np.rint(values.astype(np.float64) / np.float64(scale)).astype(kind.lower())
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(np.ascontiguousarray(steps).tobytes(), np.uint8)
        self.model.buffers.append(buffer)
        self.graph.tensors[number].buffer = len(self.model.buffers) - 1
        return number

    def _tensor(
        self, kind: str, shape: tuple[int, ...], scale: float | np.float32, zero_point: int
    ) -> int:
        tensor = schema.TensorT()
        tensor.name = f"t{len(self.graph.tensors)}"
        tensor.shape = list(shape)
        tensor.type = getattr(schema.TensorType, kind)
        tensor.quantization = schema.QuantizationParametersT()
        tensor.quantization.scale = np.array([scale], np.float32)
        tensor.quantization.zeroPoint = np.array([zero_point], np.int64)
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def _operator(self, name: str, kind: str, options: Any, inputs: list[int], output: int) -> int:
        code = schema.OperatorCodeT()
        code.builtinCode = getattr(schema.BuiltinOperator, name)
        code.deprecatedBuiltinCode = min(code.builtinCode, 127)
        code.version = {"SVDF": 3, "FULLY_CONNECTED": 4, "SOFTMAX": 2}[name]
        self.model.operatorCodes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex = len(self.model.operatorCodes) - 1
        operator.inputs, operator.outputs = inputs, [output]
        operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
        operator.builtinOptions = options
        self.graph.operators.append(operator)
        return output


def _symmetric_scale(values: Real, end: int) -> np.float32:
    return np.float32(max(float(np.abs(values).max()), 1e-9) / end)


def _bias_step(bias: Real) -> np.float32:
    """Finest step of a sum in which no bias is above `MOST_BIAS`."""
    return np.float32(float(np.abs(bias).max()) / MOST_BIAS)


def _time_scale(stage: Svdf) -> np.float32:
    """Fine, but so that no state can drive a unit's sum out of 32 bits."""
    sums = np.abs(stage.time).sum(axis=1).reshape(-1, stage.rank).sum(axis=1)
    rounding = stage.time.shape[1] * stage.rank  # each weight may be rounded up by half a step
    coarse = float(sums.max()) / (MOST_TIME_WEIGHT - rounding)
    return max(np.float32(coarse), _symmetric_scale(stage.time, 32767))


def _grid(ends: Range) -> tuple[np.float32, int]:
    """Scale and zero point of int8 over a range that holds 0."""
    low, high = min(ends[0], 0.0), max(ends[1], 1e-6)
    scale = np.float32((high - low) / 255)
    return scale, round(-128 - low / float(scale))
