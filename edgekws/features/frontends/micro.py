"""``micro``: TFLM's microfrontend, int8 as in its micro_speech; it keeps an estimate of the noise.

A window's energies in mel bands, their square roots, noise taken away, gain against loudness
(PCAN), logarithm. All is integer and this twin is the definition; ``runtime/kws_micro.h`` gives the
word lengths. The estimate begins at 0 with each sound.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edgekws.errors import ConfigError
from edgekws.features import mel
from edgekws.features import micro_tables as tables
from edgekws.features.base import Frontend
from edgekws.features.fft16 import Transform16, packed
from edgekws.kernel import Kernel
from edgekws.recipe import FrontendSpec

_SMOOTHING_BITS = 14
_SMOOTHING = (409, 983)  # of even and odd bands
_LEAST_LEFT = 819
_SNR_BITS, _SNR_OUT_BITS = 12, 6
_LN_2 = 45426
_LOG_BITS = 6
_STEP_OVER, _STEP_UNDER = 256, 666  # features are log * 256 / 666
_WORD = np.uint64(0xFFFFFFFF)


class Micro(Frontend):
    """The frontend for one `FrontendSpec`."""

    scale = 26 / 256  # of log / 25.6: 0 to 26 fill int8
    zero_point = -128

    def __init__(self, spec: FrontendSpec) -> None:
        super().__init__(spec)
        self.transform = Transform16(spec.window_samples)
        self.extra_bits = self.transform.points.bit_length() - 7
        if spec.bands > self.transform.pairs:
            raise ConfigError(
                f"frontend micro: {spec.bands} bands of {self.transform.pairs} bins; use fewer "
                "bands or a longer window_ms"
            )
        self.first, self.weights = tables.bands(spec, self.transform.points)
        self.gains = tables.gains(self.extra_bits)
        self._smoothing = np.resize(np.array(_SMOOTHING, np.uint64), spec.bands)

    def kernel(self) -> Kernel:
        """The C function for one frame, with its constants."""
        return Kernel(
            function="kws_micro_run",
            params_type="kws_micro_params",
            header="kws_micro.h",
            sources=("kws_micro.c", "kws_fft16.c"),
            fields=(
                ("window", packed(self.transform.window.astype(np.int64).reshape(-1, 2))),
                ("order", self.transform.order),
                ("turns", packed(self.transform.turns)),
                ("split", packed(self.transform.split)),
                ("first", self.first),
                ("weights", packed(self.weights)),
                ("gains", self.gains),
                ("logs", tables.LOGS),
                ("window_samples", self.spec.window_samples),
                ("points", self.transform.points),
                ("bands", self.spec.bands),
                ("extra_bits", self.extra_bits),
            ),
            scratch_bytes=4 * self.transform.points,
            state_bytes=4 * self.spec.bands,
        )

    def frames(self, windows: NDArray[np.int16]) -> NDArray[np.int8]:
        """Each window by itself, as the first of a sound."""
        return self.sequences(windows[:, np.newaxis], self.new_state(len(windows)))[:, 0]

    def sequences(self, windows: NDArray[np.int16], state: NDArray[np.uint8]) -> NDArray[np.int8]:
        """Numpy twin of the C for whole clips; ``state`` goes on in place."""
        logs = self.logs(windows, state).astype(np.int64)
        steps = (logs * _STEP_OVER + _STEP_UNDER // 2) // _STEP_UNDER + self.zero_point
        return np.asarray(np.minimum(steps, 127), np.int8)

    def exact_sequences(self, windows: NDArray[np.int16]) -> NDArray[np.float64]:
        """Real values before they are rounded: float64 [clips, frames, bands]."""
        logs = self.logs(windows, self.new_state(len(windows)))
        return logs.astype(np.float64) * (_STEP_OVER / _STEP_UNDER * self.scale)

    def exact_frames(self, windows: NDArray[np.int16]) -> NDArray[np.float64]:
        """Each window by itself, as the first of a sound."""
        return self.exact_sequences(windows[:, np.newaxis])[:, 0]

    def logs(self, windows: NDArray[np.int16], state: NDArray[np.uint8]) -> NDArray[np.uint16]:
        """What TFLM gives: uint16 [clips, frames, bands]; the state goes on in place."""
        clips, frames, samples = windows.shape
        roots = self._roots(windows.reshape(-1, samples)).reshape(clips, frames, self.spec.bands)
        noise = state.view(np.uint32)
        out = np.empty(roots.shape, np.uint16)
        for frame in range(frames):
            left = self._without_noise(roots[:, frame], noise)
            factor = self._gain(noise).astype(np.uint64) & _WORD
            shift = np.uint64(tables.GAIN_BITS - _SNR_BITS - self.extra_bits)
            snr = ((left * factor) >> shift) & _WORD
            out[:, frame] = _logarithm((_knee(snr) << np.uint64(self.extra_bits)) & _WORD)
        return out

    def band_centres_hz(self) -> NDArray[np.float64]:
        """Where the triangles have their peaks, Hz."""
        return mel.centres_hz(self.spec)

    def _roots(self, windows: NDArray[np.int16]) -> NDArray[np.uint64]:
        energies, shifts = self.transform.energies(windows)
        start, end = int(self.first[0]), int(self.first[-1])
        matrix = np.zeros((end - start, self.spec.bands + 2), np.uint64)
        edges = self.first.astype(np.int64)
        segment = np.repeat(np.arange(self.spec.bands + 1), edges[1:] - edges[:-1])
        rows = np.arange(end - start)
        matrix[rows, segment] = self.weights[:, 0]
        matrix[rows, segment + 1] = self.weights[:, 1]
        sums = energies[:, start:end] @ matrix[:, 1:-1]
        return _root(sums) >> shifts.astype(np.uint64)[:, np.newaxis]

    def _without_noise(
        self, root: NDArray[np.uint64], noise: NDArray[np.uint32]
    ) -> NDArray[np.uint64]:
        """What is left of the roots of one frame, uint64 [clips, bands]; updates the estimates."""
        raised = (root << np.uint64(tables.NOISE_BITS)) & _WORD
        rest = np.uint64(1 << _SMOOTHING_BITS) - self._smoothing
        mixed = raised * self._smoothing + noise.astype(np.uint64) * rest
        estimate = (mixed >> np.uint64(_SMOOTHING_BITS)) & _WORD
        noise[:] = estimate
        left = (raised - np.minimum(estimate, raised)) >> np.uint64(tables.NOISE_BITS)
        least = (root * np.uint64(_LEAST_LEFT)) >> np.uint64(_SMOOTHING_BITS)
        return np.asarray(np.maximum(left, least), np.uint64)

    def _gain(self, noise: NDArray[np.uint32]) -> NDArray[np.int64]:
        octave = np.maximum(_width(noise), 2)
        values = noise.astype(np.int64)
        place = np.where(
            octave < 11, values << np.maximum(11 - octave, 0), values >> np.maximum(octave - 11, 0)
        )
        x = place & 0x3FF
        value, slope, bend = (self.gains[4 * octave - 6 + i].astype(np.int64) for i in range(3))
        found = ((((bend * x) >> 5) + slope * 32) * x + (1 << 14) >> 15) + value
        return np.where(values <= 2, self.gains[np.minimum(values, 2)], found.astype(np.int16))


def make(spec: FrontendSpec) -> Frontend:
    """Make the frontend of ``spec``; raises `ConfigError` when its numbers cannot be."""
    return Micro(spec)


def _width(values: NDArray[np.unsignedinteger]) -> NDArray[np.int64]:
    """Bits up to the highest that is set, of values below 2^53."""
    return np.frexp(values.astype(np.float64))[1].astype(np.int64)


def _root(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Root, rounded; what does not fit into 16 bits of a 32-bit value stays at the largest."""
    root = np.sqrt(values.astype(np.float64)).astype(np.uint64)
    root = np.minimum(root, _WORD)
    root = np.where(root * root > values, root - np.uint64(1), root)
    rest = values - root * root
    root = np.where(rest > 2 * root, root + np.uint64(1), root)
    rest = values - root * root
    largest = np.where(values > _WORD, _WORD, np.uint64(0xFFFF))
    return np.where((rest > root) & (root != largest), root + np.uint64(1), root)


