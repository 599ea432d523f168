"""The C of the exported program and its numpy twin give the same bits."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import bare_program, frontend_program, tools
from support.frontend_specs import SPECS, frontends
from support.sounds import extremes

from edgekws.boards import find_board
from edgekws.features import Frontend, find_frontend, hostlib
from edgekws.firmware.build import SANITIZERS, Sources, build_board, build_host, workspace
from edgekws.firmware.emulate import run_emulated, run_host
from edgekws.recipe import FrontendSpec
from edgekws.resources import templates_folder

BOARDS = ("microbit", "mps2_an385", "mps2_an386", "mps2_an500", "mps2_an505", "mps3_an547")


@pytest.fixture
def compiled() -> None:
    """Skips without a C compiler: the twin would be compared with itself."""
    tools.require("cc")


def hard_windows(frontend: Frontend) -> np.ndarray:
    return extremes(frontend.spec.window_samples, frontend.transform.points)  # type: ignore[attr-defined]


@pytest.mark.usefixtures("compiled")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    frontend=frontends(),
    clips=st.integers(1, 3),
    extra=st.integers(-1, 3000),
    peak=st.integers(0, 32768),
    seed=st.integers(0, 2**32 - 1),
)
def test_library_equals_twin(
    frontend: Frontend, clips: int, extra: int, peak: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    shape = (clips, frontend.spec.window_samples + extra)
    pcm = random.integers(-peak, max(peak, 1), shape).astype(np.int16)
    features = frontend.compute(pcm)
    assert features.dtype == np.int8
    assert features.shape == (clips, frontend.spec.frames(shape[1]), frontend.spec.bands)
    np.testing.assert_array_equal(features, frontend.reference(pcm))


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("name", SPECS)
def test_extremes_in_the_library(name: str) -> None:
    frontend = find_frontend(SPECS[name])
    windows = hard_windows(frontend)
    np.testing.assert_array_equal(frontend.compute(windows)[:, 0], frontend.frames(windows))


@pytest.mark.parametrize("name", ["default", "64 ms", "48 kHz, 64 ms"])
def test_extremes_under_the_sanitizers(name: str) -> None:
    tools.require("cc")
    frontend = find_frontend(SPECS[name])
    units = ("main.c", *frontend.kernel().sources)
    with workspace(frontend_program.files(frontend, hard_windows(frontend))) as folder:
        program = build_host(folder, Sources(units), flags=SANITIZERS)
        outcome = run_host(program)
    assert outcome.status == 0, outcome.complaints


@pytest.mark.qemu
@pytest.mark.parametrize(
    ("board_id", "name"),
    [
        *((board_id, "default") for board_id in BOARDS),
        *(("mps2_an386", name) for name in SPECS if name != "default"),
    ],
)
def test_extremes_on_the_core(board_id: str, name: str) -> None:
    tools.require(*tools.CROSS)
    frontend = find_frontend(SPECS[name])
    _, board = find_board(board_id)
    made = frontend_program.files(frontend, hard_windows(frontend))
    files = {**made, **bare_program.files(made["main.c"], board_id, board)}
    sources = Sources((*bare_program.SOURCES.units, *frontend.kernel().sources))
    with workspace(files) as folder:
        program = build_board(folder, sources, board_id, board)
        assert board.emulator is not None
        assert run_emulated(program, board.emulator).status == 0


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("kws_log_mel.c", "+ HALF_STEP)", "+ HALF_STEP - 1)"),
        ("kws_mul_high.h", "sum + (int32_t)((INT64_C(0x80000000)", "sum + (int32_t)((INT64_C(0)"),
        ("kws_fft.c", "{z.re >> 1, z.im >> 1}", "{z.re / 2, z.im / 2}"),
        ("kws_log2.h", "(mantissa >> 10) & 0xFFFF", "(mantissa >> 10) & 0xFF00"),
    ],
)
def test_a_planted_fault_is_seen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str, right: str, wrong: str
) -> None:
    templates = tmp_path / "templates"
    for part in ("runtime", "host"):
        shutil.copytree(templates_folder() / part, templates / part)
    text = (templates / "runtime" / file).read_text()
    assert text.count(right) == 1
    (templates / "runtime" / file).write_text(text.replace(right, wrong))
    monkeypatch.setattr(hostlib, "templates_folder", lambda: templates)
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(tmp_path / "cache"))
    frontend = find_frontend(FrontendSpec())
    pcm = np.random.default_rng(0).normal(0, 20, (40, 16_000)).astype(np.int16)
    assert (frontend.compute(pcm) != frontend.reference(pcm)).any()
