"""stft and log_spectrogram: C, twin and definition agree, and the definition is the tutorials'."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from support import frontend_program, spectrum_library, tools
from support.sounds import LEVELS_DBFS, at_level, extremes, sounds

from edgekws.errors import ConfigError
from edgekws.features import Frontend, find_frontend, hostlib
from edgekws.features.fft import Transform, has_transform
from edgekws.features.frontends.stft import thresholds
from edgekws.features.spectrum import Spectrum
from edgekws.firmware.build import SANITIZERS, Sources, build_host, workspace
from edgekws.firmware.emulate import run_host
from edgekws.recipe import FrontendSpec, samples_in
from edgekws.resources import templates_folder
from edgekws.strict import to_toml

NAMES = ("log_spectrogram", "stft")
SHAPES = {
    "257 bins": FrontendSpec(bands=257, low_hz=0, high_hz=8000),
    "128 of 257 bins": FrontendSpec(
        window_ms=32, hop_ms=7.5625, bands=128, low_hz=31, high_hz=4000
    ),
    "129 bins, 255 samples": FrontendSpec(
        window_ms=15.9375, hop_ms=8, bands=129, low_hz=0, high_hz=8000
    ),
    "81 bins of 160 points": FrontendSpec(
        sample_rate_hz=8000, window_ms=20, hop_ms=10, bands=81, low_hz=0, high_hz=4000
    ),
    "321 bins of 640 points": FrontendSpec(window_ms=40, bands=321, low_hz=0, high_hz=8000),
    "2,049 bins": FrontendSpec(
        sample_rate_hz=48000, window_ms=64, bands=2049, low_hz=0, high_hz=24000
    ),
}


def find(name: str, shape: str) -> Frontend:
    spec = SHAPES[shape]
    return find_frontend(FrontendSpec(**{**spec.__dict__, "name": name}))


@st.composite
def frontends(draw: st.DrawFn) -> Frontend:
    """Any that is accepted, at 8 kHz also with transforms of 160 and 640 points."""
    rate_hz = draw(st.sampled_from([8_000, 11_025, 16_000]))
    window_ms = draw(st.one_of(st.integers(8, 80), st.sampled_from([10, 20, 40, 80])))
    size = rate_hz * window_ms // 1000
    points = size if has_transform(size) else 1 << (size - 1).bit_length()
    low_hz = draw(st.integers(0, rate_hz // 4))
    high_hz = draw(st.integers(low_hz + 200, rate_hz // 2))
    spec = FrontendSpec(
        name=draw(st.sampled_from(NAMES)),
        sample_rate_hz=rate_hz,
        window_ms=window_ms,
        hop_ms=draw(st.integers(5, 8)),
        bands=high_hz * points // rate_hz - -(-low_hz * points // rate_hz) + 1,
        low_hz=low_hz,
        high_hz=high_hz,
    )
    assume(points <= 4096)
    return find_frontend(spec)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    frontend=frontends(),
    extra=st.integers(-1, 2000),
    peak=st.integers(0, 32768),
    seed=st.integers(0, 2**32 - 1),
)
def test_library_equals_twin(frontend: Frontend, extra: int, peak: int, seed: int) -> None:
    tools.require("cc")
    random = np.random.default_rng(seed)
    shape = (2, frontend.spec.window_samples + extra)
    pcm = random.integers(-peak, max(peak, 1), shape).astype(np.int16)
    features = frontend.compute(pcm)
    assert features.shape == (2, frontend.spec.frames(shape[1]), frontend.spec.bands)
    np.testing.assert_array_equal(features, frontend.reference(pcm))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", SHAPES)
def test_extremes_in_the_library(name: str, shape: str) -> None:
    tools.require("cc")
    frontend = find(name, shape)
    points = frontend.transform.points  # type: ignore[attr-defined]
    windows = extremes(frontend.spec.window_samples, points)
    np.testing.assert_array_equal(frontend.compute(windows)[:, 0], frontend.frames(windows))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", ["81 bins of 160 points", "2,049 bins"])
def test_extremes_under_the_sanitizers(name: str, shape: str) -> None:
    tools.require("cc")
    frontend = find(name, shape)
    points = frontend.transform.points  # type: ignore[attr-defined]
    windows = extremes(frontend.spec.window_samples, points)[::4]
    units = ("main.c", *frontend.kernel().sources)
    with workspace(frontend_program.files(frontend, windows)) as folder:
        outcome = run_host(build_host(folder, Sources(units), flags=SANITIZERS))
    assert outcome.status == 0, outcome.complaints


@pytest.mark.parametrize("shape", SHAPES)
def test_contract_of_log_spectrogram(shape: str) -> None:
    frontend = find("log_spectrogram", shape)
    # Beside a loud tone, what the transform rounds away is heard in the bins below this.
    least = -8 - 2 * frontend.transform.output_bits  # type: ignore[attr-defined]
    for pcm in hard_sounds(frontend.spec.sample_rate_hz):
        exact = frontend.exact(pcm)
        steps = np.abs(frontend.compute(pcm).astype(int) - frontend.quantize(exact))
        assert (steps * (exact > least)).max() <= 1


@pytest.mark.parametrize("shape", SHAPES)
def test_contract_of_stft(shape: str) -> None:
    frontend = find("stft", shape)
    most = 1 if frontend.spec.window_samples <= 512 else 4
    for pcm in hard_sounds(frontend.spec.sample_rate_hz):
        exact = frontend.quantize(frontend.exact(pcm))
        assert np.abs(frontend.compute(pcm).astype(int) - exact).max() <= most


def hard_sounds(rate_hz: int) -> Iterator[np.ndarray]:
    for sound in sounds(rate_hz // 4, rate_hz).values():
        for level in LEVELS_DBFS:
            yield at_level(sound, level)


@pytest.mark.tensorflow
def test_stft_is_tensorflows() -> None:
    tf = pytest.importorskip("tensorflow")
    pcm = np.random.default_rng(0).normal(0, 3000, (3, 4_000)).astype(np.int16)
    theirs = tf.signal.stft(tf.constant(pcm / 32768, tf.float64), 255, 128)
    frontend = find("stft", "129 bins, 255 samples")
    np.testing.assert_allclose(frontend.exact(pcm) ** 3, tf.abs(theirs).numpy(), atol=1e-9)


def test_log_spectrogram_is_scipys_but_for_a_factor() -> None:
    signal = pytest.importorskip("scipy.signal")
    frontend = find("log_spectrogram", "81 bins of 160 points")
    pcm = np.random.default_rng(0).normal(0, 3000, (2, 8_000)).astype(np.int16)
    _, _, power = signal.spectrogram(
        pcm / 32768, 8000, "hann", nperseg=160, noverlap=80, detrend=False, scaling="spectrum"
    )
    power[:, 1:-1] /= 2  # theirs is one-sided; one-sided power is twice as large inside
    exact = frontend.exact(pcm)
    assert exact.shape == (2, 99, 81)
    theirs = np.log2(power.transpose(0, 2, 1) * 80**2)
    np.testing.assert_allclose(exact, theirs, rtol=0, atol=1e-6)


def test_thresholds_are_halves_of_steps() -> None:
    for number, least in enumerate(thresholds(38)):
        for power, reached in ((int(least), True), (int(least) - 1, False)):
            # power * 2^-38 >= ((number + 1/2) / 64)^6, in whole numbers
            assert (power << 4 >= (2 * number + 1) ** 6) == reached


def test_transforms_of_five_first() -> None:
    for points, radices in ((160, (5, 4, 4)), (640, (5, 4, 4, 4)), (256, (2, 4, 4, 4))):
        assert Transform(points).radices == radices
        assert Transform(points).output_bits >= 4


def test_no_sound_is_the_lowest_value() -> None:
    for name in NAMES:
        frontend = find(name, "257 bins")
        assert (frontend.compute(np.zeros((1, 16_000), np.int16)) == -128).all()


def test_bands_must_be_the_bins_there_are() -> None:
    with pytest.raises(ConfigError, match="has 243 bins from 125 to 7700 Hz, bands is 40; change"):
        find_frontend(FrontendSpec(name="stft", high_hz=7700))


@pytest.mark.parametrize("shape", SHAPES)
def test_power_equals_twin(shape: str, tmp_path: Path) -> None:
    tools.require("cc")
    spectrum, windows = hard_power(shape)
    library = spectrum_library.build(templates_folder() / "runtime", tmp_path)
    theirs = spectrum_library.power(library, spectrum, windows)
    np.testing.assert_array_equal(theirs, spectrum.power(windows))


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("kws_spectrum.c", "1021189159", "1021189158"),
        ("kws_spectrum.c", "ends.re - ends.im, 0", "ends.re - ends.im, 16"),
        ("kws_spectrum.c", "mean.re + turned.im", "mean.re + turned.im + 1"),
    ],
)
def test_a_planted_fault_of_power_is_seen(
    tmp_path: Path, file: str, right: str, wrong: str
) -> None:
    tools.require("cc")
    spectrum, windows = hard_power("81 bins of 160 points")
    runtime = planted(tmp_path, file, right, wrong) / "runtime"
    library = spectrum_library.build(runtime, tmp_path)
    assert (spectrum_library.power(library, spectrum, windows) != spectrum.power(windows)).any()


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("stft", "power >= threshold", "power > threshold"),
        ("log_spectrogram", "DIVIDE_BY_768 10923", "DIVIDE_BY_768 10922"),
    ],
)
def test_a_planted_fault_of_features_is_seen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, right: str, wrong: str
) -> None:
    tools.require("cc")
    templates = planted(tmp_path, f"kws_{name}.c", right, wrong)
    monkeypatch.setattr(hostlib, "templates_folder", lambda: templates)
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(tmp_path / "cache"))
    frontend = find(name, "81 bins of 160 points")
    pcm = np.random.default_rng(0).normal(0, 3, (400, 8_000)).round().astype(np.int16)
    assert (frontend.compute(pcm) != frontend.reference(pcm)).any()


def hard_power(shape: str) -> tuple[Spectrum, np.ndarray]:
    spectrum = Spectrum(SHAPES[shape])
    return spectrum, extremes(SHAPES[shape].window_samples, spectrum.transform.points)


def planted(folder: Path, file: str, right: str, wrong: str) -> Path:
    """A copy of the C with a fault in it."""
    templates = folder / "templates"
    for part in ("runtime", "host"):
        shutil.copytree(templates_folder() / part, templates / part)
    text = (templates / "runtime" / file).read_text()
    assert text.count(right) == 1
    (templates / "runtime" / file).write_text(text.replace(right, wrong))
    return templates


def test_windows_of_a_part_of_a_millisecond() -> None:
    spec = FrontendSpec("stft", window_ms=15.9375, hop_ms=8.0, bands=129, low_hz=0, high_hz=8000)
    assert (spec.window_samples, spec.hop_samples, spec.frames(16_000)) == (255, 128, 124)
    assert to_toml(spec).splitlines()[2:4] == ["window_ms = 15.9375", "hop_ms = 8"]
    for samples in range(1, 3000):
        assert samples_in(1000 * samples / 44_100, 44_100) == samples
        assert samples_in(samples, 44_100) == samples * 44_100 // 1000
    frontend = find("log_spectrogram", "128 of 257 bins")
    assert (frontend.spec.hop_samples, frontend.spec.frames(15_984)) == (121, 128)
    centres = frontend.band_centres_hz()
    assert centres is not None
    assert centres[[0, -1]].tolist() == [31.25, 4000]
