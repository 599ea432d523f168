"""A finished run folder in a moment: tiny sounds, a random int8 network, made float scores."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from support.sound_folder import make_folder
from support.tflite_builder import ModelBuilder, options

from edgekws import run as runs
from edgekws.audio.dataset import open_dataset
from edgekws.features import find_frontend
from edgekws.graph import read_model, run_graph
from edgekws.recipe import DataSpec, DetectorSpec, FrontendSpec, Recipe
from edgekws.run import Run
from edgekws.verify import Thoroughness
from edgekws.verify.check_code import Extent

FRAMES, BANDS, LABELS = 49, 10, 4
CHANNELS, HEIGHT, WIDTH = 4, 5, 3
LOGITS_SCALE = 0.1
RELU = 1

QUICK = Thoroughness(1, 5, Extent(1, 5, 2), Extent(1, 1, 1), 5)


def small_model(seed: int = 1, *, with_softmax: bool = True, streams: bool = False) -> bytes:
    """CONV_2D, RESHAPE, FULLY_CONNECTED and SOFTMAX, for the ``log_mel`` of `small_recipe`.

    ``streams`` reads no padding, so that a hop has less to compute than the whole window.
    """
    rng = np.random.default_rng(seed)
    b = ModelBuilder()
    x = b.tensor((1, FRAMES, BANDS, 1), 0.125, 8, name="features")
    kernel = rng.integers(-127, 128, (CHANNELS, HEIGHT, WIDTH, 1)).astype(np.int8)
    scales = rng.uniform(0.002, 0.004, CHANNELS)
    weights = b.tensor(kernel.shape, list(scales), data=kernel, name="kernel")
    offsets = rng.integers(-500, 500, CHANNELS).astype(np.int32)
    bias = b.tensor((CHANNELS,), list(scales * 0.125), data=offsets, dtype="INT32")
    lost_rows, lost_columns = (HEIGHT - 1, WIDTH - 1) if streams else (0, 0)
    rows, columns = -(-(FRAMES - lost_rows) // 2), -(-(BANDS - lost_columns) // 2)
    y = b.tensor((1, rows, columns, CHANNELS), 0.05, -128, name="conv")
    b.operator(
        "CONV_2D", (x, weights, bias), (y,),
        options("Conv2DOptions", strideW=2, strideH=2, fusedActivationFunction=RELU,
                dilationWFactor=1, dilationHFactor=1, padding=int(streams)),
    )  # fmt: skip
    size = rows * columns * CHANNELS
    flat = b.tensor((1, size), 0.05, -128, name="flat")
    shape = b.tensor((2,), data=np.array([1, size], np.int32), dtype="INT32")
    b.operator("RESHAPE", (y, shape), (flat,), options("ReshapeOptions", newShape=[1, size]))
    matrix = rng.integers(-127, 128, (LABELS, size)).astype(np.int8)
    dense = b.tensor(matrix.shape, 0.001, data=matrix, name="dense")
    start = b.tensor((LABELS,), 0.00005, data=np.zeros(LABELS, np.int32), dtype="INT32")
    logits = b.tensor((1, LABELS), LOGITS_SCALE, 3, name="logits")
    b.operator("FULLY_CONNECTED", (flat, dense, start), (logits,), options("FullyConnectedOptions"))
    if not with_softmax:
        return b.build((x,), (logits,))
    scores = b.tensor((1, LABELS), 1 / 256, -128, name="scores")
    b.operator("SOFTMAX", (logits,), (scores,), options("SoftmaxOptions", beta=1.0))
    return b.build((x,), (scores,))


def small_recipe(folder: Path) -> Recipe:
    """Two words, 49 frames of 10 bands, a detector that hears unsure words."""
    return Recipe(
        data=DataSpec(
            source=str(folder), words=("yes", "no"),
            validation_percentage=10.0, testing_percentage=40.0,
        ),
        frontend=FrontendSpec(bands=BANDS),
        detector=DetectorSpec(threshold=70.0, silence="report", unknown="report"),
    )  # fmt: skip


def small_run(root: Path, *, lossy: int = 0, streams: bool = False) -> Run:
    """Write ``root/data`` and ``root/runs/small``.

    The float network is as right as the int8 one, and on ``lossy`` more clips.
    """
    folder = make_folder(root / "data", {"yes": 30, "no": 30, "bed": 30}, noise_seconds=4)
    run = runs.create(small_recipe(folder), "small", root / "runs")
    run.model.parent.mkdir()
    run.model.write_bytes(small_model(streams=streams))
    dataset = open_dataset(run.recipe)
    clips = dataset.clips("testing")
    graph = read_model(run.model)
    answers = run_graph(graph, find_frontend(run.recipe.frontend).compute(clips.samples))
    scores = (answers.astype(np.float32) + 128) / 256
    wrong = np.flatnonzero(answers.argmax(axis=1) != clips.labels)
    assert lossy <= len(wrong)
    scores[wrong[:lossy], clips.labels[wrong[:lossy]]] = 2.0
    stored = run.path / "float" / "test_scores.npz"
    stored.parent.mkdir()
    np.savez(stored, scores=scores, labels=clips.labels, names=np.array(clips.names))
    recipe = {"recipe": run.path / "recipe.toml"}
    facts = {"dataset": dataset.fingerprint}
    run.record("train", inputs=recipe, outputs={"test": stored}, facts=facts)
    run.record("quantize", inputs={"test": stored}, outputs={"model": run.model})
    return run
