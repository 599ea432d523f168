"""The layers that architectures are made of, in their training and their deployment form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from edgekws.errors import ConfigError
from edgekws.models.backend import keras, tf
from edgekws.models.normalized import ChannelNorm, Standardized
from edgekws.models.subspectral import BandsDepthwise, EveryColumn, Neighboured

# What log-mel features of augmented training clips are like: mean and standard deviation.
FEATURE_MEAN = -6.0
FEATURE_SPREAD = 6.0


class FeatureConv(keras.layers.Conv2D):  # type: ignore[misc]
    """A first convolution that learns as if its features had mean 0 and standard deviation 1.

    It is a plain convolution of the features as they are, but what it learns are its weights
    times `FEATURE_SPREAD`. Without that, all weights of a filter moving alike by one step of Adam
    move its output by the sum of hundreds of large features.
    """

    def call(self, inputs: Any) -> Any:
        """Convolve with the plain weights."""
        kernel, bias = self.plain_weights()
        outputs = tf.nn.conv2d(inputs, kernel, self.strides, self.padding.upper())
        return self.activation(outputs + bias)

    def plain_weights(self) -> tuple[Any, Any]:
        """Kernel and bias of the `Conv2D` that computes the same.

        Without a bias of its own this one still has that of its centred features. Its
        architecture then says where that goes in deployment.
        """
        kernel = self.kernel / FEATURE_SPREAD
        centre = -FEATURE_MEAN * tf.reduce_sum(kernel, axis=(0, 1, 2))
        return kernel, centre + self.bias if self.use_bias else centre


class FeatureDense(keras.layers.Dense):  # type: ignore[misc]
    """A first dense layer that learns as `FeatureConv` does."""

    def call(self, inputs: Any) -> Any:
        """Multiply by the plain weights."""
        kernel, bias = self.plain_weights()
        return tf.matmul(inputs, kernel) + bias

    def plain_weights(self) -> tuple[Any, Any]:
        """Kernel and bias of the `Dense` that computes the same."""
        kernel = self.kernel / FEATURE_SPREAD
        return kernel, self.bias - FEATURE_MEAN * tf.reduce_sum(kernel, axis=0)


class StepDropout(keras.layers.Layer):  # type: ignore[misc]
    """Dropout whose mask is a pure function of (seed, step), so that resuming is exact."""

    def __init__(self, rate: float, seed: int, name: str, *, whole_channels: bool = False) -> None:
        super().__init__(name=name)
        self.rate = rate
        self.seed = seed
        self.whole_channels = whole_channels
        self.step = _Cell(tf.Variable(0, trainable=False, dtype=tf.int32))

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Drop a share ``rate`` of the values in training, none otherwise."""
        if not training:
            return inputs
        key = own_key(tf.stack([tf.constant(self.seed, tf.int32), self.step.value]))
        mask = None
        if self.whole_channels:
            sizes = tf.shape(inputs)
            mask = tf.concat([sizes[:1], tf.ones_like(sizes[1:-1]), sizes[-1:]], axis=0)
        return tf.nn.experimental.stateless_dropout(
            inputs, self.rate, key, noise_shape=mask, rng_alg="philox"
        )


