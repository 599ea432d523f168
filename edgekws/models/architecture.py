"""What one architecture is to the rest of edgekws; importing it does not import TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edgekws.models.fused import Stages
from edgekws.recipe import FrontendSpec, ScheduleSpec

if TYPE_CHECKING:
    import tf_keras as keras


@dataclass(frozen=True)
class Architecture:
    """A family of networks for clips, and the numbers it is usually trained with.

    ``layers`` gets a `Kit` (see `edgekws.models.kit`), the input and the number of labels, and
    returns the softmax scores. It is written once and serves twice: for training, with dropout
    and batch normalization, and for deployment, with dropout left out and batch normalization
    folded into the layer before it.
    """

    name: str
    summary: str
    default_frontend: FrontendSpec
    schedule: ScheduleSpec
    layers: Callable[[Any, Any, int], Any]
    settle: Callable[[Any, Any], None] | None = None  # last step of `deployed`, if it needs one
    stages: Stages | None = None  # as layers of TensorFlow Lite's SVDF, where it is made of them

    def build(
        self, input_shape: tuple[int, int], labels: int, *, deploy: bool = False, seed: int = 1
    ) -> keras.Model:
        """Return a Keras model from float32 [batch, frames, bands, 1] to scores [batch, labels].

        Parameters
        ----------
        input_shape
            ``(frames, bands)`` of one clip.
        labels
            Number of outputs; the last layer is a softmax over them.
        deploy
            Leave out what only training needs; `deployed` also fills it with weights.
        seed
            Of the initial weights and of dropout.
        """
        from edgekws.models.backend import keras
        from edgekws.models.kit import Kit

        inputs = keras.Input((*input_shape, 1), name="features")
        outputs = self.layers(Kit(deploy=deploy, seed=seed), inputs, labels)
        return keras.Model(inputs, outputs, name=self.name)

    def deployed(self, trained: keras.Model) -> keras.Model:
        """Return the deployment form of a trained network, which computes the same."""
        from edgekws.models.fold import copy_folded

        shape, labels = trained.input_shape[1:3], trained.output_shape[-1]
        result = self.build(shape, labels, deploy=True)
        copy_folded(trained, result)
        if self.settle is not None:
            self.settle(trained, result)
        return result
