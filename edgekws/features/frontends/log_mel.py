"""``log_mel``: Hann window, power spectrum, triangular mel bands, log2, int8.

The exact definition, with samples counted as -1..1 and N the next power of two::

    E[b] = sum over k of weight[k, b] * |DFT_N(sample * hann)[k]|^2
    q[b] = clamp(round(8 * log2(E[b])) + 8, -128, 127)

``runtime/kws_log_mel.h`` gives the word lengths; `docs/features.md` the measured difference.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edgekws.errors import ConfigError
from edgekws.features import mel
from edgekws.features.base import Frontend
from edgekws.features.fft import Transform
from edgekws.features.log2 import TABLE, log2_q16
from edgekws.kernel import Kernel
from edgekws.recipe import FrontendSpec

_STEPS_PER_OCTAVE_BITS = 3
_LOG2_SHIFT = 16 - _STEPS_PER_OCTAVE_BITS
_WINDOW_SHIFT = 16
_MOST_RISING_BITS = 15
_SAMPLE_BITS = 15


class LogMel(Frontend):
    """The frontend for one `FrontendSpec`."""

    scale = 2.0**-_STEPS_PER_OCTAVE_BITS
    zero_point = 8

    def __init__(self, spec: FrontendSpec) -> None:
        super().__init__(spec)
        if spec.window_samples % 2:
            raise ConfigError(
                f"frontend: window_ms {spec.window_ms} is {spec.window_samples} samples at "
                f"{spec.sample_rate_hz} Hz, an odd number; change window_ms"
            )
        self.transform = Transform(1 << (spec.window_samples - 1).bit_length())
        self._hann = 0.5 - 0.5 * np.cos(
            2 * np.pi * np.arange(spec.window_samples) / spec.window_samples
        )
        self._bands = mel.bands(spec, self.transform.points)
        bits = _WINDOW_SHIFT + self.transform.input_bits
        self.window = np.rint(self._hann * 2.0**bits).astype(np.int32)
        # By Parseval the power of all bins is below 2^30 * points^2 / 4; weighted, below 2^64.
        octaves_of_points = self.transform.points.bit_length() - 1
        self.rising_bits = min(_MOST_RISING_BITS, 64 - 30 + 2 - 2 * octaves_of_points)
        self.rising = np.rint(self._bands.rising * 2**self.rising_bits).astype(np.uint16)
        octaves = -self.rising_bits - 2 * _SAMPLE_BITS
        self.offset = (octaves << _STEPS_PER_OCTAVE_BITS) + self.zero_point

    def kernel(self) -> Kernel:
        """The C function for one frame, with its constants."""
        return Kernel(
            function="kws_log_mel_run",
            params_type="kws_log_mel_params",
            header="kws_log_mel.h",
            sources=("kws_log_mel.c", "kws_fft.c"),
            fields=(
                ("window", self.window),
                ("order", self.transform.order),
                ("turns", self.transform.turns),
                ("split", self.transform.split),
                ("first", self._bands.first),
                ("rising", self.rising),
                ("log2", TABLE),
                ("window_samples", self.spec.window_samples),
                ("points", self.transform.points),
                ("power_shift", self.transform.power_shift),
                ("rising_bits", self.rising_bits),
                ("bands", self.spec.bands),
                ("offset", self.offset),
            ),
            scratch_bytes=4 * self.transform.points,
        )

    def frames(self, windows: NDArray[np.int16]) -> NDArray[np.int8]:
        """Numpy twin of the C: int16 [frames, window_samples] -> int8 [frames, bands]."""
        energies = self._windowed_energies(windows)
        steps = (_logarithms(energies) + (1 << (_LOG2_SHIFT - 1))) >> _LOG2_SHIFT
        features = np.clip(steps + self.offset, -128, 127)
        return np.where(energies == 0, -128, features).astype(np.int8)

    def logarithms(self, windows: NDArray[np.int16]) -> NDArray[np.int64]:
        """Twin of ``kws_log_mel_log2``: int16 [frames, window_samples] -> int64 [frames, bands].

        log2 in Q16 of energies in 2^-rising_bits of an int16 step squared; 0 without any energy.
        """
        return _logarithms(self._windowed_energies(windows))

    def exact_frames(self, windows: NDArray[np.int16]) -> NDArray[np.float64]:
        """Real values by definition: int16 [frames, window_samples] -> float64 [frames, bands]."""
        samples = windows / 2.0**_SAMPLE_BITS * self._hann
        power = np.abs(np.fft.rfft(samples, self.transform.points)) ** 2
        with np.errstate(divide="ignore"):
            real: NDArray[np.float64] = np.log2(
                power @ mel.weights(self._bands, self.transform.points)
            )
        return real

    def band_centres_hz(self) -> NDArray[np.float64]:
        """Where the triangles have their peaks, Hz."""
        return mel.centres_hz(self.spec)

    def _windowed_energies(self, windows: NDArray[np.int16]) -> NDArray[np.uint64]:
        windowed = np.zeros((len(windows), self.transform.points), dtype=np.int64)
        products = windows.astype(np.int64) * self.window.astype(np.int64)
        windowed[:, : self.spec.window_samples] = products >> _WINDOW_SHIFT
        return self._energies(self.transform.power(windowed))

    def _energies(self, power: NDArray[np.uint64]) -> NDArray[np.uint64]:
        start, end = int(self._bands.first[0]), int(self._bands.first[-1])
        used = power[:, start:end]
        edges = self._bands.first.astype(np.int64) - start
        total = _sums(used, edges) << np.uint64(self.rising_bits)
        rise = _sums(used * self.rising.astype(np.uint64), edges)
        return rise[:, :-1] + total[:, 1:] - rise[:, 1:]


def make(spec: FrontendSpec) -> Frontend:
    """Make the frontend of ``spec``; raises `ConfigError` when its numbers cannot be."""
    return LogMel(spec)


def _logarithms(energies: NDArray[np.uint64]) -> NDArray[np.int64]:
    """log2 in Q16; no energy counts as the least there is."""
    return log2_q16(np.maximum(energies, np.uint64(1)))


def _sums(values: NDArray[np.uint64], edges: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Sums between neighbouring edges; between equal ones 0."""
    padded = np.concatenate([np.zeros((len(values), 1), np.uint64), values], axis=1)
    running = np.cumsum(padded, axis=1, dtype=np.uint64)
    return running[:, edges[1:]] - running[:, edges[:-1]]
