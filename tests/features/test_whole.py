"""Features of sounds of any length, and their picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from support.sound_folder import write_sound
from support.sounds import at_level

from edgekws.errors import AudioError
from edgekws.features import find_frontend, mel, whole
from edgekws.features.picture import draw_features
from edgekws.features.whole import features_of_file, whole_features
from edgekws.recipe import FrontendSpec

FRONTEND = find_frontend(FrontendSpec(hop_ms=10))
SPEC = FRONTEND.spec
PNG = b"\x89PNG\r\n\x1a\n"


def noise(samples: int) -> np.ndarray:
    return at_level(np.random.default_rng(5).normal(size=samples), -6)


@pytest.mark.parametrize("frames", [1, 7, 8, 21, 22])
def test_pieces_equal_the_whole(frames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = noise((frames - 1) * SPEC.hop_samples + SPEC.window_samples + 100)
    expected = FRONTEND.reference(samples[np.newaxis])[0]
    assert len(expected) == frames
    monkeypatch.setattr(whole, "AT_ONCE", 7)
    assert np.array_equal(whole_features(FRONTEND, samples), expected)


def test_a_capture_without_a_header_is_the_same_sound(tmp_path: Path) -> None:
    samples = noise(4000)
    wav = write_sound(tmp_path / "a.wav", samples)
    raw = tmp_path / "a.RAW"
    raw.write_bytes(samples.astype("<i2").tobytes())
    one, other = features_of_file(FRONTEND, wav), features_of_file(FRONTEND, raw)
    assert np.array_equal(one.values, other.values)
    assert (other.samples, other.seconds) == (4000, 0.25)


def test_what_cannot_be_used_is_named(tmp_path: Path) -> None:
    short = write_sound(tmp_path / "short.wav", noise(SPEC.window_samples - 1))
    with pytest.raises(AudioError, match=r"short.wav: 479 samples are less than one window of 480"):
        features_of_file(FRONTEND, short)
    half = tmp_path / "half.pcm"
    half.write_bytes(bytes(1001))
    with pytest.raises(AudioError, match=r"half.pcm: 1001 bytes are not a whole number"):
        features_of_file(FRONTEND, half)
    half.write_bytes(b"")
    with pytest.raises(AudioError, match=r"half.pcm: the file is empty"):
        features_of_file(FRONTEND, half)


def test_a_band_is_most_sensitive_at_its_centre() -> None:
    spec = FrontendSpec(bands=20)
    points = 1 << 16  # fine enough to see the peaks
    matrix = mel.weights(mel.bands(spec, points), points)
    peaks = matrix.argmax(axis=0) * spec.sample_rate_hz / points
    assert np.allclose(mel.centres_hz(spec), peaks, atol=spec.sample_rate_hz / points)


def test_a_tone_is_seen_in_the_band_it_is_named_for() -> None:
    centres = FRONTEND.band_centres_hz()
    assert centres is not None
    time = np.arange(16_000) / SPEC.sample_rate_hz
    for band in (3, 15, 30):
        tone = at_level(np.sin(2 * np.pi * centres[band] * time), -20)
        assert whole_features(FRONTEND, tone).mean(axis=0).argmax() == band


@pytest.mark.parametrize(("seconds", "width"), [(0.1, 880), (12, 1980), (60, 4400)])
def test_the_picture_is_as_wide_as_the_sound_is_long(
    seconds: float, width: int, tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "a $x$ \t.wav"
    soundfile.write(path, noise(int(seconds * SPEC.sample_rate_hz)), SPEC.sample_rate_hz)
    png = tmp_path / "a.png"
    draw_features(features_of_file(FRONTEND, path), png)
    data = png.read_bytes()
    assert data.startswith(PNG)
    assert int.from_bytes(data[16:20], "big") == width
