"""micro equals pymicro-features bit for bit, and its C and numpy each other."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import bare_program, frontend_program, tools
from support.frontend_specs import micro_frontends
from support.sounds import LEVELS_DBFS, at_level, extremes, sounds

from edgekws.audio.read import read_clip
from edgekws.boards import find_board
from edgekws.errors import ConfigError
from edgekws.features import find_frontend, hostlib
from edgekws.features.frontends.micro import Micro
from edgekws.features.whole import whole_features
from edgekws.firmware.build import SANITIZERS, Sources, build_board, build_host, workspace
from edgekws.firmware.emulate import run_emulated, run_host
from edgekws.recipe import FrontendSpec
from edgekws.resources import templates_folder

SPECS = {
    "default": FrontendSpec(name="micro"),
    "64 ms": FrontendSpec(name="micro", window_ms=64, hop_ms=32),
    "8 kHz": FrontendSpec(name="micro", sample_rate_hz=8000, high_hz=3800, bands=20),
}
RATE_HZ = 16_000


def micro(spec: FrontendSpec) -> Micro:
    found = find_frontend(spec)
    assert isinstance(found, Micro)
    return found


THEIRS = micro(FrontendSpec(name="micro", hop_ms=10))  # the only shape that pymicro-features has


def theirs(pcm: np.ndarray) -> np.ndarray:
    """What pymicro-features makes of a sound, uint16 [frames, bands]; it gives floats / 25.6."""
    frontend = pytest.importorskip("pymicro_features").MicroFrontend()
    data, frames = pcm.tobytes(), []
    while len(data) >= 2 * THEIRS.spec.hop_samples:
        found = frontend.process_samples(data[: 2 * THEIRS.spec.hop_samples])
        data = data[2 * found.samples_read :]
        if found.features:
            frames.append(found.features)
    return np.rint(np.array(frames).reshape(-1, 40) * 25.6).astype(np.uint16)


@pytest.fixture(scope="module")
def c_logs(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """The C as a library: what its numbers are before they become int8."""
    tools.require("cc")
    library = tmp_path_factory.mktemp("micro") / "micro.so"
    runtime = templates_folder() / "runtime"
    units = [str(runtime / name) for name in THEIRS.kernel().sources]
    command = ["cc", "-std=c99", "-O2", "-fPIC", "-shared", *units, "-o", str(library)]
    subprocess.run(command, check=True)
    found = ctypes.CDLL(str(library))
    found.kws_micro_logs.restype = ctypes.POINTER(ctypes.c_uint32)
    return found


def ours_in_c(library: ctypes.CDLL, pcm: np.ndarray) -> np.ndarray:
    """The same by kws_micro_logs, uint32 [frames, bands]."""
    params, tables = hostlib._params(THEIRS.kernel())
    assert tables
    work, noise = np.zeros(512, np.uint32), np.zeros(40, np.uint32)
    rows = []
    for window in np.ascontiguousarray(THEIRS._windows(pcm[np.newaxis])[0]):
        pointers = [hostlib._pointer(each) for each in (work, window, noise)]
        logs = library.kws_micro_logs(ctypes.byref(params), *pointers)
        rows.append(np.ctypeslib.as_array(logs, (40,)).copy())
    return np.stack(rows)


def ours(pcm: np.ndarray) -> np.ndarray:
    return THEIRS.logs(THEIRS._windows(pcm[np.newaxis]), THEIRS.new_state())[0]


def hold_equal(library: ctypes.CDLL, pcm: np.ndarray) -> None:
    expected = theirs(pcm)
    frames = len(expected)
    assert frames == THEIRS.spec.frames(len(pcm))
    np.testing.assert_array_equal(ours(pcm), expected)
    np.testing.assert_array_equal(ours_in_c(library, pcm), expected)


def test_made_up_sounds_are_theirs(c_logs: ctypes.CDLL) -> None:
    for sound in sounds(RATE_HZ // 2, RATE_HZ).values():
        for level in LEVELS_DBFS:
            hold_equal(c_logs, at_level(sound[0], level))


def test_extremes_are_theirs(c_logs: ctypes.CDLL) -> None:
    hold_equal(c_logs, extremes(480, 512).ravel())


def test_speech_is_theirs(speech_commands: Path, c_logs: ctypes.CDLL) -> None:
    for path in sorted(speech_commands.glob("[a-z]*/*_nohash_*"))[::150]:
        hold_equal(c_logs, read_clip(path, RATE_HZ))


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    peaks=st.lists(st.integers(0, 32768), min_size=1, max_size=4),
    shape=st.sampled_from(["noise", "steps", "sparse"]),
)
def test_any_sound_is_theirs(c_logs: ctypes.CDLL, seed: int, peaks: list[int], shape: str) -> None:
    random = np.random.default_rng(seed)
    parts = []
    for peak in peaks:
        part = random.integers(-peak, max(peak, 1), 2000)
        if shape == "steps":
            part = np.sign(part) * peak
        if shape == "sparse":
            part = part * (random.random(2000) < 0.01)
        parts.append(part)
    hold_equal(c_logs, np.clip(np.concatenate(parts), -32768, 32767).astype(np.int16))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    frontend=micro_frontends(),
    clips=st.integers(1, 3),
    extra=st.integers(-1, 3000),
    peak=st.integers(0, 32768),
    seed=st.integers(0, 2**32 - 1),
)
def test_library_equals_twin(frontend: Micro, clips: int, extra: int, peak: int, seed: int) -> None:
    tools.require("cc")
    shape = (clips, frontend.spec.window_samples + extra)
    pcm = np.random.default_rng(seed).integers(-peak, max(peak, 1), shape).astype(np.int16)
    states = frontend.new_state(clips), frontend.new_state(clips)
    found, expected = frontend.compute(pcm, states[0]), frontend.reference(pcm, states[1])
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(*states)


def test_every_clip_begins_anew_and_parts_go_on() -> None:
    frontend = micro(SPECS["default"])
    pcm = np.random.default_rng(0).normal(0, 3000, (3, 16_000)).astype(np.int16)
    alone = np.concatenate([frontend.compute(clip[np.newaxis]) for clip in pcm])
    np.testing.assert_array_equal(frontend.compute(pcm), alone)
    for compute in (frontend.compute, frontend.reference):
        state = frontend.new_state(3)
        parts = [compute(pcm[:, : 480 + 9 * 320], state), compute(pcm[:, 3200:], state)]
        np.testing.assert_array_equal(np.concatenate(parts, axis=1), alone)


def test_a_long_sound_is_one_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    frontend = micro(SPECS["default"])
    pcm = np.random.default_rng(0).normal(0, 3000, 16_000).astype(np.int16)
    monkeypatch.setattr("edgekws.features.whole.AT_ONCE", 7)
    np.testing.assert_array_equal(
        whole_features(frontend, pcm), frontend.reference(pcm[np.newaxis])[0]
    )


def test_int8_is_micro_speechs_formula() -> None:
    frontend = micro(SPECS["default"])
    pcm = np.random.default_rng(0).normal(0, 3000, (1, 16_000)).astype(np.int16)
    logs = frontend.logs(frontend._windows(pcm), frontend.new_state()).astype(int)
    expected = np.clip((logs * 256 + 333) // 666 - 128, -128, 127)
    np.testing.assert_array_equal(frontend.reference(pcm), expected)
    np.testing.assert_array_equal(frontend.quantize(frontend.exact(pcm)), expected)
    assert (frontend.scale, frontend.zero_point) == (0.1015625, -128)


def test_steady_noise_fades_and_a_word_stands_out() -> None:
    frontend = micro(SPECS["default"])
    random = np.random.default_rng(0)
    pcm = random.normal(0, 300, (1, 80_000))
    pcm[0, 64_000:] += 6000 * np.sin(2 * np.pi * 1000 * np.arange(16_000) / RATE_HZ)
    features = frontend.compute(pcm.astype(np.int16))[0].astype(int)
    assert features[:3].mean() > features[150:190].mean() + 20
    assert features[205:210].max() > features[150:190].max() + 50


@pytest.mark.parametrize("name", ["default", "64 ms"])
def test_extremes_under_the_sanitizers(name: str) -> None:
    tools.require("cc")
    frontend = micro(SPECS[name])
    windows = extremes(frontend.spec.window_samples, frontend.transform.points)
    units = ("main.c", *frontend.kernel().sources)
    with workspace(frontend_program.files(frontend, windows)) as folder:
        outcome = run_host(build_host(folder, Sources(units), flags=SANITIZERS))
    assert outcome.status == 0, outcome.complaints


@pytest.mark.qemu
@pytest.mark.parametrize("board_id", ["microbit", "mps2_an386", "mps3_an547"])
def test_extremes_on_the_core(board_id: str) -> None:
    tools.require(*tools.CROSS)
    frontend = micro(SPECS["default"])
    _, board = find_board(board_id)
    made = frontend_program.files(frontend, extremes(480, 512))
    files = {**made, **bare_program.files(made["main.c"], board_id, board)}
    sources = Sources((*bare_program.SOURCES.units, *frontend.kernel().sources))
    with workspace(files) as folder:
        program = build_board(folder, sources, board_id, board)
        assert board.emulator is not None
        assert run_emulated(program, board.emulator).status == 0


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("kws_micro.c", "EVEN_SMOOTHING 409u", "EVEN_SMOOTHING 410u"),
        ("kws_fft16.c", "QUARTER 16382", "QUARTER 16384"),
        ("kws_micro.c", "place & 0x3FFu", "place & 0x3FEu"),
    ],
)
def test_a_planted_fault_is_seen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str, right: str, wrong: str
) -> None:
    tools.require("cc")
    templates = tmp_path / "templates"
    for part in ("runtime", "host"):
        shutil.copytree(templates_folder() / part, templates / part)
    source = templates / "runtime" / file
    assert source.read_text().count(right) == 1
    source.write_text(source.read_text().replace(right, wrong))
    monkeypatch.setattr(hostlib, "templates_folder", lambda: templates)
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(tmp_path / "cache"))
    frontend = micro(SPECS["default"])
    pcm = np.random.default_rng(0).normal(0, 200, (20, 16_000)).astype(np.int16)
    states = frontend.new_state(20), frontend.new_state(20)
    same = (frontend.compute(pcm, states[0]) == frontend.reference(pcm, states[1])).all()
    assert not (same and (states[0] == states[1]).all())


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (FrontendSpec(name="micro", bands=200), "200 bands .* leave a band without any"),
        (FrontendSpec(name="micro", high_hz=8000), "need the last bin; use .* a lower high_hz"),
        (FrontendSpec(name="micro", window_ms=300), "4800 samples; this one takes an even number"),
        (FrontendSpec(name="micro", window_ms=1, hop_ms=1), "16 samples; this one takes an even"),
    ],
)
def test_what_cannot_be_says_what_to_change(spec: FrontendSpec, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        find_frontend(spec)
