"""The weights that an int8 network was rounded from, for `edgekws verify` to measure the loss."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from edgekws.quantize.simulate import kernel_name
from edgekws.train.checkpoint import save_arrays

Real = npt.NDArray[np.float32]

# From Keras' order of axes to that of the file.
LAYOUTS = {
    "Conv2D": lambda kernel: kernel.transpose(3, 0, 1, 2),
    "DepthwiseConv2D": lambda kernel: kernel.reshape(1, *kernel.shape[:2], -1),
    "Dense": lambda kernel: kernel.T,
}


def save_float_weights(model: Any, path: Path) -> None:
    """Write ``NN.kernel`` and ``NN.bias`` of each layer that multiplies, as `.npz`.

    ``model`` is the network that was converted: deployed, or one that simulates int8. Kernels
    have the order of axes of the ``.tflite``.
    """
    arrays: dict[str, Real] = {}
    for number, (kernel, bias) in enumerate(named_weights(model).values()):
        arrays[f"{number:02d}.kernel"] = np.ascontiguousarray(kernel)
        arrays[f"{number:02d}.bias"] = bias
    save_arrays(path, arrays)


def named_weights(model: Any) -> dict[str, tuple[Real, Real]]:
    """Kernel, in the file's order of axes, and bias of each layer that multiplies, by its name."""
    return {name: (kernel, bias) for name, kernel, bias in _multiplying(model)}


def _multiplying(model: Any) -> Iterator[tuple[str, Real, Real]]:
    for layer in model.layers:
        if hasattr(layer, "layers"):  # the simulated network is one layer of a model
            yield from _multiplying(layer)
            continue
        inner = getattr(layer, "layer", layer)  # in a wrapper that quantizes
        name = kernel_name(inner)
        if name is None:
            continue
        # Not the attributes of the layer: a simulation puts rounded kernels there.
        values = {str(w.name).split(":")[0].split("/")[-1]: w.numpy() for w in layer.weights}
        kernel = LAYOUTS[type(inner).__name__](values[name])
        channels = kernel.shape[3 if type(inner).__name__ == "DepthwiseConv2D" else 0]
        yield inner.name, kernel, values.get("bias", np.zeros(channels, np.float32))
