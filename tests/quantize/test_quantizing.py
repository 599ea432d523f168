"""All architectures through both methods, on made-up clips and after a few steps of training."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.made_up import MadeUpData, made_up_recipe, new_run, use_made_up_material
from support.small_shapes import PAD_NOTHING
from support.tflite import run_tflite

from edgekws.errors import ConfigError, UsageError
from edgekws.files import sha256
from edgekws.models import architecture_names
from edgekws.quantize import quantize
from edgekws.recipe import AudioSpec
from edgekws.run import Run
from edgekws.train import train
from edgekws.train.checkpoint import load_arrays

pytestmark = pytest.mark.tensorflow

PLAIN = (
    "conv",
    "low_latency_conv",
    "low_latency_svdf",
    "simple_audio_32",
    "single_fc",
    "spectrogram_cnn",
    "tiny_conv",
    "tiny_embedding_conv",
)
LARGE = ("ds_cnn_l", "ds_cnn_m", "svdf_354k", "tc_resnet14")  # more of a small one's layers
# Just a small one with more channels.
LARGER = ("bc_resnet_1_5", "bc_resnet_2", "bc_resnet_3", "simple_audio_64")
DEPTHWISE = {
    "bc_resnet_1": 25,
    "ds_cnn": 4,
    "ds_cnn_l": 5,
    "ds_cnn_m": 4,
    "ds_cnn_stream": 4,
    "low_latency_svdf": 2,
    "matchboxnet": 5,
    "streaming_wakeword": 4,
    "svdf_20k": 6,
    "svdf_32k": 6,
    "svdf_354k": 6,
}
OTHERS = [pytest.param(name, marks=pytest.mark.slow) for name in architecture_names()]
OTHERS = [name for name in OTHERS if name.values[0] not in ("tiny_conv", *LARGER)]
SMALL = [name for name in OTHERS if name.values[0] not in LARGE]
CASES = [
    pytest.param(*name.values, method, marks=name.marks)
    for name in (pytest.param("tiny_conv"), *OTHERS)
    for method in ("qat", "ptq")
    if method == "ptq" or name.values[0] not in LARGE
]


@pytest.fixture(scope="module", autouse=True)
def _made_up() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        use_made_up_material(patch)
        yield


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Function from an architecture to its run, trained once."""
    root = tmp_path_factory.mktemp("runs")
    done: dict[str, Run] = {}

    def find(architecture: str) -> Run:
        if architecture not in done:
            more: dict[str, Any] = {}
            if architecture not in PLAIN:  # batch normalization needs some steps
                more = {"steps": (80, 20), "learning_rates": (0.01, 0.001), "evaluate_every": 100}
            if architecture in LARGE:  # too few to learn much
                more |= {"steps": (30, 10), "learning_rates": (0.003, 0.001)}
            recipe = made_up_recipe(architecture, **more)
            if architecture == "ds_cnn_stream":  # each layer takes some frames away
                recipe = dataclasses.replace(recipe, audio=AudioSpec(clip_ms=700))
            if architecture in PAD_NOTHING:
                frontend = dataclasses.replace(recipe.frontend, bands=31)
                audio = dataclasses.replace(recipe.audio, clip_ms=400)
                recipe = dataclasses.replace(recipe, audio=audio, frontend=frontend)
            run = new_run(root, recipe, architecture)
            train(run)
            done[architecture] = run
        return done[architecture]

    return find


def tensors(model: bytes) -> Any:
    """The file as TensorFlow's schema classes, and its only graph."""
    from tensorflow.lite.python import schema_py_generated as schema

    file = schema.ModelT.InitFromPackedBuf(model)
    return file, file.subgraphs[0]


@pytest.mark.parametrize(("architecture", "method"), CASES)
def test_the_file_is_int8_throughout_and_fits_the_frontend(
    trained: Any, architecture: str, method: str
) -> None:
    from tensorflow.lite.python.schema_py_generated import BuiltinOperator, TensorType

    from edgekws.quantize.check import channel_peaks

    run = trained(architecture)
    result = quantize(run, method=method)
    file, graph = tensors(run.model.read_bytes())
    assert {tensor.type for tensor in graph.tensors} <= {TensorType.INT8, TensorType.INT32}
    source, target = graph.tensors[graph.inputs[0]], graph.tensors[graph.outputs[0]]
    assert (source.quantization.scale[0], source.quantization.zeroPoint[0]) == (0.125, 8)
    assert (target.quantization.scale[0], target.quantization.zeroPoint[0]) == (1 / 256, -128)
    assert list(target.shape) == [1, 4]
    depthwise = 0
    for operator in graph.operators:
        code = file.operatorCodes[operator.opcodeIndex].builtinCode
        weights = graph.tensors[operator.inputs[1]] if len(operator.inputs) > 1 else None
        if code == BuiltinOperator.DEPTHWISE_CONV_2D:
            depthwise += 1
            peaks = channel_peaks(file, weights, axis=3)
            assert peaks.size == len(weights.quantization.scale)
            assert peaks.min() >= 100
    assert depthwise == DEPTHWISE.get(architecture, 0)
    assert (result.bytes, result.method) == (len(run.model.read_bytes()), method)
    assert result.int8_accuracy >= result.float_accuracy - 0.1
    stored = load_arrays(run.float_weights)
    rounded = [weights_of(file, graph, operator) for operator in graph.operators]
    pairs = [pair for pair in rounded if pair is not None]
    kernels = [name for name in stored if name.endswith(".kernel")]
    assert len(kernels) == len(pairs)
    for values, steps in pairs:  # in any order
        fits = [stored[n] / steps for n in kernels if stored[n].shape == values.shape]
        assert any(np.abs(found - values).max() <= 0.51 for found in fits)
    assert run.require("quantize")["facts"]["method"] == method


