"""Small Keras networks in the manner of public keyword spotters and tutorials.

TensorFlow is imported by the functions only. Each network's weights are random, and its batch
normalizations have seen something, so that folding them changes numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

LABELS = 4


def _separable(layers: Any, x: Any, filters: int, stride: int, relu: Any) -> Any:
    """One block of MobileNetV1 and of DS-CNN."""
    x = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False)(x)
    x = relu()(layers.BatchNormalization()(x))
    x = layers.Conv2D(filters, 1, use_bias=False)(x)
    return relu()(layers.BatchNormalization()(x))


def _scores(layers: Any, x: Any) -> Any:
    return layers.Softmax()(layers.Dense(LABELS)(x))


def mobile_net_v1(keras: Any) -> Any:
    """A padded stem with stride 2, separable blocks with ReLU6, a global average, dropout."""
    layers = keras.layers
    inputs = keras.Input((16, 10, 1))
    x = layers.ZeroPadding2D(((0, 1), (0, 1)))(inputs)
    x = layers.Conv2D(6, 3, 2, use_bias=False)(x)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    for filters, stride in ((8, 1), (10, 2)):
        x = _separable(layers, x, filters, stride, lambda: layers.ReLU(6.0))
    x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D(keepdims=True)(x))
    return keras.Model(inputs, _scores(layers, layers.Flatten()(x)))


def mobile_net_v2(keras: Any) -> Any:
    """Inverted residuals: expand, filter, project without activation, add."""
    layers = keras.layers
    inputs = keras.Input((12, 10, 1))
    x = layers.ReLU(6.0)(layers.Conv2D(8, 3, 2, padding="same")(inputs))
    for _ in range(2):
        y = layers.ReLU(6.0)(layers.BatchNormalization()(layers.Conv2D(16, 1)(x)))
        y = layers.DepthwiseConv2D(3, padding="same")(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
        y = layers.BatchNormalization()(layers.Conv2D(8, 1)(y))
        x = layers.Add()([x, y])
    return keras.Model(inputs, _scores(layers, layers.GlobalAveragePooling2D()(x)))


def mobile_net_v3(keras: Any) -> Any:
    """Hard swish and squeeze-and-excite: each channel times a gate made of its mean."""
    layers = keras.layers

    def hard_sigmoid(x: Any) -> Any:
        return layers.ReLU(6.0)(x + 3.0) * (1.0 / 6.0)

    inputs = keras.Input((12, 10, 1))
    x = layers.Conv2D(8, 3, 2, padding="same")(inputs)
    x = layers.Multiply()([x, hard_sigmoid(x)])
    gate = layers.GlobalAveragePooling2D(keepdims=True)(x)
    gate = layers.ReLU()(layers.Conv2D(4, 1)(gate))
    gate = layers.Conv2D(8, 1, activation="sigmoid")(gate)
    x = layers.Multiply()([x, gate])
    x = layers.LeakyReLU(0.1)(layers.Conv2D(8, 1)(x))
    return keras.Model(inputs, _scores(layers, layers.GlobalMaxPooling2D()(x)))


def temporal(keras: Any) -> Any:
    """Convolutions along time only, dilated, with residuals, as in TC-ResNet and TENet."""
    layers = keras.layers
    inputs = keras.Input((24, 8))
    x = layers.ReLU()(layers.Conv1D(8, 3, padding="same")(inputs))
    for dilation in (1, 2, 4):
        y = layers.Conv1D(8, 3, padding="causal", dilation_rate=dilation)(x)
        y = layers.ReLU()(layers.BatchNormalization()(y))
        x = layers.Add()([x, y])
    x = layers.AveragePooling1D(2)(x)
    return keras.Model(inputs, _scores(layers, layers.GlobalAveragePooling1D()(x)))


def tutorial(keras: Any) -> Any:
    """The network of TensorFlow's tutorial on simple audio recognition, smaller."""
    layers = keras.layers
    inputs = keras.Input((30, 17, 1))
    x = layers.Resizing(12, 12)(inputs)
    x = layers.Conv2D(6, 3, activation="relu")(x)
    x = layers.Conv2D(6, 3, activation="relu")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Dropout(0.25)(x)
    x = layers.Dense(16, activation="relu")(layers.Flatten()(x))
    return keras.Model(inputs, layers.Dense(LABELS)(x))  # logits


def branches(keras: Any) -> Any:
    """Paths of other widths and dilations side by side, a slice, a tanh, a transpose, a product."""
    layers = keras.layers
    inputs = keras.Input((12, 10, 2))
    paths = [
        layers.Conv2D(4, (3, 1), padding="same", dilation_rate=(rate, 1), activation="relu")(inputs)
        for rate in (1, 2)
    ]
    paths.append(layers.MaxPooling2D(3, 1, padding="same")(inputs))
    x = layers.Concatenate()(paths)
    x = layers.Cropping2D(((2, 0), (1, 1)))(x)
    one, other = layers.Conv2D(6, 1)(x)[..., :3], layers.Conv2D(6, 1)(x)[..., 3:]
    x = layers.Multiply()([layers.Activation("tanh")(one), layers.Activation("sigmoid")(other)])
    x = layers.Permute((2, 1, 3))(x)
    x = layers.Subtract()([x, layers.GlobalAveragePooling2D(keepdims=True)(x)])
    return keras.Model(inputs, _scores(layers, layers.Flatten()(x)))


NETWORKS: dict[str, Callable[[Any], Any]] = {
    made.__name__: made
    for made in (mobile_net_v1, mobile_net_v2, mobile_net_v3, temporal, tutorial, branches)
}


def converted(name: str) -> bytes:
    """One of `NETWORKS` as an int8 file."""
    from edgekws.models.backend import keras
    from edgekws.quantize.convert import convert_calibrated

    keras.utils.set_random_seed(3)
    random = np.random.default_rng(4)
    model = NETWORKS[name](keras)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            ranges = ((0.5, 1.5), (-0.5, 0.5), (-0.5, 0.5), (0.5, 1.5))  # gamma, beta, mean, var
            sizes = [w.shape for w in layer.get_weights()]
            drawn = [random.uniform(*r, s) for r, s in zip(ranges, sizes, strict=True)]
            layer.set_weights(drawn)

    def samples() -> Iterator[Any]:
        for _ in range(8):
            yield random.uniform(-1, 1, (1, *model.input_shape[1:])).astype(np.float32)

    return convert_calibrated(model, samples())
