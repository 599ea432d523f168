"""mfcc keeps close to its definition, fits speech into int8, and C and numpy give the same bits."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import bare_program, frontend_program, tools
from support.frontend_specs import mfcc_frontends
from support.sounds import LEVELS_DBFS, at_level, extremes, sounds

from edgekws.audio.read import read_clip
from edgekws.boards import find_board
from edgekws.errors import ConfigError
from edgekws.features import Frontend, find_frontend, hostlib
from edgekws.features.frontends.mfcc import lifted_dct
from edgekws.firmware.build import SANITIZERS, Sources, build_board, build_host, workspace
from edgekws.firmware.emulate import run_emulated, run_host
from edgekws.recipe import FrontendSpec
from edgekws.resources import templates_folder

SPECS = {
    "49 x 10": FrontendSpec(name="mfcc", window_ms=40, bands=10),
    "49 x 40": FrontendSpec(name="mfcc"),
    "98 x 40": FrontendSpec(name="mfcc", hop_ms=10),
    "8 kHz": FrontendSpec(name="mfcc", sample_rate_hz=8000, high_hz=4000, window_ms=40, bands=13),
}


def hard_windows(frontend: Frontend) -> np.ndarray:
    return extremes(frontend.spec.window_samples, frontend.transform.points)  # type: ignore[attr-defined]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    frontend=mfcc_frontends(),
    clips=st.integers(1, 3),
    extra=st.integers(-1, 3000),
    peak=st.integers(0, 32768),
    seed=st.integers(0, 2**32 - 1),
)
def test_library_equals_twin(
    frontend: Frontend, clips: int, extra: int, peak: int, seed: int
) -> None:
    tools.require("cc")
    shape = (clips, frontend.spec.window_samples + extra)
    pcm = np.random.default_rng(seed).integers(-peak, max(peak, 1), shape).astype(np.int16)
    np.testing.assert_array_equal(frontend.compute(pcm), frontend.reference(pcm))


@pytest.mark.parametrize("name", SPECS)
def test_close_to_the_definition(name: str) -> None:
    frontend = find_frontend(SPECS[name])
    for sound in sounds(frontend.spec.sample_rate_hz // 2, frontend.spec.sample_rate_hz).values():
        for level in LEVELS_DBFS:
            pcm = at_level(sound, level)
            exact = frontend.quantize(frontend.exact(pcm))
            assert np.abs(frontend.compute(pcm).astype(int) - exact).max() <= 1


def test_speech_fits_and_is_close_to_the_definition(speech_commands: Path) -> None:
    paths = sorted(speech_commands.glob("[a-z]*/*_nohash_*"))[::40]
    clips = [read_clip(path, 16_000) for path in paths]
    pcm = np.stack([np.pad(clip, (0, 16_000 - clip.size)) for clip in clips])
    frontend = find_frontend(SPECS["49 x 40"])
    for level in LEVELS_DBFS:
        features = frontend.compute(at_level(pcm, level)).astype(int)
        assert features.min() > -128 and features.max() < 127
        steps = np.abs(features - frontend.quantize(frontend.exact(at_level(pcm, level))))
        assert steps.max() <= 1
        assert (steps == 1).mean() < 0.002


def test_the_definition_is_the_orthonormal_transform() -> None:
    rows = lifted_dct(40)
    rows[0] *= 4
    rows[1] *= 2
    np.testing.assert_allclose(rows @ rows.T, np.eye(40), atol=1e-12)
    frontend = find_frontend(SPECS["49 x 40"])
    log_mel = find_frontend(FrontendSpec())
    pcm = np.random.default_rng(0).normal(0, 3000, (2, 16_000)).astype(np.int16)
    levels = log_mel.exact(pcm) + 1
    k = np.arange(40)
    expected = levels @ (np.cos(np.pi * (2 * k[:, np.newaxis] + 1) * k / 80) * np.sqrt(1 / 20))
    expected *= np.array([np.sqrt(0.5) / 4, 0.5, *[1.0] * 38])
    np.testing.assert_allclose(frontend.exact(pcm), expected, atol=1e-9)


def test_fewer_coefficients_are_the_first_ones() -> None:
    pcm = np.random.default_rng(0).normal(0, 3000, (2, 16_000)).astype(np.int16)
    few = find_frontend(FrontendSpec(name="mfcc", bands=10))
    assert np.array_equal(few.compute(pcm), find_frontend(SPECS["49 x 40"]).compute(pcm)[..., :10])


def test_silence_is_the_lowest_level_and_nothing_else() -> None:
    features = find_frontend(SPECS["49 x 40"]).compute(np.zeros((1, 16_000), np.int16))
    assert (features[..., 0] == round(-16 * np.sqrt(40) / 4 / 0.4375)).all()
    assert (features[..., 1:] == 0).all()


@pytest.mark.parametrize("name", ["49 x 10", "8 kHz"])
def test_extremes_under_the_sanitizers(name: str) -> None:
    tools.require("cc")
    frontend = find_frontend(SPECS[name])
    units = ("main.c", *frontend.kernel().sources)
    with workspace(frontend_program.files(frontend, hard_windows(frontend))) as folder:
        program = build_host(folder, Sources(units), flags=SANITIZERS)
        outcome = run_host(program)
    assert outcome.status == 0, outcome.complaints


@pytest.mark.qemu
@pytest.mark.parametrize("board_id", ["microbit", "mps2_an386", "mps3_an547"])
def test_extremes_on_the_core(board_id: str) -> None:
    tools.require(*tools.CROSS)
    frontend = find_frontend(SPECS["49 x 40"])
    _, board = find_board(board_id)
    made = frontend_program.files(frontend, hard_windows(frontend))
    files = {**made, **bare_program.files(made["main.c"], board_id, board)}
    sources = Sources((*bare_program.SOURCES.units, *frontend.kernel().sources))
    with workspace(files) as folder:
        program = build_board(folder, sources, board_id, board)
        assert board.emulator is not None
        assert run_emulated(program, board.emulator).status == 0


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("(1 << (LEVEL_SHIFT - 1))", "(1 << (LEVEL_SHIFT - 2))"),
        ("(1 << (STEP_SHIFT - 1))", "(1 << (STEP_SHIFT - 2))"),
        ("(int16_t)(a - b)", "(int16_t)(b - a)"),
    ],
)
def test_a_planted_fault_is_seen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, right: str, wrong: str
) -> None:
    tools.require("cc")
    templates = tmp_path / "templates"
    for part in ("runtime", "host"):
        shutil.copytree(templates_folder() / part, templates / part)
    source = templates / "runtime" / "kws_mfcc.c"
    assert source.read_text().count(right) == 1
    source.write_text(source.read_text().replace(right, wrong))
    monkeypatch.setattr(hostlib, "templates_folder", lambda: templates)
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(tmp_path / "cache"))
    frontend = find_frontend(SPECS["49 x 40"])
    pcm = np.random.default_rng(0).normal(0, 200, (20, 16_000)).astype(np.int16)
    assert (frontend.compute(pcm) != frontend.reference(pcm)).any()


def test_more_coefficients_than_bands_are_refused() -> None:
    with pytest.raises(ConfigError, match="41 coefficients of 40 bands; bands, which says how man"):
        find_frontend(FrontendSpec(name="mfcc", bands=41))
