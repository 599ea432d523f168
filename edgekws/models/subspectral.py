"""Bands in groups, each normalized by itself: sub-spectral normalization without an op of its own.

A map of features [frames, bands, channels] is cut into groups of neighbouring bands, and what
follows the convolution along the bands has a scale and an offset for each group and channel. Here
the bands stand in **interleaved** order: the first of each group, then the second of each, and so
on. The same bytes are then a map [frames, bands of a group, groups * channels], on which this
normalization is an ordinary one of channels: it folds into a depthwise convolution that has a
kernel for each group. Nothing else in the network minds the order of the bands.

Source: Chang et al., Subspectral normalization for neural audio data processing, 2103.13620.
"""

from __future__ import annotations

from typing import Any

from edgekws.models.backend import keras, tf


class Interleaved(keras.layers.Layer):  # type: ignore[misc]
    """From the natural order of the bands to the interleaved one."""

    def __init__(self, groups: int, **options: Any) -> None:
        super().__init__(**options)
        self.groups = groups

    def call(self, inputs: Any) -> Any:
        """Reorder [batch, frames, bands, channels]."""
        _, frames, bands, channels = inputs.shape
        split = (-1, frames, self.groups, bands // self.groups, channels)
        swapped = tf.transpose(tf.reshape(inputs, split), (0, 1, 3, 2, 4))
        return tf.reshape(swapped, (-1, frames, bands, channels))

    def get_config(self) -> dict[str, Any]:
        """Arguments of the constructor."""
        return {**super().get_config(), "groups": self.groups}


class Neighboured(keras.layers.Layer):  # type: ignore[misc]
    """Put before and behind each group's bands the one that is next to them in another group.

    From [batch, frames, bands, channels], interleaved, to [batch, frames, bands of a group + 2,
    groups * channels], or + 1 without the one ``behind``. Beyond the outermost bands are zeros.
    """

    def __init__(self, groups: int, *, behind: bool = True, **options: Any) -> None:
        super().__init__(**options)
        self.groups = groups
        self.behind = behind

    def call(self, inputs: Any) -> Any:
        """Widen the map."""
        _, frames, bands, channels = inputs.shape
        lasts = inputs[:, :, bands - self.groups : bands - 1]
        parts = [tf.pad(lasts, ((0, 0), (0, 0), (1, 0), (0, 0))), inputs]
        if self.behind:
            firsts = inputs[:, :, 1 : self.groups]
            parts.append(tf.pad(firsts, ((0, 0), (0, 0), (0, 1), (0, 0))))
        width = bands // self.groups + len(parts) - 1
        wide = tf.concat(parts, axis=2)
        return tf.reshape(wide, (-1, frames, width, self.groups * channels))

    def get_config(self) -> dict[str, Any]:
        """Arguments of the constructor."""
        return {**super().get_config(), "groups": self.groups, "behind": self.behind}


class SharedDepthwise(keras.layers.DepthwiseConv2D):  # type: ignore[misc]
    """A depthwise convolution without a bias whose channels are groups that share one kernel.

    In deployment it is a plain one, as each group has a batch normalization of its own.
    """

    def __init__(self, kernel: tuple[int, int], groups: int, step: int, **options: Any) -> None:
        super().__init__(kernel, use_bias=False, **options)
        self.groups = groups
        self.step = step

    def build(self, input_shape: Any) -> None:
        """Make the kernel of one group."""
        super().build((*input_shape[:-1], input_shape[-1] // self.groups))
        self.input_spec = keras.layers.InputSpec(ndim=4)

    def call(self, inputs: Any) -> Any:
        """Convolve each group with the same kernel, and keep each ``step``-th column."""
        kernel, _ = self.plain_weights()
        return tf.nn.depthwise_conv2d(inputs, kernel, (1, 1, 1, 1), "VALID")[:, :, :: self.step]

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Shape of the output."""
        *rest, columns, channels = super().compute_output_shape(input_shape)
        return (*rest, -(-columns // self.step), channels)

    def plain_weights(self) -> tuple[Any, Any]:
        """Kernel and bias of the `DepthwiseConv2D` that computes the same."""
        kernel = tf.tile(self.depthwise_kernel, (1, 1, self.groups, 1))
        return kernel, tf.zeros(kernel.shape[2])


class Mean(keras.layers.Layer):  # type: ignore[misc]
    """The mean over ``axes`` of [batch, frames, bands, channels], which stay with length 1.

    Unlike a pooling layer it has a scale of its own in int8.
    """

    def __init__(self, axes: tuple[int, ...], **options: Any) -> None:
        super().__init__(**options)
        self.axes = tuple(axes)

    def call(self, inputs: Any) -> Any:
        """Average."""
        return tf.reduce_mean(inputs, axis=self.axes, keepdims=True)

    def get_config(self) -> dict[str, Any]:
        """Arguments of the constructor."""
        return {**super().get_config(), "axes": self.axes}