def own_key(key: Any) -> Any:
    """The key of chance on this device: another one on each of several that share a batch."""
    if tf.distribute.get_strategy().num_replicas_in_sync == 1:
        return key
    number = tf.distribute.get_replica_context().replica_id_in_sync_group
    return tf.random.experimental.stateless_fold_in(key, number)


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
        first: bool = False,
    ) -> Any:
        """Convolution [+ batch normalization] [+ ReLU]; the ``first`` one reads the features.

        ``padding`` is ``same``, ``valid``, or ``bands``: as ``same`` along the bands, and none
        along time. With ``norm`` and without ``bias`` the one in deployment is that of the norm.
        """
        x, padding = self._padded(x, name, kernel, strides[1], padding)
        kind = FeatureConv if first and not self.deploy else keras.layers.Conv2D
        layer = kind(
            filters,
            kernel,
            strides=strides,
            padding=padding,
            use_bias=bias or (norm and self.deploy),
            activation=self._activation(relu, norm),
            kernel_initializer=self._initializer(),
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
        dilation: int = 1,
    ) -> Any:
        """Convolution of each channel by itself [+ batch normalization] [+ ReLU].

        ``dilation`` frames lie between two values of the kernel along time.
        """
        x, padding = self._padded(x, name, kernel, strides[1], padding)
        layer = keras.layers.DepthwiseConv2D(
            kernel,
            strides=strides,
            padding=padding,
            dilation_rate=(dilation, 1),
            use_bias=bias or (norm and self.deploy),
            activation=self._activation(relu, norm),
            depthwise_initializer=self._initializer(),
            name=name,
        )
        return self._finish(layer(x), name, relu, norm)

    def grouped_bands(self, x: Any, name: str, groups: int, *, step: int = 1) -> Any:
        """Depthwise convolution of 3 bands + batch normalization of each group of them.

        From [batch, frames, bands, channels], interleaved as in `edgekws.models.subspectral`, to
        [batch, frames, bands of a group, groups * channels]. ``step`` bands on is the next result.
        """
        initializer = self._initializer()
        if not self.deploy:
            x = BandsDepthwise(groups, step, initializer, name=name)(x)
            return self._finish(x, name, relu=False, norm=True)
        x = Neighboured(groups, behind=step == 1, name=f"{name}_neighbours")(x)
        x = keras.layers.DepthwiseConv2D((1, 3), name=name)(x)
        if min(step, x.shape[2]) > 1:  # depthwise convolutions have one stride for both axes
            x = EveryColumn(step, name=f"{name}_step")(x)
        return x

    def dense(
        self,
        x: Any,
        name: str,
        units: int,
        *,
        relu: bool = False,
        bias: bool = True,
        first: bool = False,
    ) -> Any:
        """Fully connected layer [+ ReLU]; the ``first`` one reads the features."""
        kind = FeatureDense if first and not self.deploy else keras.layers.Dense
        layer = kind(
            units,
            use_bias=bias,
            activation="relu" if relu else None,
            kernel_initializer=self._initializer(),
            name=name,
        )
        return layer(x)

    def normalized(self, x: Any, name: str, *, learned: bool = True) -> Any:
        """Normalize what the layer ``name`` reads next; folded into it in deployment.

        That one is a dense layer or pads nothing. ``learned`` is batch normalization of each
        channel; without, all values get mean 0 and standard deviation 1 by fixed numbers.
        """
        if self.deploy:
            return x
        name = f"{name}_input"
        if not learned:
            return Standardized(name=name)(x)
        layer = ChannelNorm(momentum=0.96, synchronized=tf.distribute.has_strategy(), name=name)
        return layer(x)

    def dropout(self, x: Any, rate: float, *, whole_channels: bool = False) -> Any:
        """Dropout in training, nothing in deployment."""
        seed = self._next_seed()
        if self.deploy:
            return x
        name = f"dropout_{self._number('dropout')}"
        return StepDropout(rate, seed, name, whole_channels=whole_channels)(x)

    def scores(self, x: Any, labels: int, *, bias: bool = True, first: bool = False) -> Any:
        """The last two layers: one linear unit per label, then softmax."""
        logits = self.dense(x, "logits", labels, bias=bias, first=first)
        return keras.layers.Softmax(name="scores")(logits)

    def _padded(
        self, x: Any, name: str, kernel: tuple[int, int], stride: int, padding: str
    ) -> tuple[Any, str]:
        """Pad the bands as TensorFlow's ``same`` does, for ``bands``; Keras has no such padding."""
        frames = int(x.shape[1])
        if padding != "same" and frames < kernel[0]:
            raise ConfigError(
                f"layer {name} sees {kernel[0]} frames at a time and {frames} are left for it; "
                "use longer clips (--clip-ms) or a shorter hop (--hop-ms)"
            )
        if padding != "bands":
            return x, padding
        bands = int(x.shape[2])
        missing = max((-(-bands // stride) - 1) * stride + kernel[1] - bands, 0)
        if missing == 0:
            return x, "valid"
        sides = (missing // 2, missing - missing // 2)
        return keras.layers.ZeroPadding2D(((0, 0), sides), name=f"{name}_pad")(x), "valid"

    def _finish(self, x: Any, name: str, relu: bool, norm: bool) -> Any:
        if norm and not self.deploy:
            x = keras.layers.BatchNormalization(
                momentum=0.96,
                synchronized=tf.distribute.has_strategy(),  # over all devices of a team
                name=f"{name}_norm",
            )(x)
            x = keras.layers.ReLU(name=f"{name}_relu")(x) if relu else x
        return x

    def _activation(self, relu: bool, norm: bool) -> str | None:
        return "relu" if relu and (self.deploy or not norm) else None

    def _initializer(self) -> Any:
        return keras.initializers.VarianceScaling(
            scale=1.0,
            mode="fan_in",
            distribution="truncated_normal",
            seed=self._next_seed(),
        )

    def _next_seed(self) -> int:
        return 1000 * self.seed + self._number("seed")

    def _number(self, kind: str) -> int:
        self._count[kind] = self._count.get(kind, 0) + 1
        return self._count[kind]
