"""The layer that remembers, for cores with the DSP extension: kws_svdf_dsp.h."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from edgekws.fixedpoint import INT32_MAX
from edgekws.graph.bodies import _dsp
from edgekws.kernel import Kernel

VECTOR_WORDS = 256  # of a frame, which are spread in the scratch at once
INT8_MAX = 127


def svdf_kernel(op: Any) -> Kernel | None:
    """Return the kernel of an SVDF; None when its numbers are beyond it."""
    packed = _dsp.pack_matrix(op.weights_feature, VECTOR_WORDS)
    if packed is None or not _fits(op):
        return None
    table, chunk_words = packed
    sums = op.weights_feature.sum(axis=1, dtype=np.int64)
    time = _ring(op.weights_time)
    filters, bands = op.weights_feature.shape
    memory = time.shape[1] - 2
    units = op.bias.size
    return Kernel(
        function="kws_svdf_dsp_run",
        params_type="kws_svdf_dsp_params",
        header="kws_svdf_dsp.h",
        sources=("kws_svdf_dsp.c", "kws_vector_dsp.c"),
        fields=(
            ("weights_feature", _dsp.by_chunk(table, chunk_words)),
            ("offset", (-2 * op.input_zero_point * sums).astype(np.int32)),
            ("weights_time", time),
            ("bias", op.bias),
            ("chunks", table.shape[1] // chunk_words),
            ("chunk_words", chunk_words),
            ("bands", bands),
            ("memory", memory),
            ("units", units),
            ("rank", filters // units),
            ("state_multiplier", op.to_state.multiplier),
            ("state_shift", _state_shift(op)),
            ("state_zero_point", op.state_zero_point),
            ("wide", int(op.to_state.highest > INT8_MAX)),
            ("output_multiplier", op.to_output.multiplier),
            ("output_shift", -op.to_output.shift),
            ("output_zero_point", op.output_zero_point),
        ),
        scratch_bytes=4 * (chunk_words + 2 * len(table)),
        in_place=True,
        state_bytes=4 + 2 * filters * memory,
    )


def _state_shift(op: Any) -> int:
    """See kws_dsp_requantize; a factor of 0 may have any shift."""
    return 0 if op.to_state.multiplier == 0 else -1 - int(op.to_state.shift)


def _fits(op: Any) -> bool:
    """Whether the rescaling to the state stays within 32 bits."""
    shift = _state_shift(op)
    largest = 255 * int(np.abs(op.weights_feature.astype(np.int64)).sum(axis=1).max())
    if shift < 0 or 2 * largest > INT32_MAX:
        return False
    scaled = largest * int(op.to_state.multiplier) >> 31
    return scaled + (1 << shift) + 2 <= INT32_MAX


def _ring(weights: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    """Int16 [filters, memory + 2]: made even in front, then the first again, then 0."""
    even = np.pad(weights, ((0, 0), (weights.shape[1] % 2, 0)))
    return np.concatenate([even, even[:, :1], np.zeros_like(even[:, :1])], axis=1)
