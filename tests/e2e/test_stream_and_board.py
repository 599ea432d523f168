"""`make run` of an exported project prints the words that `edgekws stream` prints."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from support import tools
from support.command_line import ask
from support.projects import build, made, make, wav
from support.small_network import recording
from support.time_network import Layer, TimeNetwork

from edgekws import run as runs
from edgekws.audio.read import read_clip
from edgekws.features import find_frontend
from edgekws.recipe import DataSpec, DetectorSpec, FrontendSpec, Recipe
from edgekws.run import Run
from edgekws.stream.label import open_engine
from edgekws.stream.listening import Listener
from edgekws.verify.run_subject import open_keywords

LAYERS = (Layer("conv", 5, 2), Layer("relu"), Layer("depthwise", 3), Layer("double"))
RULE = DetectorSpec(window_ms=200, threshold=40.0, suppression_ms=60, minimum_count=2,
                    silence="report", unknown="report")  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run whose network streams, with random weights."""
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    data, spec = DataSpec(source="clips", words=("yes",)), FrontendSpec(bands=8)
    recipe = Recipe(data=data, frontend=spec, detector=RULE)
    found, frontend = runs.create(recipe, "made"), find_frontend(spec)
    network = TimeNetwork(recipe.input_shape[0], spec.bands, LAYERS, False, 4)
    network = replace(network, scale=frontend.scale, zero_point=frontend.zero_point)
    found.model.parent.mkdir()
    found.model.write_bytes(network.build())
    inputs = {"recipe": found.path / "recipe.toml"}
    found.record("quantize", inputs=inputs, outputs={"model": found.model})
    return found


@pytest.mark.qemu
def test_the_same_words_in_the_same_lines(run: Run, tmp_path: Path) -> None:
    tools.require("make", "gcc", *tools.CROSS)
    keywords = replace(open_keywords(run), golden_pcm=recording(40_000))
    assert keywords.hops_per_inference == 2
    assert keywords.hop is not None
    wav(tmp_path / "long.wav", recording(400_007, seed=6))
    said = ask("stream", "made", "long.wav").out.splitlines()
    assert len(said) > 50
    assert len({line.split("score")[1] for line in said}) > 5
    project = build(tmp_path / "project", made(keywords))
    assert make(project).returncode == 0
    done = make(project, "-s", "run", f"WAV={tmp_path / 'long.wav'}")
    assert done.stdout.splitlines()[:-1] == said


# Feeds of 0 to 999 samples, a clock that begins before 2^32 samples, and a reset on the way.
BEGIN = 2**32 - 100_000
ODD = {
    "#define CHUNK_SAMPLES KWS_FRONTEND_HOP_SAMPLES": """#define CHUNK_SAMPLES 999
static int32_t cut(void)
{
    static uint32_t seed = 1;

    seed = seed * 1664525u + 1013904223u;
    return 1 + (int32_t)((seed >> 8) % CHUNK_SAMPLES);
}
""",
    "while ((count = kws_wav_read(wav, pcm, CHUNK_SAMPLES)) > 0) {": """
    kws_feed(&memory.spotter, pcm, CHUNK_SAMPLES);
    kws_spotter_reset(&memory.spotter);
    memory.spotter.time = 4294867296LL;
    while ((count = kws_wav_read(wav, pcm, cut())) > 0) {
        if (kws_feed(&memory.spotter, pcm, 0) != KWS_OK) {
            return FAILED;
        }""",
}


@pytest.mark.qemu
def test_odd_feeds_and_a_clock_before_a_wrap(run: Run, tmp_path: Path) -> None:
    """On this machine under the sanitizers, and on the emulated core."""
    tools.require("make", "gcc", *tools.CROSS)
    sound = wav(tmp_path / "long.wav", recording(200_003, seed=7))
    listener = Listener(open_engine(run), start=BEGIN)
    words = list(listener.feed(read_clip(sound, 16_000)))
    assert min(word.time for word in words) < 2**32 < max(word.time for word in words)
    lines = [f"{w.time // 16 / 1000:7.3f} s  {w.name}  (score {w.score})" for w in words]
    files = made(replace(open_keywords(run), golden_pcm=recording(40_000)))
    for right, odd in ODD.items():
        assert right in files["main.c"]
        files["main.c"] = files["main.c"].replace(right, odd)
    project = build(tmp_path / "project", files)
    flags = "CFLAGS=-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
    assert make(project, "host", flags).returncode == 0
    host = subprocess.run(
        [project / "build/host/firmware", sound], capture_output=True, text=True, check=True
    )
    assert (host.stdout.splitlines()[:-1], host.stderr) == (lines, "")
    done = make(project, "-s", "run", f"WAV={sound}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-len(lines) - 1 : -1] == lines
