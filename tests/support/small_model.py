"""A small sound network with many kinds of operators, to be spoilt by tests."""

from __future__ import annotations

import numpy as np
from support.tflite_builder import ModelBuilder, options


def builder() -> tuple[ModelBuilder, int, int]:
    """The network as a builder that a test may edit, its input and its output.

    Tensors: 0 input [1, 6, 4, 1], 1 weights, 2 bias, 3 convolution, 4 pool, 5 new shape, 6 flat,
    7 matrix, 8 bias, 9 logits, 10 scores. Operators: CONV_2D, MAX_POOL_2D, RESHAPE,
    FULLY_CONNECTED, SOFTMAX.
    """
    random = np.random.default_rng(7)
    b = ModelBuilder()
    x = b.tensor([1, 6, 4, 1], 0.5, -3, name="features")
    scales = [0.01, 0.02]
    weights = random.integers(-127, 128, (2, 3, 2, 1), dtype=np.int8)
    w = b.tensor([2, 3, 2, 1], scales, data=weights)
    products = [0.5 * s for s in scales]
    bias = b.tensor([2], products, data=np.array([40, -70], np.int32), dtype="INT32")
    conv = b.tensor([1, 6, 4, 2], 0.7, 5, name="conv")
    b.operator(
        "CONV_2D",
        [x, w, bias],
        [conv],
        options("Conv2DOptions", strideH=1, strideW=1, fusedActivationFunction=1),
    )
    pooled = b.tensor([1, 3, 2, 2], 0.7, 5, name="pool")
    sizes = {"strideH": 2, "strideW": 2, "filterHeight": 2, "filterWidth": 2}
    b.operator("MAX_POOL_2D", [conv], [pooled], options("Pool2DOptions", padding=1, **sizes))
    shape = b.tensor([2], data=np.array([-1, 12], np.int32), dtype="INT32")
    flat = b.tensor([1, 12], 0.7, 5, name="flat")
    b.operator("RESHAPE", [pooled, shape], [flat], options("ReshapeOptions", newShape=[-1, 12]))
    matrix = b.tensor([4, 12], 0.01, data=random.integers(-127, 128, (4, 12), dtype=np.int8))
    bias = b.tensor([4], 0.007, data=np.array([1, -2, 3, -4], np.int32), dtype="INT32")
    logits = b.tensor([1, 4], 0.1, 10, name="logits")
    b.operator("FULLY_CONNECTED", [flat, matrix, bias], [logits], options("FullyConnectedOptions"))
    scores = b.tensor([1, 4], 1 / 256, -128, name="scores")
    b.operator("SOFTMAX", [logits], [scores], options("SoftmaxOptions", beta=1.0))
    return b, x, scores


def small_model() -> bytes:
    """Bytes of the file."""
    b, x, scores = builder()
    return b.build([x], [scores])
