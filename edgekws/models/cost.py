"""What a deployment network costs: its parameters, and the products of one inference."""

from __future__ import annotations

from math import prod
from typing import Any


def parameters(model: Any) -> int:
    """Number of weights and biases."""
    return int(model.count_params())


def macs(model: Any) -> int:
    """Multiply-accumulates of the convolutions and dense layers over one clip."""
    return sum(_layer_macs(layer) for layer in model.layers)


def _layer_macs(layer: Any) -> int:
    kind = type(layer).__name__
    if kind == "Dense":
        return int(prod(layer.kernel.shape))
    kernel = {"Conv2D": "kernel", "DepthwiseConv2D": "depthwise_kernel"}.get(kind)
    if kernel is None:
        return 0
    return int(prod(getattr(layer, kernel).shape) * prod(layer.output_shape[1:3]))
