"""Power of every bin of a window, for frontends that keep bins; twin of ``kws_spectrum.c``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edgekws.errors import ConfigError
from edgekws.features.fft import Transform, has_transform
from edgekws.kernel import Array
from edgekws.recipe import FrontendSpec

SAMPLE_BITS = 15
SOURCES = ("kws_spectrum.c", "kws_fft.c")
_WINDOW_SHIFT = 16
_MOST_FRACTION_BITS = 8  # of the power; enough that rounding it down is nowhere a step


class Spectrum:
    """The bins of a window from ``low_hz`` to ``high_hz``, of which there are ``bands``.

    The transform has as many points as the window, where it can, else the next power of two. The
    window is TensorFlow's Hann window: periodic, or symmetric when its length is odd.
    """

    def __init__(self, spec: FrontendSpec) -> None:
        size = spec.window_samples
        points = size if has_transform(size) else 1 << (size - 1).bit_length()
        self.transform = Transform(points)
        self.first = -(-spec.low_hz * points // spec.sample_rate_hz)
        _refuse_bands(spec, points, spec.high_hz * points // spec.sample_rate_hz - self.first + 1)
        self.bins = slice(self.first, self.first + spec.bands)
        self._used = size - size % 2  # the last of an odd number has no weight
        self._hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / self._used)
        bits = _WINDOW_SHIFT + self.transform.input_bits
        self.window = np.rint(self._hann[: self._used] * 2.0**bits).astype(np.int32)
        self.fraction_bits = min(_MOST_FRACTION_BITS, 2 * self.transform.output_bits - 1)
        self.centres_hz = np.arange(points // 2 + 1)[self.bins] * spec.sample_rate_hz / points

    @property
    def tables(self) -> tuple[tuple[str, int | Array], ...]:
        """The arrays that the C wants."""
        return (
            ("window", self.window),
            ("order", self.transform.order),
            ("turns", self.transform.turns),
            ("split", self.transform.split),
        )

    @property
    def numbers(self) -> tuple[tuple[str, int | Array], ...]:
        """The numbers that the C wants."""
        return (
            ("window_samples", self._used),
            ("points", self.transform.points),
            ("power_shift", 2 * self.transform.output_bits - self.fraction_bits),
            ("first", self.first),
            ("bands", self.bins.stop - self.first),
        )

    @property
    def scratch_bytes(self) -> int:
        """What the C needs."""
        return 4 * (self.transform.points + 2)

    def power(self, windows: NDArray[np.int16]) -> NDArray[np.uint64]:
        """Power with `fraction_bits`: int16 [frames, window_samples] -> uint64 [frames, bands]."""
        windowed = np.zeros((len(windows), self.transform.points), dtype=np.int64)
        products = windows[:, : self._used].astype(np.int64) * self.window.astype(np.int64)
        windowed[:, : self._used] = products >> _WINDOW_SHIFT
        return self.transform.whole_power(windowed, self.fraction_bits)[:, self.bins]

    def exact(self, windows: NDArray[np.int16]) -> NDArray[np.float64]:
        """Magnitude, samples counted as -1 to 1: float64 [frames, bands]."""
        samples = windows / 2.0**SAMPLE_BITS * self._hann
        magnitude: NDArray[np.float64] = np.abs(np.fft.rfft(samples, self.transform.points))
        return magnitude[:, self.bins]


def _refuse_bands(spec: FrontendSpec, points: int, bins: int) -> None:
    if spec.bands != bins:
        raise ConfigError(
            f"frontend {spec.name}: a transform of {points} points has {bins} bins from "
            f"{spec.low_hz} to {spec.high_hz} Hz, bands is {spec.bands}; change bands to {bins}, "
            "or low_hz and high_hz"
        )
