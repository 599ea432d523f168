"""``edgekws evaluate`` and ``edgekws tune`` on a small run, from clips to numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from support.command_line import ask, contents, refused
from support.small_run import small_run
from support.sound_folder import write_sound

from edgekws.audio.read import read_clip
from edgekws.audio.spoken import read_spoken
from edgekws.errors import ConfigError
from edgekws.run import Run
from edgekws.stream.label import open_engine
from edgekws.stream.spotter import spot

SHORT = ("--minutes", "1")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    found = small_run(tmp_path)
    recipe = found.path / "recipe.toml"
    quiet = recipe.read_text().replace('"report"', '"ignore"')
    recipe.write_text(quiet)
    inputs = {"recipe": recipe}
    for stage in ("train", "quantize"):
        record = found.manifest[stage]
        outputs = {name: found.path / name for name in record["outputs"]}
        found.record(stage, inputs=inputs, outputs=outputs, facts=record["facts"])
    return found


@pytest.fixture
def tuning(run: Run) -> tuple[str, ...]:
    """Options of a tuning that finds something, although the network is random."""
    dense = ("--run", "small", "--minutes", "2", "--gap-s", "0:1", "--unknown-percentage", "0")
    for name, partition in (("fit.wav", "training"), ("show.wav", "testing")):
        assert ask("data", "mix", name, "--partition", partition, *dense).code == 0
    streams = ("--stream", "fit.wav", "--test-stream", "show.wav", "--slack-ms", "5000")
    return ("tune", "small", "--false-accepts-per-hour", "6000", *streams)


def test_evaluate_mixes_a_stream_and_keeps_what_came_of_it(run: Run) -> None:
    document = ask("evaluate", "small", *SHORT, "--json").document
    assert json.loads((run.path / "stream.json").read_text()) == document
    assert [stream["seconds"] for stream in document["streams"]] == [60.0]
    assert [rule["rule"] for rule in document["rules"]] == ["windows", "tolerance"]
    assert document["tuned"] is False
    assert {"stream_roc.png", "stream_det.png"} <= {path.name for path in run.path.iterdir()}
    run.require("evaluate")
    assert ask("evaluate", "small", *SHORT, "--json").document == document
    text = ask("evaluate", "small", *SHORT).out
    assert "not tuned (`edgekws tune`)" in text
    for words in ("by detection windows", "by TensorFlow's tolerance", "per hour", "missed"):
        assert words in text


def test_evaluate_of_a_mixed_file_is_that_of_its_own_stream(run: Run) -> None:
    assert ask("data", "mix", "own.wav", "--run", "small", *SHORT).code == 0
    own = ask("evaluate", "small", *SHORT, "--json").document
    given = ask("evaluate", "small", "--stream", "own.wav", "--json").document
    assert own["rules"] == given["rules"]
    both = ["--stream", "own.wav", "--stream", "own.wav"]
    twice = ask("evaluate", "small", *both, "--json").document["rules"][0]
    assert twice["false_accepts"] == 2 * own["rules"][0]["false_accepts"]
    assert twice["per_hour"] == pytest.approx(own["rules"][0]["per_hour"])


def test_the_counts_are_those_of_the_program_that_is_exported(run: Run) -> None:
    options = ("--unknown-percentage", "30", "--gap-s", "0.2:1")
    assert ask("data", "mix", "own.wav", "--run", "small", *SHORT, *options).code == 0
    rule = ask("evaluate", "small", "--stream", "own.wav", "--json").document["rules"][0]
    engine = open_engine(run)
    heard = spot(
        engine.scores,
        engine.frontend,
        engine.recipe.detector,
        engine.recipe.labels,
        read_clip(Path("own.wav"), 16_000),
        frames=engine.recipe.input_shape[0],
    )
    assert len(heard) > 5
    said = [s for s in read_spoken(Path("own.csv"), 16_000) if s.word in ("yes", "no")]
    wrong, hit = 0, set()
    for each in heard:
        around = [s for s in said if s.word == each.name and s.start <= each.time <= s.end + 16_000]
        wrong += not around
        hit |= {min((s for s in around if s not in hit), key=lambda s: s.start, default=None)}
    assert rule["false_accepts"] == wrong
    assert rule["all_words"]["missed"] == len(said) - len(hit - {None})
    assert rule["all_words"]["spoken"] == len(said)


def test_tune_writes_the_detector_and_nothing_else(run: Run, tuning: tuple[str, ...]) -> None:
    before = (run.path / "recipe.toml").read_text()
    document = ask(*tuning, "--json").document
    assert document["fitted"]["after"]["per_hour"] <= 6000
    recipe = run.recipe.detector
    assert recipe.threshold == document["after"]["threshold"]
    assert document["before"]["threshold"] == 70.0
    assert (run.path / "recipe.toml").read_text().partition("[detector]")[0] == (
        before.partition("[detector]")[0]
    )
    run.require("train")
    run.require("quantize")
    facts = run.require("tune")["facts"]
    assert (facts["false_accepts_per_hour"], facts["detector"]["threshold"]) == (
        6000.0,
        recipe.threshold,
    )
    assert (run.path / "tune_det.png").exists()
    assert ask("evaluate", "small", *SHORT, "--json").document["tuned"] is True
    again = ask(*tuning).out
    assert "detectors tried for 6000 false accepts per hour" in again


def test_tune_leaves_what_was_verified_stale(run: Run, tuning: tuple[str, ...]) -> None:
    verdict = run.path / "verify.json"
    verdict.write_text("{}")
    recipe = {"recipe": run.path / "recipe.toml"}
    run.record("verify", inputs=recipe, outputs={"verdict": verdict})
    assert ask(*tuning).code == 0
    with pytest.raises(ConfigError, match=r"recipe\.toml changed since `verify` ran"):
        run.require("verify")


def test_a_rate_that_only_the_deaf_keep_writes_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from edgekws.stream import tuning

    monkeypatch.setattr(tuning, "choose", lambda *_: None)
    held = contents(run.path)
    error = refused(3, "tune", "small", "--false-accepts-per-hour", "0", *SHORT)
    assert "no detector hears a word with at most 0 false accepts per hour" in error
    assert contents(run.path) == held


def test_streams_that_cannot_be_used(run: Run, tmp_path: Path) -> None:
    stream = write_sound(tmp_path / "s.wav", np.zeros(32_000, np.int16))
    labels = tmp_path / "s.csv"
    assert "needs this label file" in refused(1, "evaluate", "small", "--stream", stream)
    labels.write_text("word,start_s,end_s\nyes,7,8\n")
    error = refused(1, "evaluate", "small", "--stream", stream)
    assert "names a word at 7.0 s, but the sound ends at 2.0 s" in error
    write_sound(stream, np.zeros(800, np.int16))
    labels.write_text("word,start_s,end_s\n")
    assert "shorter than the window" in refused(1, "evaluate", "small", "--stream", stream)
    write_sound(stream, np.zeros(16_000, np.int16), 8000)
    assert "16000 Hz wanted" in refused(1, "evaluate", "small", "--stream", stream)
    both = ("--stream", stream, "--test-stream", stream)
    error = refused(2, "tune", "small", "--false-accepts-per-hour", "1", *both)
    assert "cannot show how good it is" in error


def test_silence_has_no_words_and_bounds_the_rate(run: Run, tmp_path: Path) -> None:
    stream = write_sound(tmp_path / "s.wav", np.zeros(16_000 * 120, np.int16))
    (tmp_path / "s.csv").write_text("word,start_s,end_s\n")
    rule = ask("evaluate", "small", "--stream", stream, "--json").document["rules"][0]
    assert rule["all_words"]["share"] is None
    assert rule["per_hour_interval"][1] > 0
    assert "no word to spot is said" in ask("evaluate", "small", "--stream", stream).out


def test_a_run_without_a_network(run: Run) -> None:
    (run.path / "manifest.json").unlink()
    assert "no quantize yet" in refused(1, "evaluate", "small", *SHORT)