def _knee(snr: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Quadratic up to twice the noise, then straight."""
    small = np.minimum(snr, np.uint64(2 << _SNR_BITS))
    curve = (small * small) >> np.uint64(2 + 2 * _SNR_BITS - _SNR_OUT_BITS)
    line = (snr >> np.uint64(_SNR_BITS - _SNR_OUT_BITS)) - np.uint64(1 << _SNR_OUT_BITS)
    return np.where(snr < np.uint64(2 << _SNR_BITS), curve, line)


def _logarithm(values: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """Natural logarithm in Q6 of values below 2^32; 0 of 0 and 1."""
    signed = np.maximum(values, np.uint64(1)).astype(np.int64)
    whole = _width(signed.astype(np.uint64)) - 1
    above = signed - (1 << whole)
    part = np.where(
        whole < 16, above << np.maximum(16 - whole, 0), above >> np.maximum(whole - 16, 0)
    )
    bend = tables.LOGS.astype(np.int64)[part >> 9]
    step = tables.LOGS.astype(np.int64)[(part >> 9) + 1] - bend
    log2 = (whole << 16) + part + bend + ((step * (part & 511)) >> 16)
    natural = (_LN_2 * log2 + (1 << 15)) >> 16
    scaled = ((natural << _LOG_BITS) + (1 << 15)) >> 16
    return np.where(values <= 1, 0, np.minimum(scaled, 0xFFFF)).astype(np.uint16)
