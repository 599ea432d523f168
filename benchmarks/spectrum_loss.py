"""What int8 stft and log_spectrogram keep of the tutorials' float features, on real clips.

Every 25th clip of a folder in Speech Commands layout, as it is. Compared with float64 of the
tutorials' definitions; for 8 kHz, of clips that scipy resampled as a whole.

    EDGEKWS_SPEECH_COMMANDS=/data/speech_commands python benchmarks/spectrum_loss.py
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.signal import resample

from edgekws.audio.read import read_clip
from edgekws.features import Frontend, find_frontend
from edgekws.recipe import FrontendSpec

RATE_HZ = 16_000
EVERY = 25
DB_PER_OCTAVE = 10 * np.log10(2)
Real = NDArray[np.float64]

STFT = FrontendSpec("stft", window_ms=15.9375, hop_ms=8, bands=129, low_hz=0, high_hz=8000)
SQUARE = FrontendSpec(
    "log_spectrogram", window_ms=15.625, hop_ms=7.75, bands=128, low_hz=62, high_hz=8000
)
LOWER_HALF = FrontendSpec(
    "log_spectrogram", window_ms=32, hop_ms=7.5625, bands=128, low_hz=31, high_hz=4000
)
HALVED = FrontendSpec(
    "log_spectrogram", window_ms=20, hop_ms=10, bands=81, low_hz=0, high_hz=4000, halved=True
)


def main() -> None:
    """Print what is left of magnitudes, and of logarithms."""
    pcm = clips()
    magnitude = spectrum(pcm / 32768, symmetric(255), 128, 256)
    steps = find_frontend(STFT).compute(pcm).astype(np.float64) + 128
    print(f"{len(pcm)} clips; SNR and correlation of magnitudes, clip by clip: 5 %, median")
    magnitudes("stft, cube root", magnitude, (steps / 64) ** 3)
    for name, power in (("int8, square root", 2), ("int8, linear", 1)):
        scale = 64 ** (1 / power) / 255
        rounded = np.minimum(np.rint(magnitude ** (1 / power) / scale), 255)
        magnitudes(name, magnitude, (rounded * scale) ** power)
    print("logarithms, dB: rms of the difference, correlation, least and greatest feature")
    logarithms("128 x 128", find_frontend(SQUARE), pcm, spectrum(pcm / 32768, hann(250), 124, 256))
    lower = spectrum(pcm / 32768, hann(512), 121, 512)
    logarithms("129 x 128 to 4 kHz", find_frontend(LOWER_HALF), pcm, lower)
    half = resample(pcm / 32768, RATE_HZ // 2, axis=1)
    logarithms("99 x 81", find_frontend(HALVED), pcm, spectrum(half, hann(160), 80, 160))
    below = slice(0, 69)  # to 3.4 kHz
    logarithms("99 x 69", find_frontend(HALVED), pcm, spectrum(half, hann(160), 80, 160), below)


def clips() -> NDArray[np.int16]:
    """Clips of one second: int16 [clips, samples]."""
    folder = Path(os.environ["EDGEKWS_SPEECH_COMMANDS"])
    paths = sorted(folder.glob("[a-z]*/*_nohash_*"))[::EVERY]
    sounds = [read_clip(path, RATE_HZ)[:RATE_HZ] for path in paths]
    return np.stack([np.pad(sound, (0, RATE_HZ - sound.size)) for sound in sounds])


def hann(size: int) -> Real:
    """The periodic window."""
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size))


def symmetric(size: int) -> Real:
    """The window of tf.signal where the size is odd."""
    return np.hanning(size)


def spectrum(sound: Real, window: Real, hop: int, points: int) -> Real:
    """Magnitudes, float64 [clips, frames, points / 2 + 1]."""
    windows = sliding_window_view(sound, window.size, axis=1)[:, ::hop]
    return np.abs(np.fft.rfft(windows * window, points))


def magnitudes(name: str, real: Real, found: Real) -> None:
    """One row: signal to noise and correlation of each clip."""
    real, found = real.reshape(len(real), -1), found.reshape(len(real), -1)
    heard = real.std(axis=1) > 0
    real, found = real[heard], found[heard]
    noise = ((real - found) ** 2).sum(axis=1)
    ratio = 10 * np.log10((real**2).sum(axis=1) / noise)
    both = [np.corrcoef(a, b)[0, 1] if b.any() else 0 for a, b in zip(real, found, strict=True)]
    print(
        f"{name:18} {np.percentile(ratio, 5):6.1f} {np.median(ratio):6.1f} dB  "
        f"{np.percentile(both, 5):.4f} {np.median(both):.4f}"
    )


def logarithms(
    name: str, frontend: Frontend, pcm: NDArray[np.int16], real: Real, bins: slice = slice(None)
) -> None:
    """One row: how far logarithms are, where there is any sound."""
    features = frontend.compute(pcm)
    if frontend.spec.low_hz:
        real = real[:, :, 1 : 1 + frontend.spec.bands]
    q, real = features[:, :, bins].ravel(), real[:, :, bins].ravel()
    heard = real**2 > 2.0 ** (frontend.scale * (-128 - frontend.zero_point))
    exact = 2 * np.log2(real[heard]) * DB_PER_OCTAVE
    found = frontend.scale * (q[heard].astype(np.float64) - frontend.zero_point) * DB_PER_OCTAVE
    far = exact - found
    print(
        f"{name:18} {np.sqrt((far**2).mean()):6.3f} dB  {np.corrcoef(exact, found)[0, 1]:.6f}  "
        f"{q.min()} {q.max()}, {heard.mean():.1%} of the values are on the scale"
    )


if __name__ == "__main__":
    main()
