"""From a Keras network to the bytes of an int8 ``.tflite``, by TensorFlow's converter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from edgekws.models.backend import tf
from edgekws.models.quiet import quiet
from edgekws.quantize.calibrate import Real
from edgekws.quantize.order import depth_first


def convert_simulated(model: Any) -> bytes:
    """Convert a network of `edgekws.quantize.simulate`, which says all ranges itself."""
    # The converter's list of supported ops stays at its default: asking for int8 ops only
    # without a representative set is refused.
    return _converted(_converter(model))


def convert_calibrated(model: Any, samples: Iterator[Real]) -> bytes:
    """Convert a float network; the converter measures ranges on ``samples`` (post-training).

    Parameters
    ----------
    samples
        float32 [1, frames, bands, 1] each; see `pinned`.
    """
    converter = _converter(model)
    converter.representative_dataset = lambda: ([sample] for sample in samples)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    return _converted(converter)


def pinned(batches: Iterator[Real], scale: float, zero_point: int) -> Iterator[Real]:
    """Samples whose extremes are exactly those of int8, so that the input gets this scale.

    The first sample holds both ends, in two corners where they matter least: one value each at
    the loud end of its last frame and the silent end of its first.
    """
    for number, batch in enumerate(batches):
        for row, sample in enumerate(batch):
            if number == row == 0:
                yield _with_ends(sample, scale, zero_point)[np.newaxis]
            else:
                yield sample[np.newaxis]


def _with_ends(sample: Real, scale: float, zero_point: int) -> Real:
    changed = sample.copy()
    changed[0, 0, 0] = np.float32(scale * (-128 - zero_point))
    changed[-1, -1, 0] = np.float32(scale * (127 - zero_point))
    return changed


def _converter(model: Any) -> Any:
    shape = (1, *model.input_shape[1:])  # batch 1 converts to plainer graphs than batch None

    @tf.function(  # type: ignore[untyped-decorator]
        input_signature=[tf.TensorSpec(shape, tf.float32, name="features")]
    )
    def scores(features: Any) -> Any:
        return model(features, training=False)

    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [scores.get_concrete_function()], model
    )
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    return converter


def _converted(converter: Any) -> bytes:
    with quiet():
        return depth_first(bytes(converter.convert()))