def weights_of(file: Any, graph: Any, operator: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """Weights int8 of an operator that multiplies, and their steps, which broadcast."""
    from tensorflow.lite.python.schema_py_generated import BuiltinOperator as Kind

    axes = {Kind.CONV_2D: 0, Kind.DEPTHWISE_CONV_2D: 3, Kind.FULLY_CONNECTED: 0}
    axis = axes.get(file.operatorCodes[operator.opcodeIndex].builtinCode)
    if axis is None:
        return None
    tensor = graph.tensors[operator.inputs[1]]
    values = np.asarray(file.buffers[tensor.buffer].data, np.uint8).view(np.int8)
    shape = [1] * len(tensor.shape)
    shape[axis] = -1
    return values.reshape(tensor.shape), np.reshape(tensor.quantization.scale, shape)


@pytest.mark.parametrize("method", ["qat", "ptq"])
def test_the_same_run_gives_the_same_bytes(trained: Any, method: str) -> None:
    run = trained("tiny_conv")
    digests = {quantize(run, method=method).sha256 for _ in range(2)}
    assert digests == {sha256(run.model)}


@pytest.mark.parametrize("architecture", ["tiny_conv", *SMALL])
def test_the_simulation_computes_what_the_file_computes(trained: Any, architecture: str) -> None:
    from edgekws.quantize.calibrate import activation_ranges, real_batches
    from edgekws.quantize.convert import convert_simulated
    from edgekws.quantize.quantizing import float_network, open_material
    from edgekws.quantize.simulate import measured_layers, simulated
    from edgekws.train.learner import Learner

    run = trained(architecture)
    material = open_material(run.recipe)
    model = float_network(run, material)
    ranges = activation_ranges(model, measured_layers(model), real_batches(material, 2))
    twin = simulated(model, ranges, 0.125, 8)
    features = material.examples("testing").features
    expected = Learner(twin, scale=0.125, zero_point=8).scores(features)
    found = (run_tflite(convert_simulated(twin), features) + 128.0) / 256
    # Accumulators are exact in int8 and rounded once; float32 differs by a step here and there.
    assert np.abs(found - expected).max() < 0.05
    assert np.abs(found - expected).mean() < 0.005
    assert np.ptp(expected, axis=0).max() > 0.1


def test_the_stored_scores_are_those_of_the_deployed_network(trained: Any) -> None:
    from edgekws.quantize.quantizing import float_network, open_material
    from edgekws.train.learner import Learner

    run = trained("tiny_conv")
    material = open_material(run.recipe)
    learner = Learner(float_network(run, material), scale=0.125, zero_point=8)
    with np.load(run.path / "float" / "test_scores.npz") as stored:
        found = learner.scores(material.examples("testing").features)
        np.testing.assert_allclose(found, stored["scores"], atol=1e-5)


def test_an_untrained_run_says_what_to_do(tmp_path: Path) -> None:
    run = new_run(tmp_path, made_up_recipe())
    with pytest.raises(ConfigError, match=r"no train yet; run `edgekws train"):
        quantize(run)


def test_other_data_than_that_of_the_training_is_refused(
    trained: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained("tiny_conv")
    original = MadeUpData.__init__

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs | {"fingerprint": "other"})

    monkeypatch.setattr(MadeUpData, "__init__", init)
    with pytest.raises(ConfigError, match="made-up: its files changed since `train` ran"):
        quantize(run)


def test_wrong_requests(trained: Any) -> None:
    run = trained("tiny_conv")
    with pytest.raises(UsageError, match="unknown method 'int4'; known: qat, ptq"):
        quantize(run, method="int4")
    with pytest.raises(UsageError, match="ptq does not learn"):
        quantize(run, method="ptq", steps=3)
    with pytest.raises(UsageError, match="steps must be 1 or more, got 0"):
        quantize(run, steps=0)
