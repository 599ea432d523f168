"""From the weights of a trained network to those of its deployment form."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float32]


def copy_folded(trained: Any, deployed: Any) -> None:
    """Give ``deployed`` the weights of ``trained``, batch normalization folded in.

    Layers are matched by name; a layer called ``NAME_norm`` of ``trained``, which stands behind
    ``NAME``, is folded into it, and so is ``NAME_input``, which stands before it. The two networks
    then compute the same function, up to float32 rounding.
    """
    norms = {layer.name: layer for layer in trained.layers}
    for layer in deployed.layers:
        if not layer.weights:
            continue
        weights = _plain(trained.get_layer(layer.name))[: len(layer.weights)]
        before, norm = (norms.get(f"{layer.name}_{place}") for place in ("input", "norm"))
        weights = weights if before is None else fed(weights, before)
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


def fed(weights: list[Weights], norm: Any) -> list[Weights]:
    """Kernel and bias of a layer that pads nothing, with the normalization of its input.

    ``norm`` has ``factor_and_offset``, per input channel or one for all; the kernel's last axis
    but one is that of the input channels.
    """
    kernel, bias = (array.astype(np.float64) for array in weights)
    factor, offset = (
        np.asarray(part, np.float64).reshape(-1, 1) for part in norm.factor_and_offset()
    )
    sums = (kernel * offset).sum(axis=tuple(range(kernel.ndim - 1)))
    return [(kernel * factor).astype(np.float32), (bias + sums).astype(np.float32)]
