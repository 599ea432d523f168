"""A file in the form of the one public keyword spotter with fused SVDF, with made-up weights.

TFLite Micro's ``keyword_scrambled_8bit.tflite``: int16 features of one frame, QUANTIZE to int8,
four times an SVDF and a small dense layer, three SVDFs with a long memory, a dense layer, SOFTMAX
to int16, and a QUANTIZE of the scores to int32.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from support.tflite_builder import ModelBuilder, options

SCORE = (1 / 65536, -32768)
BANDS = 96
LABELS = 2
SHORT, LONG = (64, 8), (32, 32)  # units, frames of memory
SPREAD = 74  # standard deviation of int8 values that are all equally likely, steps


def scrambled(
    *, state: str = "INT8", last: str | None = "INT32", zero: int = 0, size: int = 1
) -> bytes:
    """The network; ``state`` is the type of what it remembers, ``last`` that of its output.

    Without ``last`` it ends in SOFTMAX, int16. ``zero`` is the zero point of an int8 state. All
    sides are divided by ``size``.
    """
    return _Network(state, zero, size).build(last)


def frames(count: int, seed: int = 3) -> npt.NDArray[np.int16]:
    """int16 [count, 96]: quiet ones, loud ones, the ends."""
    random = np.random.default_rng(seed)
    loudness = 2.0 ** random.uniform(2, 15, (count, 1))
    noise = np.clip(random.normal(0, loudness, (count, BANDS)), -32768, 32767)
    x = noise.astype(np.int16)
    x[count // 2], x[count // 3] = 32767, -32768
    return x


class _Network:
    def __init__(self, state: str, zero: int, size: int) -> None:
        self.b, self.random = ModelBuilder(), np.random.default_rng(7)
        self.state, self.zero, self.size = state, zero, size

    def build(self, last: str | None) -> bytes:
        shape = (1, BANDS // self.size)
        entry = self.b.tensor(shape, 0.0004, 1, dtype="INT16", name="features")
        x = self._quantize(entry, shape, (0.1, -1), "INT8")
        for _ in range(4):
            x = self._dense(self._svdf(x, *SHORT), 16 // self.size)
        for _ in range(3):
            x = self._svdf(x, *LONG)
        x = self._dense(x, LABELS)
        scores = self.b.tensor((1, LABELS), *SCORE, dtype="INT16")
        beta = 0.05 / self._scale(x)  # so that scores are neither all alike nor all extremes
        self.b.operator("SOFTMAX", [x], [scores], options("SoftmaxOptions", beta=beta))
        if last is not None:
            grid = (1 / 256, -128) if last == "INT8" else SCORE
            scores = self._quantize(scores, (1, LABELS), grid, last)
        return self.b.build([entry], [scores])

    def _quantize(self, x: int, shape: tuple[int, ...], grid: tuple[float, int], dtype: str) -> int:
        y = self.b.tensor(shape, *grid, dtype=dtype)
        self.b.operator("QUANTIZE", [x], [y], options("QuantizeOptions"))
        return y

    def _svdf(self, x: int, units: int, memory: int) -> int:
        units, memory = units // self.size, memory // self.size
        bands, end = self._length(x), 127 if self.state == "INT8" else 32767
        feature, feature_scale = self._weights((units, bands))
        time, time_scale = self._weights((units, memory))
        state_scale = self._scale(x) * feature_scale * SPREAD**2 * bands**0.5 / (end / 3)
        bias_scale = float(np.float32(state_scale) * np.float32(time_scale))
        bias = self.random.integers(-900, 900, units).astype(np.int32)
        inputs = [
            x,
            self.b.tensor(feature.shape, feature_scale, data=feature),
            self.b.tensor(
                time.shape, time_scale, data=time.astype(self.state.lower()), dtype=self.state
            ),
            self.b.tensor([units], bias_scale, data=bias, dtype="INT32"),
            self.b.tensor([1, units * memory], state_scale, self.zero, dtype=self.state),
        ]
        self.b.graph.tensors[inputs[-1]].isVariable = True
        spread = bias_scale * (end / 3) * SPREAD * memory**0.5
        y = self.b.tensor((1, units), spread / 130, -128)
        chosen = options("SVDFOptions", rank=1, fusedActivationFunction=1)
        self.b.operator("SVDF", inputs, [y], chosen)
        return y

    def _dense(self, x: int, units: int) -> int:
        matrix, scale = self._weights((units, self._length(x)))
        product = self._scale(x) * scale
        bias = self.random.integers(-5000, 5000, units).astype(np.int32)
        y = self.b.tensor((1, units), product * SPREAD * self._length(x) ** 0.5 / 2, 5)
        inputs = [
            x,
            self.b.tensor(matrix.shape, scale, data=matrix),
            self.b.tensor([units], product, data=bias, dtype="INT32"),
        ]
        self.b.operator("FULLY_CONNECTED", inputs, [y], options("FullyConnectedOptions"))
        return y

    def _weights(self, shape: tuple[int, int]) -> tuple[npt.NDArray[np.int8], float]:
        """Values, and a scale at which what a layer makes of its input is as loud as that."""
        scale = float(np.float32(1 / (SPREAD * shape[1] ** 0.5)))
        return self.random.integers(-127, 128, shape).astype(np.int8), scale

    def _scale(self, tensor: int) -> float:
        return float(self.b.graph.tensors[tensor].quantization.scale[0])

    def _length(self, tensor: int) -> int:
        return int(self.b.graph.tensors[tensor].shape[1])
