"""The layers that architectures are made of, in their training and their deployment form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from edgekws.models.backend import keras, tf

# Log-mel features have a standard deviation near 4 around a mean near -3, not 1 around 0. First
# layers start smaller by about that much, so that their outputs start in the usual range.
FEATURE_SPREAD = 5.0


class StepDropout(keras.layers.Layer):  # type: ignore[misc]
    """Dropout whose mask is a pure function of (seed, step), so that resuming is exact."""

    def __init__(self, rate: float, seed: int, name: str) -> None:
        super().__init__(name=name)
        self.rate = rate
        self.seed = seed
        self.step = _Cell(tf.Variable(0, trainable=False, dtype=tf.int32))

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Drop a share ``rate`` of the values in training, none otherwise."""
        if not training:
            return inputs
        key = tf.stack([tf.constant(self.seed, tf.int32), self.step.value])
        return tf.nn.experimental.stateless_dropout(inputs, self.rate, key, rng_alg="philox")


@dataclass(frozen=True)
class _Cell:
    """Hides a variable from Keras, which would count and save it as a weight."""

    value: Any


@dataclass
class Kit:
    """Builds layers by name; the same name carries the same weights in both forms."""

    deploy: bool
    seed: int
    _count: dict[str, int] = field(default_factory=dict)

    def conv(
        self,
        x: Any,
        name: str,
        filters: int,
        kernel: tuple[int, int],
        *,
        strides: tuple[int, int] = (1, 1),
        padding: str = "same",
        relu: bool = False,
        bias: bool = True,
        norm: bool = False,
        spread: float = 1.0,
    ) -> Any:
        """Convolution [+ batch normalization] [+ ReLU]; ``spread`` is that of its input."""
        layer = keras.layers.Conv2D(
            filters,
            kernel,
            strides=strides,
            padding=padding,
            use_bias=bias,
            activation=self._activation(relu, norm),
            kernel_initializer=self._initializer(spread),
            name=name,
        )
        return self._finish(layer(x), name, relu, norm)

    def depthwise(
        self,
        x: Any,
        name: str,
        kernel: tuple[int, int],
        *,
        strides: tuple[int, int] = (1, 1),
        padding: str = "same",
        relu: bool = False,
        bias: bool = True,
        norm: bool = False,
    ) -> Any:
        """Convolution of each channel by itself [+ batch normalization] [+ ReLU]."""
        layer = keras.layers.DepthwiseConv2D(
            kernel,
            strides=strides,
            padding=padding,
            use_bias=bias,
            activation=self._activation(relu, norm),
            depthwise_initializer=self._initializer(1.0),
            name=name,
        )
        return self._finish(layer(x), name, relu, norm)

    def dense(self, x: Any, name: str, units: int) -> Any:
        """Fully connected layer, linear."""
        layer = keras.layers.Dense(units, kernel_initializer=self._initializer(1.0), name=name)
        return layer(x)

    def dropout(self, x: Any, rate: float) -> Any:
        """Dropout in training, nothing in deployment."""
        seed = self._next_seed()
        if self.deploy:
            return x
        return StepDropout(rate, seed, f"dropout_{self._number('dropout')}")(x)

    def scores(self, x: Any, labels: int) -> Any:
        """The last two layers: one linear unit per label, then softmax."""
        return keras.layers.Softmax(name="scores")(self.dense(x, "logits", labels))

    def _finish(self, x: Any, name: str, relu: bool, norm: bool) -> Any:
        if norm and not self.deploy:
            x = keras.layers.BatchNormalization(momentum=0.96, name=f"{name}_norm")(x)
            x = keras.layers.ReLU(name=f"{name}_relu")(x) if relu else x
        return x

    def _activation(self, relu: bool, norm: bool) -> str | None:
        return "relu" if relu and (self.deploy or not norm) else None

    def _initializer(self, spread: float) -> Any:
        return keras.initializers.VarianceScaling(
            scale=1.0 / spread**2,
            mode="fan_in",
            distribution="truncated_normal",
            seed=self._next_seed(),
        )

    def _next_seed(self) -> int:
        return 1000 * self.seed + self._number("seed")

    def _number(self, kind: str) -> int:
        self._count[kind] = self._count.get(kind, 0) + 1
        return self._count[kind]
