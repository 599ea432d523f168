"""Other voices and unknown words made of training clips."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from support.sound_folder import make_folder

from edgekws.audio import voice
from edgekws.audio.augment import gain_for
from edgekws.audio.chance import generator
from edgekws.audio.dataset import Dataset, open_dataset
from edgekws.recipe import AugmentSpec, DataSpec, Recipe, ScheduleSpec

ALL = AugmentSpec(
    snr_db=(0.0, 20.0), gain_db=6.0, speed_percentage=10.0, spliced_unknown=0.5
)  # fmt: skip
NONE = AugmentSpec(time_shift_ms=0, background_frequency=0.0)


def changes(gain: float, speed: float) -> voice.Changes:
    one = np.array([0])
    return voice.Changes(
        np.array([gain]), np.array([speed]), one, np.array([0.0]), np.array([-1.0])
    )


def test_gain_and_speed_are_those_drawn() -> None:
    places = np.arange(16_000)
    tone = np.rint(8000 * np.sin(2 * np.pi * 400 * places / 16_000)).astype(np.int16)
    louder = voice.changed(tone, changes(2.0, 1.0), 0)
    np.testing.assert_array_equal(louder, 2 * tone)
    assert voice.changed(tone, changes(10.0, 1.0), 0).max() == 32767
    faster = voice.changed(tone, changes(1.0, 1.25), 0)
    assert np.abs(np.fft.rfft(faster)).argmax() == 500  # Hz
    assert not faster[:1500].any() and not faster[-1500:].any()


def test_draws_stay_in_their_ranges() -> None:
    drawn = voice.draw(generator(1, 2), ALL, 5_000)
    assert 10**-0.3 <= drawn.gain.min() < 0.52 and 1.9 < drawn.gain.max() <= 10**0.3
    assert 0.9 <= drawn.speed.min() < 0.91 and 1.09 < drawn.speed.max() <= 1.1
    counts = np.bincount(drawn.splice, minlength=4) / 5_000
    assert np.allclose(counts, [0.5, 1 / 6, 1 / 6, 1 / 6], atol=0.03)
    nothing = voice.draw(generator(1, 2), AugmentSpec(), 50)
    assert (nothing.gain == 1).all() and (nothing.speed == 1).all() and not nothing.splice.any()


def test_halves_meet_where_half_of_the_energy_has_passed() -> None:
    clip, other = np.zeros(1000, np.int16), np.zeros(1000, np.int16)
    clip[100:200], clip[200:300] = 1000, -1000  # its middle is 200
    other[600:700], other[700:800] = 2000, -2000
    joined = voice.spliced(clip, other, voice.JOINED)
    assert (joined[402:460] == 1000).all() and (joined[540:598] == -2000).all()
    swapped = voice.spliced(clip, other, voice.SWAPPED)
    assert (swapped[253:347] == -1000).all() and (swapped[653:747] == 2000).all()
    np.testing.assert_array_equal(voice.spliced(clip, other, voice.BACKWARDS), clip[::-1])


@pytest.mark.parametrize("ratio", [-6.0, 0.0, 20.0])
def test_noise_is_so_far_below_the_clip(ratio: float) -> None:
    clip, noise = np.full(100, 1000, np.int16), np.full(100, -4000, np.int16)
    gain = gain_for(clip, noise, ratio)
    assert 20 * np.log10(1000 / (4000 * gain / 2**15)) == pytest.approx(ratio, abs=0.01)
    assert gain_for(clip, np.zeros(100, np.int16), ratio) == 0
    assert gain_for(np.zeros(100, np.int16), noise, ratio) == 0


def dataset(folder: Path, augment: AugmentSpec) -> Dataset:
    return open_dataset(
        Recipe(
            data=DataSpec(str(folder), words=("yes", "no")),
            augment=augment,
            schedule=ScheduleSpec(batch_size=20),
        )
    )


def test_spliced_clips_are_unknown_and_depend_on_the_step_alone(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "data", {"yes": 40, "no": 40, "bed": 10})
    plain, own = dataset(folder, NONE), dataset(folder, ALL)
    later = [dataset(folder, ALL).training_batch(step) for step in (3, 2, 1, 0)][::-1]
    unknown = [0, 0]
    for step in range(4):
        samples, labels = own.training_batch(step)
        np.testing.assert_array_equal(samples, later[step][0])
        np.testing.assert_array_equal(labels, later[step][1])
        before = plain.training_batch(step)[1]
        moved = labels != before
        assert (labels[moved] == 1).all() and (before[moved] >= 2).all()
        unknown[0] += int(moved.sum())
        unknown[1] += int((before >= 2).sum())
    assert 0.3 < unknown[0] / unknown[1] < 0.7


def test_a_batch_without_these_keys_is_what_it_was(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "data", {"yes": 40, "no": 40})
    spliced = dataclasses.replace(NONE, spliced_unknown=1.0)
    plain, all_of_them = (dataset(folder, each).training_batch(0) for each in (NONE, spliced))
    assert set(all_of_them[1].tolist()) <= {0, 1}
    silent = plain[1] == 0
    np.testing.assert_array_equal(plain[0][silent], all_of_them[0][silent])
