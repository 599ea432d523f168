from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekws.audio import colors
from edgekws.audio.chance import generator
from edgekws.audio.noise import LOUDEST_DBFS, cut, fixed_silence, made
from edgekws.audio.split import PARTITIONS

RATE_HZ = 16_000
COUNTED = np.arange(10_000).astype(np.int16)


def test_partitions_hear_different_parts_of_a_recording() -> None:
    parts = [set(cut([COUNTED], name).parts[0].tolist()) for name in PARTITIONS]
    assert [len(part) for part in parts] == [6_000, 2_000, 2_000]
    assert len(set.union(*parts)) == 10_000


@given(st.integers(1, 3_000), st.floats(0, 1, exclude_max=True), st.integers(1, 2_000))
def test_a_crop_is_a_piece_of_its_part(length: int, place: float, samples: int) -> None:
    noise = cut([COUNTED[:length]], "training")
    crop = noise.crop(0, place, samples)
    assert len(crop) == samples
    if samples <= len(noise.parts[0]):
        np.testing.assert_array_equal(np.diff(crop), 1)
    assert set(crop.tolist()) <= set(noise.parts[0].tolist())


def test_silence_is_fixed_and_covers_every_level() -> None:
    noise = cut(made(RATE_HZ), "testing")
    first = fixed_silence(noise, "testing", 20, RATE_HZ)
    np.testing.assert_array_equal(first, fixed_silence(noise, "testing", 20, RATE_HZ))
    levels = [colors.rms(clip) for clip in first]
    assert levels == sorted(levels)
    assert levels[0] == 0
    assert levels[-1] == pytest.approx(32768 * 10 ** (LOUDEST_DBFS / 20), rel=0.3)


def test_silence_of_two_partitions_differs() -> None:
    recordings = made(RATE_HZ)
    clips = [fixed_silence(cut(recordings, name), name, 5, RATE_HZ) for name in PARTITIONS]
    assert not np.array_equal(clips[1], clips[2])
    assert fixed_silence(cut(recordings, "testing"), "testing", 0, RATE_HZ).shape == (0, RATE_HZ)


@pytest.mark.parametrize(
    ("color", "slope_db"), [(colors.white, 0.0), (colors.pink, -3.0), (colors.brown, -6.0)]
)
def test_colors_have_their_slope(color, slope_db: float) -> None:  # type: ignore[no-untyped-def]
    samples = color(generator(3, 4), 2**17).astype(float)
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    octaves = [
        power[(hertz >= low) & (hertz < 2 * low)].mean() for low in (125, 250, 500, 1000, 2000)
    ]
    slope = np.polyfit(range(5), 10 * np.log10(octaves), 1)[0]
    assert slope == pytest.approx(slope_db, abs=0.8)


def test_recolored_noise_has_many_spectra() -> None:
    recorded = colors.at_level(colors.white(generator(3, 4), RATE_HZ), -40)
    tilts = []
    for number in range(60):
        clip = colors.recolored(generator(1, 2, number), recorded, RATE_HZ)
        assert clip.shape == recorded.shape
        power = np.abs(np.fft.rfft(clip)) ** 2
        tilts.append(10 * np.log10(power[100:2000].mean() / power[4000:7900].mean()))
    assert min(tilts) < -6
    assert max(tilts) > 20
    again = colors.recolored(generator(1, 2, 59), recorded, RATE_HZ)
    np.testing.assert_array_equal(again, clip)


@given(st.integers(0, 2**32), st.sampled_from([-32768, 32767]), st.integers(1, 40))
def test_recolored_noise_is_no_louder_than_its_filter(
    place: int, loudest: int, samples: int
) -> None:
    recorded = np.full(samples * 400, loudest, np.int16)
    clip = colors.recolored(generator(1, 2, place), recorded, RATE_HZ)
    assert np.abs(clip).max() <= 2**15 * 32 * 8  # so `rms` of minutes does not overflow


def test_level_is_what_was_asked_for() -> None:
    samples = colors.at_level(colors.pink(generator(1, 2), RATE_HZ), -30)
    assert 20 * np.log10(colors.rms(samples) / 32768) == pytest.approx(-30, abs=0.01)
    assert not colors.at_level(np.zeros(10, np.int16), -30).any()


def test_numbers_depend_on_purpose_and_place_only() -> None:
    first = generator(1, 2, 3).random(4)
    np.testing.assert_array_equal(first, generator(1, 2, 3).random(4))
    others = [
        generator(*where).random(4) for where in ((2, 2, 3), (1, 3, 3), (1, 2, 4), (-1, 2, 3))
    ]
    assert not any((first == other).any() for other in others)
