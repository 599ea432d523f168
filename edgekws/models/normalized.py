"""Normalizations that stand before a layer, and are folded into it for deployment."""

from __future__ import annotations

from typing import Any

import numpy as np

from edgekws.models.backend import keras, tf

_LEAST_SHARE = 0.01  # of a batch in the running statistics, however many came before


class Standardized(keras.layers.Layer):  # type: ignore[misc]
    """Mean 0 and standard deviation 1 over all values, as those of the training clips are.

    The part of Keras' ``Normalization`` that a network of one channel needs, with the same three
    numbers that are not learnt. It adapts while the network learns, instead of before.
    """

    def build(self, input_shape: Any) -> None:
        """Make the statistics."""
        self.mean, self.variance, self.count = (
            self.add_weight(
                name,
                (),
                initializer=first,
                trainable=False,
                aggregation=tf.VariableAggregation.MEAN,
            )
            for name, first in (("mean", "zeros"), ("variance", "ones"), ("count", "zeros"))
        )

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Normalize, in training after a look at the batch."""
        if not training:
            return (inputs - self.mean) / self._spread(self.variance)
        count = self.count + 1
        share = tf.maximum(1 / count, _LEAST_SHARE)
        seen = tf.stack([tf.reduce_mean(inputs), tf.reduce_mean(inputs**2)])
        seen = tf.distribute.get_replica_context().all_reduce("MEAN", seen)  # of all workers
        mean = self.mean + share * (seen[0] - self.mean)
        variance = self.variance + share * (seen[1] - seen[0] ** 2 - self.variance)
        for variable, value in ((self.mean, mean), (self.variance, variance), (self.count, count)):
            variable.assign(value)
        return (inputs - mean) / self._spread(variance)

    def factor_and_offset(self) -> tuple[Any, Any]:
        """What its input is multiplied by, and what is added then."""
        factor = 1 / self._spread(self.variance)
        return factor.numpy(), (-self.mean * factor).numpy()

    def _spread(self, variance: Any) -> Any:
        return tf.maximum(tf.sqrt(variance), keras.backend.epsilon())


class ChannelNorm(keras.layers.BatchNormalization):  # type: ignore[misc]
    """Batch normalization before a layer instead of behind it."""

    def factor_and_offset(self) -> tuple[Any, Any]:
        """What each channel of its input is multiplied by, and what is added then."""
        gamma, beta, mean, variance = (part.astype(np.float64) for part in self.get_weights())
        factor = gamma / np.sqrt(variance + self.epsilon)
        return factor, beta - mean * factor
