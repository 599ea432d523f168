"""From the weights of a trained network to those of its deployment form."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float32]


def copy_folded(trained: Any, deployed: Any) -> None:
    """Give ``deployed`` the weights of ``trained``, batch normalization folded in.

    Layers are matched by name; a layer called ``NAME_norm`` of ``trained`` is folded into
    ``NAME``. The two networks then compute the same function, up to float32 rounding.
    """
    norms = {layer.name: layer for layer in trained.layers}
    for layer in deployed.layers:
        if not layer.weights:
            continue
        weights = _plain(trained.get_layer(layer.name))[: len(layer.weights)]
        norm = norms.get(f"{layer.name}_norm")
        layer.set_weights(weights if norm is None else folded(weights, norm))


def _plain(layer: Any) -> list[Weights]:
    if hasattr(layer, "plain_weights"):
        return [np.asarray(array) for array in layer.plain_weights()]
    return list(layer.get_weights())


def folded(weights: list[Weights], norm: Any) -> list[Weights]:
    """Kernel and bias of a convolution with its batch normalization multiplied in.

    Source: y = gamma * (w*x + b - mean) / sqrt(variance + epsilon) + beta, per channel. A
    convolution without a bias has one of zeros.
    """
    kernel = weights[0].astype(np.float64)
    bias = weights[1].astype(np.float64) if len(weights) > 1 else 0.0
    gamma, beta, mean, variance = (array.astype(np.float64) for array in norm.get_weights())
    factor = gamma / np.sqrt(variance + norm.epsilon)
    depthwise = kernel.shape[-1] == 1 and kernel.shape[-2] == factor.size
    shaped = factor[:, np.newaxis] if depthwise else factor
    return [
        (kernel * shaped).astype(np.float32),
        ((bias - mean) * factor + beta).astype(np.float32),
    ]
