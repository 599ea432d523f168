"""One network in training: the compiled step, its optimizer and the whole of its state."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from edgekws.models.backend import keras, tf
from edgekws.models.kit import StepDropout, own_key
from edgekws.recipe import ScheduleSpec

if TYPE_CHECKING:
    from edgekws.train.teacher import Tutor

Features = npt.NDArray[np.int8]  # [clips, frames, bands]
Labels = npt.NDArray[np.int64]  # [clips]
Scores = npt.NDArray[np.float32]  # [clips, labels]
State = list[npt.NDArray[Any]]

EVALUATION_BATCH = 100  # clips


class Learner:
    """Adam on the mean cross-entropy of a Keras model that ends in softmax.

    The model reads ``scale * (feature - zero_point)``. With a ``teacher``, another model, it
    learns to give the teacher's scores instead of the labels. ``schedule`` says how targets are
    smoothed, clips mixed and weights averaged; without it none of that is done. A ``tutor`` that
    is set before the first step adds its answers to the loss.
    """

    def __init__(
        self,
        model: Any,
        *,
        scale: float,
        zero_point: int,
        teacher: Any | None = None,
        schedule: ScheduleSpec | None = None,
    ) -> None:
        self.model = model
        self.tutor: Tutor | None = None
        self._how = schedule or ScheduleSpec()
        self._teacher = teacher
        self._scale = scale
        self._zero_point = zero_point
        self._optimizer = keras.optimizers.Adam(jit_compile=False)
        self._optimizer.build(model.trainable_variables)
        kept = model.weights if self._how.weight_averaging else []
        self._averages = [tf.Variable(weight, trainable=False) for weight in kept]
        self._dropouts = [layer for layer in model.layers if isinstance(layer, StepDropout)]
        self._compiled_step = tf.function(self._step)
        self._compiled_scores = tf.function(self._scores)

    def step(
        self,
        number: int,
        features: Features,
        labels: Labels,
        learning_rate: float,
        theirs: Features | None = None,
    ) -> tuple[float, float]:
        """Learn from one batch; return its mean loss (nats) and accuracy (0..1) before that.

        Parameters
        ----------
        number
            Of the step, from 0; dropout is drawn from it.
        theirs
            The clips as the tutor's frontend has them.
        """
        rate = tf.constant(learning_rate, tf.float32)
        loss, accuracy = self._compiled_step(
            tf.constant(number, tf.int32), features, labels, rate, theirs
        )
        return float(loss), float(accuracy)

    def scores(self, features: Features) -> Scores:
        """Scores float32 [clips, labels] without dropout; each row adds up to 1."""
        parts = []
        with self._averaged():
            for start in range(0, len(features), EVALUATION_BATCH):
                batch = features[start : start + EVALUATION_BATCH]
                # A shorter last batch would be compiled anew.
                padded = np.zeros((EVALUATION_BATCH, *features.shape[1:]), dtype=np.int8)
                padded[: len(batch)] = batch
                parts.append(self._compiled_scores(padded).numpy()[: len(batch)])
        return np.concatenate(parts).astype(np.float32, copy=False)

    @property
    def weights(self) -> State:
        """Copies of the weights that `scores` uses: the running means, if there are any."""
        return [self._read(variable) for variable in self._averages or self.model.weights]

    @weights.setter
    def weights(self, arrays: State) -> None:
        for variables in (self.model.weights, self._averages):
            for variable, array in zip(variables, arrays, strict=False):
                self._assign(variable, array)

    def begin_with(self, arrays: State) -> None:
        """Set the weights that learn, and not yet their running means.

        Raises
        ------
        ValueError
            They are of another network.
        """
        for variable, array in zip(self.model.weights, arrays, strict=True):
            self._assign(variable, array)

    @property
    def state(self) -> State:
        """Copies of all weights, their means and of the optimizer's memory, in a fixed order."""
        return [self._read(variable) for variable in self._variables()]

    @state.setter
    def state(self, arrays: State) -> None:
        for variable, array in zip(self._variables(), arrays, strict=True):
            self._assign(variable, array)

    def _variables(self) -> list[Any]:
        return [*self.model.variables, *self._averages, *self._optimizer.variables]

    def _read(self, variable: Any) -> Any:
        return variable.numpy()

    def _assign(self, variable: Any, array: Any) -> None:
        variable.assign(array)

    @contextlib.contextmanager
    def _averaged(self) -> Iterator[None]:
        """Let the model have the running means of its weights for a while."""
        kept = self.model.weights if self._averages else []
        learning = [self._read(variable) for variable in kept]
        for variable, mean in zip(self.model.weights, self._averages, strict=False):
            self._assign(variable, self._read(mean))
        try:
            yield
        finally:
            for variable, array in zip(self.model.weights, learning, strict=False):
                self._assign(variable, array)

    def _real(self, features: Any) -> Any:
        q = tf.cast(features, tf.float32) - float(self._zero_point)
        return self._scale * q[..., tf.newaxis]

    def _step(
        self, number: Any, features: Any, labels: Any, learning_rate: Any, theirs: Any
    ) -> Any:
        for layer in self._dropouts:
            layer.step.value.assign(number)
        self._optimizer.learning_rate.assign(learning_rate)
        loss, accuracy = self._everywhere(self._learn, number, features, labels, theirs)
        self._average(number)
        return loss, accuracy

    def _everywhere(self, learn: Callable[..., Any], *arguments: Any) -> Any:
        """On every device that learns: here on the only one."""
        return learn(*arguments)

    def _portion(self, mean: Any, labels: Any) -> Any:
        """What the mean over these clips adds to the mean over the batch: all of them are here."""
        return mean

    def _learn(self, number: Any, features: Any, labels: Any, theirs: Any) -> Any:
        real, share = self._mixed(number, self._real(features))
        targets = self._targets(real, labels, share)
        with tf.GradientTape() as tape:
            scores = self.model(real, training=True)
            loss = tf.reduce_mean(keras.losses.categorical_crossentropy(targets, scores))
            if self.tutor:
                loss = self.tutor.loss(theirs, scores, share, loss)
            loss = self._portion(loss, labels)
        variables = self.model.trainable_variables
        self._optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        hits = tf.equal(tf.argmax(scores, axis=1), labels)
        return loss, self._portion(tf.reduce_mean(tf.cast(hits, tf.float32)), labels)

    def _mixed(self, number: Any, real: Any) -> tuple[Any, Any]:
        """Features with some of the next clip's, and the share of that, drawn from the step."""
        if not self._how.mixup:
            return real, None
        seed = own_key(tf.stack([tf.constant(self._how.seed % 2**31, tf.int32), number]))
        share = tf.random.stateless_uniform((tf.shape(real)[0],), seed, maxval=self._how.mixup)
        wide = share[:, tf.newaxis, tf.newaxis, tf.newaxis]
        return (1 - wide) * real + wide * tf.roll(real, 1, axis=0), share[:, tf.newaxis]

    def _targets(self, real: Any, labels: Any, share: Any) -> Any:
        if self._teacher is not None:
            return self._teacher(real, training=False)
        count = self.model.output_shape[-1]
        even = self._how.label_smoothing
        targets = (1 - even) * tf.one_hot(labels, count) + even / count
        return targets if share is None else (1 - share) * targets + share * tf.roll(targets, 1, 0)

    def _average(self, number: Any) -> None:
        """Move the running means; a short past counts evenly, so random weights are soon gone."""
        done = tf.cast(number, tf.float32) + 1
        decay = tf.minimum(self._how.weight_averaging, done / (done + 10))
        for mean, weight in zip(self._averages, self.model.weights, strict=False):
            if weight.dtype.is_floating:
                mean.assign(decay * mean + (1 - decay) * weight)

    def _scores(self, features: Any) -> Any:
        return self.model(self._real(features), training=False)
