"""Scores of long recordings: those of every window, whatever the file is like."""

from __future__ import annotations

import tracemalloc
import wave
from pathlib import Path

import numpy as np
import pytest
from support.small_run import small_run
from support.sound_folder import RATE_HZ, write_sound

from edgekws.audio import long
from edgekws.errors import AudioError, UsageError
from edgekws.stream import scoring
from edgekws.stream.label import Engine, open_engine
from edgekws.stream.scoring import score_file
from edgekws.stream.spotter import score_windows


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_engine(small_run(tmp_path_factory.mktemp("scoring")))


@pytest.fixture(autouse=True)
def fresh_cache(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scores of another test, or of an older program, prove nothing."""
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(tmp_path / "cache"))


def sound(samples: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(-3000, 3000, samples).astype(np.int16)


def expected(engine: Engine, pcm: np.ndarray, hops: int = 1) -> tuple[np.ndarray, np.ndarray]:
    frames = engine.recipe.input_shape[0]
    return score_windows(engine.scores, engine.frontend, pcm, frames, hops)


@pytest.mark.parametrize("samples", [2 * RATE_HZ, 2 * RATE_HZ + 1, 2 * RATE_HZ + 319])
@pytest.mark.parametrize("hops", [1, 3])
def test_every_window_also_when_sound_ends_inside_a_frame(
    engine: Engine, tmp_path: Path, samples: int, hops: int
) -> None:
    pcm = sound(samples)
    found = score_file(engine, write_sound(tmp_path / "s.wav", pcm), hops_per_inference=hops)
    times, scores = expected(engine, pcm, hops)
    np.testing.assert_array_equal(found.scores, scores)
    np.testing.assert_array_equal(found.first + np.arange(len(scores)) * found.step, times)
    assert (found.samples, found.sample_rate_hz) == (samples, RATE_HZ)


@pytest.mark.parametrize("piece", [100, 480, 7_001])
def test_pieces_of_any_length_join(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    pcm = sound(2 * RATE_HZ, seed=piece)
    monkeypatch.setattr(long, "PIECE", piece)
    monkeypatch.setattr(scoring, "FRAMES_AT_ONCE", 5)
    found = score_file(engine, write_sound(tmp_path / "s.wav", pcm))
    np.testing.assert_array_equal(found.scores, expected(engine, pcm)[1])


@pytest.mark.parametrize("name", ["s.flac", "s.raw"])
def test_other_files_are_heard_alike(engine: Engine, tmp_path: Path, name: str) -> None:
    pcm, path = sound(2 * RATE_HZ, seed=3), tmp_path / name
    if path.suffix == ".raw":
        path.write_bytes(pcm.astype("<i2").tobytes())
    else:
        write_sound(path, pcm)
    np.testing.assert_array_equal(score_file(engine, path).scores, expected(engine, pcm)[1])


@pytest.mark.parametrize("value", [-32768, 32767, 0])
def test_saturated_sound_and_silence(engine: Engine, tmp_path: Path, value: int) -> None:
    pcm = np.full(3 * RATE_HZ, value, np.int16)
    found = score_file(engine, write_sound(tmp_path / "s.wav", pcm))
    np.testing.assert_array_equal(found.scores, expected(engine, pcm)[1])
    assert len(np.unique(found.scores[-50:], axis=0)) == 1


def test_too_short_for_a_window(engine: Engine, tmp_path: Path) -> None:
    found = score_file(engine, write_sound(tmp_path / "s.wav", sound(8000)))
    assert found.scores.shape == (0, len(engine.recipe.labels))


def test_another_rate_is_refused_or_converted(engine: Engine, tmp_path: Path) -> None:
    path = write_sound(tmp_path / "s.wav", sound(16_000), 8000)
    with pytest.raises(AudioError, match="8000 Hz, 16000 Hz wanted"):
        score_file(engine, path)
    assert score_file(engine, path, resample=True).samples == 32_000


def test_files_that_are_none(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="cannot read"):
        score_file(engine, tmp_path / "none.wav")
    path = write_sound(tmp_path / "s.wav", sound(RATE_HZ * 2))
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(AudioError, match="truncated"):
        score_file(engine, path)


def test_a_network_cannot_run_more_rarely_than_its_window(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="hop of 50 frames"):
        score_file(engine, tmp_path / "s.wav", hops_per_inference=50)


def test_scores_are_computed_once_and_damage_is_mended(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_sound(tmp_path / "s.wav", sound(2 * RATE_HZ))
    first = score_file(engine, path)
    (kept,) = (tmp_path / "cache" / "scores").iterdir()
    with monkeypatch.context() as patch:
        patch.setattr(scoring, "score_stream", None)  # must not be asked again
        np.testing.assert_array_equal(score_file(engine, path).scores, first.scores)
    kept.write_bytes(kept.read_bytes()[:100])
    np.testing.assert_array_equal(score_file(engine, path).scores, first.scores)


def test_samples_of_hours_are_not_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "s.wav"
    with wave.open(str(path), "wb") as stream:
        stream.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        for _ in range(20):
            stream.writeframes(bytes(2 * 60 * RATE_HZ))
    tracemalloc.start()
    assert sum(map(len, long.pieces(path, RATE_HZ))) == 20 * 60 * RATE_HZ
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * long.PIECE
