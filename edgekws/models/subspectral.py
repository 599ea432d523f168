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
        return neighboured(inputs, self.groups, behind=self.behind)

    def get_config(self) -> dict[str, Any]:
        """Arguments of the constructor."""
        return {**super().get_config(), "groups": self.groups, "behind": self.behind}


def neighboured(x: Any, groups: int, *, behind: bool) -> Any:
    """See `Neighboured`."""
    _, frames, bands, channels = x.shape
    # tf.slice and not brackets: these learn five times as slowly.
    size = (-1, frames, groups - 1, channels)
    lasts = tf.slice(x, (0, 0, bands - groups, 0), size)
    parts = [tf.pad(lasts, ((0, 0), (0, 0), (1, 0), (0, 0))), x]
    if behind:
        firsts = tf.slice(x, (0, 0, 1, 0), size)
        parts.append(tf.pad(firsts, ((0, 0), (0, 0), (0, 1), (0, 0))))
    width = bands // groups + len(parts) - 1
    return tf.reshape(tf.concat(parts, axis=2), (-1, frames, width, groups * channels))


class BandsDepthwise(keras.layers.Layer):  # type: ignore[misc]
    """Each band with its two neighbours, by a kernel for each channel; every ``step``-th result.

    From [batch, frames, bands, channels], interleaved, to [batch, frames, bands of a group,
    groups * channels]. In deployment `Neighboured` and a plain depthwise convolution compute the
    same, whose groups have a kernel each, after the normalization behind this layer.
    """

    def __init__(self, groups: int, step: int, initializer: Any, **options: Any) -> None:
        super().__init__(**options)
        self.groups = groups
        self.step = step
        self.initializer = initializer

    def build(self, input_shape: Any) -> None:
        """Make the kernel."""
        shape = (1, 3, input_shape[-1], 1)
        self.kernel = self.add_weight("kernel", shape, initializer=self.initializer)

    def call(self, inputs: Any) -> Any:
        """Convolve."""
        _, frames, bands, channels = inputs.shape
        if (bands, self.step) == (self.groups, 1):  # as they are they stand beside each other
            y = tf.nn.depthwise_conv2d(inputs, self.kernel, (1, 1, 1, 1), "SAME")
            return tf.reshape(y, (-1, frames, 1, bands * channels))
        wide = neighboured(inputs, self.groups, behind=self.step == 1)
        _, _, width, maps = wide.shape
        # TensorFlow strides along both axes or none, so each frame is an image of its own: what
        # leaves out half of the results afterwards learns an eighth more slowly.
        rows = wide if self.step == 1 else tf.reshape(wide, (-1, 1, width, maps))
        strides = (1, self.step, self.step, 1)
        y = tf.nn.depthwise_conv2d(rows, self.plain_weights()[0], strides, "VALID")
        return tf.reshape(y, (-1, frames, y.shape[2], maps))

    def plain_weights(self) -> tuple[Any, Any]:
        """Kernel and bias of the `DepthwiseConv2D` that computes the same."""
        kernel = tf.tile(self.kernel, (1, 1, self.groups, 1))
        return kernel, tf.zeros(kernel.shape[2])


class EveryColumn(keras.layers.Layer):  # type: ignore[misc]
    """The first column of [batch, frames, columns, channels] and each that is ``step`` on."""

    def __init__(self, step: int, **options: Any) -> None:
        super().__init__(**options)
        self.step = step

    def call(self, inputs: Any) -> Any:
        """Leave out the others."""
        return inputs[:, :, :: self.step]

    def get_config(self) -> dict[str, Any]:
        """Arguments of the constructor."""
        return {**super().get_config(), "step": self.step}


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
