"""A network that computes in float what its int8 twin will compute, so that it can learn to.

tfmot wraps the layers; the rules are ours, because its own quantize depthwise kernels per tensor
and let activation ranges start anywhere:

- kernels of convolutions: one symmetric scale per output channel, set by its largest weight, so
  that every channel uses all of -127..127; of dense layers: one scale;
- activations: one range per tensor, fixed before learning from what the float network does;
- the input: the frontend's own scale and zero point.
"""

from __future__ import annotations

from typing import Any

from edgekws.models.backend import keras, tf
from edgekws.models.quiet import quiet

with quiet():
    import tensorflow_model_optimization as tfmot
    from tensorflow_model_optimization.python.core.quantization.keras import (
        quantize_layer,
        quantize_wrapper,
    )

Range = tuple[float, float]

SMALLEST = 1e-6  # a kernel of zeros still needs a scale
SIGMOID: Range = (0.0, 255 / 256)  # the only one that TensorFlow Lite knows for its output


class KernelQuantizer(tfmot.quantization.keras.quantizers.Quantizer):  # type: ignore[misc]
    """Symmetric int8 weights, -127..127; ``axis`` is that of the channels, None for one scale."""

    def __init__(self, axis: int | None) -> None:
        self.axis = axis

    def build(self, tensor_shape: Any, name: str, layer: Any) -> dict[str, Any]:
        """Needs no variables: the scale follows from the weights."""
        return {}

    def __call__(self, inputs: Any, training: Any, weights: Any, **kwargs: Any) -> Any:
        """Weights as the int8 network will have them."""
        if self.axis is None:
            peak = tf.stop_gradient(tf.maximum(tf.reduce_max(tf.abs(inputs)), SMALLEST))
            return tf.quantization.fake_quant_with_min_max_vars(
                inputs, -peak, peak, narrow_range=True
            )
        shape = tf.shape(inputs)
        # TensorFlow quantizes along the last axis only; [h, w, C, 1] becomes [h, w, C].
        flat = inputs if self.axis == 3 else tf.squeeze(inputs, axis=3)
        peaks = tf.reduce_max(tf.abs(flat), axis=tuple(range(len(flat.shape) - 1)))
        peaks = tf.stop_gradient(tf.maximum(peaks, SMALLEST))
        flat = tf.quantization.fake_quant_with_min_max_vars_per_channel(
            flat, -peaks, peaks, narrow_range=True
        )
        return tf.reshape(flat, shape)

    def get_config(self) -> dict[str, Any]:
        """Arguments of the constructor."""
        return {"axis": self.axis}


class RangeQuantizer(tfmot.quantization.keras.quantizers.Quantizer):  # type: ignore[misc]
    """int8 activations over a fixed range of real values."""

    def __init__(self, low: float, high: float) -> None:
        self.low = low
        self.high = high

    def build(self, tensor_shape: Any, name: str, layer: Any) -> dict[str, Any]:
        """Needs no variables: the range is given."""
        return {}

    def __call__(self, inputs: Any, training: Any, weights: Any, **kwargs: Any) -> Any:
        """Activations as the int8 network will have them."""
        return tf.quantization.fake_quant_with_min_max_args(inputs, self.low, self.high)

    def get_config(self) -> dict[str, Any]:
        """Arguments of the constructor."""
        return {"low": self.low, "high": self.high}


class Int8(tfmot.quantization.keras.QuantizeConfig):  # type: ignore[misc]
    """How one layer is quantized."""

    def __init__(self, output: Range | None) -> None:
        self.output = output

    def get_weights_and_quantizers(self, layer: Any) -> list[tuple[Any, Any]]:
        """The kernel, where there is one."""
        name = kernel_name(layer)
        if name is None:
            return []
        axis = {"Conv2D": 3, "DepthwiseConv2D": 2}.get(type(layer).__name__)
        return [(getattr(layer, name), KernelQuantizer(axis))]

    def set_quantize_weights(self, layer: Any, quantize_weights: list[Any]) -> None:
        """Put the quantized kernel in the layer's place."""
        for weights in quantize_weights:
            setattr(layer, str(kernel_name(layer)), weights)

    def get_activations_and_quantizers(self, layer: Any) -> list[tuple[Any, Any]]:
        """None: the activation is part of the layer's output."""
        return []

    def set_quantize_activations(self, layer: Any, quantize_activations: list[Any]) -> None:
        """Nothing to set."""

    def get_output_quantizers(self, layer: Any) -> list[Any]:
        """One for the layer's output, unless the next layer is fused with it."""
        return [] if self.output is None else [RangeQuantizer(*self.output)]

    def get_config(self) -> dict[str, Any]:
        """Arguments of the constructor."""
        return {"output": self.output}


def kernel_name(layer: Any) -> str | None:
    """Attribute that holds the kernel of a layer."""
    kind = type(layer).__name__
    return {"Conv2D": "kernel", "DepthwiseConv2D": "depthwise_kernel", "Dense": "kernel"}.get(kind)


def measured_layers(model: Any) -> list[Any]:
    """Layers of a deployment network whose output gets a range of its own.

    Pooling and moving keep the scale of their input, softmax and sigmoid have fixed ones, and an
    addition is fused with the ReLU behind it, where there is one.
    """
    kinds = ("Conv2D", "DepthwiseConv2D", "Dense", "ReLU", "Mean", "Multiply")
    return [
        layer
        for layer in model.layers
        if type(layer).__name__ in kinds or (_is(layer, "Add") and not _fused_with_relu(layer))
    ]


def _is(layer: Any, kind: str) -> bool:
    return type(layer).__name__ == kind


def _fused_with_relu(layer: Any) -> bool:
    """Whether all that reads a layer is one ReLU."""
    readers = [node.outbound_layer for node in layer.outbound_nodes]
    return len(readers) == 1 and _is(readers[0], "ReLU")


def _sigmoid(layer: Any) -> bool:
    return _is(layer, "Activation") and layer.get_config()["activation"] == "sigmoid"


def simulated(model: Any, ranges: dict[str, Range], scale: float, zero_point: int) -> Any:
    """Copy a deployment network with its weights into one that simulates int8.

    Parameters
    ----------
    ranges
        Lowest and highest real value of each of the `measured_layers`, by name.
    scale, zero_point
        Of the int8 input.
    """

    def wrapped(layer: Any) -> Any:
        copy = type(layer).from_config(layer.get_config())
        known = SIGMOID if _sigmoid(layer) else ranges.get(layer.name)
        if known is None and not _is(layer, "Add"):
            return copy
        return quantize_wrapper.QuantizeWrapperV2(copy, Int8(known))

    ends = (scale * (-128 - zero_point), scale * (127 - zero_point))
    network = keras.models.clone_model(model, clone_function=wrapped)
    inputs = keras.Input(model.input_shape[1:], name="features")
    quantized = quantize_layer.QuantizeLayer(RangeQuantizer(*ends), name="int8")(inputs)
    _copy_weights(model, network)
    return keras.Model(inputs, network(quantized), name=model.name)


def _copy_weights(model: Any, network: Any) -> None:
    copies = {layer.name.removeprefix("quant_"): layer for layer in network.layers}
    for layer in model.layers:
        targets = {_role(weight): weight for weight in copies[layer.name].weights}
        for weight in layer.weights:
            targets[_role(weight)].assign(weight)


def _role(weight: Any) -> str:
    return str(weight.name).split(":")[0].split("/")[-1]
