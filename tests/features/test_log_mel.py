"""log_mel keeps its contract with the exact definition, and the definition is TensorFlow's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.frontend_specs import SPECS, frontends
from support.sounds import LEVELS_DBFS, at_level, extremes, sounds

from edgekws.audio.read import read_clip
from edgekws.errors import ConfigError, UsageError
from edgekws.features import Frontend, find_frontend, frontend_names
from edgekws.features.log2 import log2_q16
from edgekws.recipe import AudioSpec, AugmentSpec, FrontendSpec, Recipe

FULL_SCALE = 32_768


def distances(frontend: Frontend, pcm: np.ndarray) -> np.ndarray:
    """Steps between the features and the exact definition, rounded the same way."""
    exact = frontend.quantize(frontend.exact(pcm))
    return np.abs(frontend.compute(pcm).astype(int) - exact)


def hold_contract(steps: np.ndarray) -> None:
    assert steps.max() <= 2
    assert (steps > 1).mean() <= 0.001


@pytest.mark.parametrize("level", LEVELS_DBFS)
@pytest.mark.parametrize("name", SPECS)
def test_contract_on_made_up_sounds(name: str, level: int) -> None:
    frontend = find_frontend(SPECS[name])
    rate_hz = SPECS[name].sample_rate_hz
    for sound in sounds(rate_hz // 2, rate_hz).values():
        hold_contract(distances(frontend, at_level(sound, level)))


@pytest.mark.parametrize("name", ["default", "10 bands", "64 ms"])
def test_contract_on_speech(speech_commands: Path, name: str) -> None:
    paths = sorted(speech_commands.glob("[a-z]*/*_nohash_*"))[::100]
    clips = [read_clip(path, 16_000) for path in paths]
    pcm = np.stack([np.pad(clip, (0, 16_000 - clip.size)) for clip in clips])
    for level in LEVELS_DBFS:
        hold_contract(distances(find_frontend(SPECS[name]), at_level(pcm, level)))


@pytest.mark.parametrize("name", SPECS)
def test_nothing_overflows(name: str) -> None:
    frontend = find_frontend(SPECS[name])
    points = frontend.transform.points  # type: ignore[attr-defined]
    assert distances(frontend, extremes(frontend.spec.window_samples, points)).max() <= 2


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(frontend=frontends(), seed=st.integers(0, 2**32 - 1), level=st.floats(-60, 0))
def test_never_more_than_two_steps(frontend: Frontend, seed: int, level: float) -> None:
    random = np.random.default_rng(seed)
    size = frontend.spec.window_samples
    t = np.arange(size)
    tones = np.sin(random.uniform(0, np.pi, (6, 1)) * t + random.uniform(0, 6, (6, 1)))
    bursts = random.normal(size=(6, size)) * (random.random((6, size)) < random.random((6, 1)))
    pcm = at_level(np.concatenate([tones, np.sign(tones), bursts]), level)
    assert distances(frontend, pcm).max() <= 2


@pytest.mark.tensorflow
def test_exact_definition_is_tensorflows() -> None:
    tf = pytest.importorskip("tensorflow")
    frontend = find_frontend(FrontendSpec())
    pcm = np.random.default_rng(0).normal(0, 3000, (3, 16_000)).astype(np.int16)
    stft = tf.signal.stft(tf.constant(pcm / FULL_SCALE, tf.float64), 480, 320, 512)
    mel = tf.signal.linear_to_mel_weight_matrix(40, 257, 16_000, 125.0, 7500.0, tf.float64)
    energy = (tf.abs(stft) ** 2 @ mel).numpy()
    np.testing.assert_allclose(frontend.exact(pcm), np.log2(energy), rtol=0, atol=1e-6)


def test_a_known_sine() -> None:
    spec = FrontendSpec(window_ms=32)  # 512 samples: bin 64 is 2 kHz
    frontend = find_frontend(spec)
    sine = np.sin(2 * np.pi * 2000 * np.arange(512) / 16_000)
    exact = frontend.exact(at_level(sine[None], 0))
    # Half the window's sum of 256, squared, in one bin; a quarter of it in each neighbour.
    assert 14 < exact.max() < 14 + np.log2(1.5)
    assert frontend.compute(at_level(sine[None], 0)).max() == round(8 * exact.max()) + 8


def test_scale_and_zero_point_are_constants() -> None:
    for spec in SPECS.values():
        assert (find_frontend(spec).scale, find_frontend(spec).zero_point) == (0.125, 8)


def test_no_sound_is_the_lowest_value() -> None:
    frontend = find_frontend(FrontendSpec())
    assert (frontend.compute(np.zeros((1, 16_000), np.int16)) == -128).all()
    assert (frontend.exact(np.zeros((1, 480), np.int16)) == -np.inf).all()


def test_less_than_a_window_has_no_frame() -> None:
    frontend = find_frontend(FrontendSpec())
    for size in (0, 479):
        assert frontend.compute(np.zeros((2, size), np.int16)).shape == (2, 0, 40)
        assert frontend.reference(np.zeros((2, size), np.int16)).shape == (2, 0, 40)
        assert frontend.exact(np.zeros((2, size), np.int16)).shape == (2, 0, 40)
    assert frontend.compute(np.zeros((0, 16_000), np.int16)).shape == (0, 49, 40)


def test_frames_do_not_depend_on_where_they_are() -> None:
    frontend = find_frontend(FrontendSpec())
    pcm = np.random.default_rng(0).normal(0, 3000, (2, 4_800)).astype(np.int16)
    whole = frontend.compute(pcm)
    for frame in range(whole.shape[1]):
        alone = frontend.compute(pcm[:, 320 * frame : 320 * frame + 480])
        np.testing.assert_array_equal(alone[:, 0], whole[:, frame])


def test_log2_error() -> None:
    random = np.random.default_rng(0)
    values = (2.0 ** random.uniform(0, 63.9, 20_000)).astype(np.uint64)
    values = np.concatenate([values, np.arange(1, 2000, dtype=np.uint64)])
    error = log2_q16(values) / 65_536 - np.log2(values.astype(np.float64))
    assert error.min() > -0.0002
    assert error.max() < 0.00002


def test_fits_a_small_core() -> None:
    kernel = find_frontend(FrontendSpec()).kernel()
    tables = sum(value.nbytes for _, value in kernel.fields if isinstance(value, np.ndarray))
    assert tables == 5_294
    assert kernel.scratch_bytes == 2_048


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (FrontendSpec(bands=200), "200 bands between 125 and 7500 Hz leave a band without any"),
        (FrontendSpec(low_hz=7_490), "use fewer bands or a longer window_ms"),
        (FrontendSpec(low_hz=1000, high_hz=1001, bands=1), "use fewer bands or a longer"),
        (FrontendSpec(window_ms=300), "8192 points; this one has 64 to 4096: change window_ms"),
        (FrontendSpec(window_ms=1, hop_ms=1), "16 points; this one has 64 to 4096"),
        (
            FrontendSpec(sample_rate_hz=22_050, window_ms=23),
            "window_ms 23 is 507 samples at 22050 Hz, an odd number; change window_ms",
        ),
    ],
)
def test_what_cannot_be_says_what_to_change(spec: FrontendSpec, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        find_frontend(spec)


def test_a_recipe_whose_clips_hold_no_window_is_refused() -> None:
    with pytest.raises(ValueError, match="window_ms 64 is longer than a clip of 50 ms; shorten"):
        Recipe(
            audio=AudioSpec(clip_ms=50),
            frontend=FrontendSpec(window_ms=64),
            augment=AugmentSpec(time_shift_ms=0),
        )


def test_unknown_name_lists_the_known_ones() -> None:
    assert "log_mel" in frontend_names()
    with pytest.raises(UsageError, match=r"'nosuch' is not known; known: .*log_mel"):
        find_frontend(FrontendSpec(name="nosuch"))
