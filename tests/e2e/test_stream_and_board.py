"""`make run` of an exported project prints the words that `edgekws stream` prints."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support import tools
from support.command_line import ask
from support.projects import build, made, make, wav
from support.small_network import recording
from support.time_network import Layer, TimeNetwork

from edgekws import run as runs
from edgekws.features import find_frontend
from edgekws.recipe import DataSpec, DetectorSpec, FrontendSpec, Recipe
from edgekws.run import Run
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
